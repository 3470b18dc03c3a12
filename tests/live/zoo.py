"""HeapZoo as a running program that is asked for dumps and histograms of its own heap."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from . import jdks

PROGRAMS = Path(__file__).parent / "programs"
# A dump takes a tenth of a second; the rest is patience with a busy machine.
ANSWER_SECONDS = 120
_REFUSALS = ("Could not create the Java Virtual Machine", "during initialization of VM")
# So that the JVM writes nothing outside its folder, and its warnings not among our answers.
QUIET_OPTIONS = ("-XX:-UsePerfData", "-XX:+DisplayVMOutputToStderr")


class ZooRefusedError(Exception):
    """The JVM does not start with these options; the message is what it said."""


@dataclass(frozen=True)
class ZooPair:
    """A histogram by the JVM and a dump, with as little between them as can be."""

    histogram: str
    dump: Path


@dataclass(frozen=True)
class Zoo:
    """A running HeapZoo that writes into ``folder``."""

    process: subprocess.Popen[str]
    answers: queue.SimpleQueue[str]
    folder: Path

    def pair(self, *, live: bool) -> ZooPair:
        """Histogram and dump of the same moment: live objects only, or all."""
        name = "live" if live else "all"
        histogram = self.folder / f"{name}.txt"
        dump = self.folder / f"{name}.hprof"
        self._ask(f"{'pair' if live else 'pairall'} {histogram} {dump}", "PAIRED")
        return ZooPair(histogram.read_text(encoding="utf-8"), dump)

    def expect(self, wanted: str) -> None:
        """Wait for a line of the program."""
        try:
            answer = self.answers.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            message = f"no {wanted} from HeapZoo within {ANSWER_SECONDS} s"
            raise TimeoutError(message) from None
        if not answer:
            raise _failure((self.folder / "stderr.txt").read_text(encoding="utf-8"))
        if answer.strip() != wanted:
            message = f"HeapZoo answered {answer.strip()!r}, not {wanted}"
            raise AssertionError(message)

    def _ask(self, command: str, wanted: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        self.expect(wanted)


def _failure(errors: str) -> Exception:
    """Why a JVM ended: it refused to start, which is no fault of ours, or anything else."""
    lines = [line for line in errors.splitlines() if line.strip() and "warning" not in line]
    if any(refusal in errors for refusal in _REFUSALS):
        return ZooRefusedError(" ".join(lines[:2]))
    return AssertionError("the JVM ended: " + "\n".join(lines))


def compile_programs(compiler: Path, folder: Path) -> None:
    """Compile the test programs for the oldest JVM they run on."""
    sources = sorted(str(path) for path in PROGRAMS.glob("*.java"))
    options = ["-nowarn", "-Xlint:-options", "--release", "8", "-d", str(folder)]
    subprocess.run([str(compiler), *options, *sources], check=True, timeout=ANSWER_SECONDS)


def java_command(jdk: jdks.Jdk, options: Sequence[str], classes: Path, folder: Path) -> list[str]:
    """A JVM that writes only into ``folder``; the main class is to follow."""
    places = [
        f"-Djava.io.tmpdir={folder}",
        f"-Duser.home={folder}",
        f"-XX:ErrorFile={folder}/hs_err.log",
    ]
    return [str(jdk.java), *QUIET_OPTIONS, *options, *places, "-cp", str(classes)]


def pair_of_every_class(
    jdk: jdks.Jdk, options: Sequence[str], classes: Path, folder: Path
) -> ZooPair:
    """Histogram and dump of EveryClass: objects of every class of the platform."""
    pair = (folder / "every.txt", folder / "every.hprof")
    command = [*java_command(jdk, options, classes, folder), "EveryClass", *map(str, pair)]
    outcome = subprocess.run(
        command, capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False, cwd=folder
    )
    if outcome.returncode != 0:
        raise _failure(outcome.stderr)
    return ZooPair(pair[0].read_text(encoding="utf-8"), pair[1])


@contextmanager
def running_zoo(
    jdk: jdks.Jdk, options: Sequence[str], classes: Path, folder: Path
) -> Iterator[Zoo]:
    """HeapZoo, ready for commands; with virtual threads where the JVM has them."""
    virtual = ["--virtual-threads", "20"] if jdk.major >= jdks.VIRTUAL_THREADS_SINCE else []
    command = [*java_command(jdk, options, classes, folder), "HeapZoo", *virtual]
    with (
        (folder / "stderr.txt").open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=folder,
        ) as process,
    ):
        answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        assert process.stdout is not None
        reader = threading.Thread(target=_read_lines, args=(process.stdout, answers), daemon=True)
        reader.start()
        try:
            zoo = Zoo(process, answers, folder)
            zoo.expect("READY")
            yield zoo
        finally:
            process.kill()
            reader.join(ANSWER_SECONDS)


def _read_lines(stream: IO[str], answers: queue.SimpleQueue[str]) -> None:
    """Pass lines on, then an empty one for the end; a pipe cannot be read with a deadline."""
    for line in stream:
        answers.put(line)
    answers.put("")
