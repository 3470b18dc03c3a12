"""The `live` benchmark: looking at running JVMs, beside the JDK's tools in the same run.

Each scenario is a function that gets the fleet of idle JVMs and yields rows; SCENARIOS lists them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeAlias

from measure import Measurement, best_of, measure

from seamew.jvm import attach
from seamew.jvm.discover import find_jvm

HERE = Path(__file__).resolve().parent
PROGRAM = HERE.parent / "tests" / "live" / "programs" / "Idle.java"
JVMS = 20
JVM_OPTIONS = ("-XX:TieredStopAtLevel=1", "-Xmx32m")
SECONDS = 60.0
SAMPLED = (
    *(f"sun.gc.generation.0.space.{space}.used" for space in range(3)),
    "sun.gc.generation.1.space.0.used",
    *(
        f"sun.gc.collector.{number}.{name}"
        for number in range(2)
        for name in ("time", "invocations")
    ),
    "sun.rt.safepointTime",
    "java.threads.live",
    "sun.gc.metaspace.used",
    "sun.gc.collector.0.lastExitTime",
)


@dataclass(frozen=True)
class Row:
    """A figure of ours, what it may be at most, and the same thing done by another tool."""

    name: str
    unit: str
    ours: float
    limit: float | None = None
    peer: str = ""
    theirs: float | None = None


@dataclass(frozen=True)
class Fleet:
    """Idle JVMs by process number, their program, and how often to repeat what is measured."""

    pids: tuple[int, ...]
    classes: Path
    repeat: int


Scenario: TypeAlias = Callable[[Fleet], Iterable[Row]]


def ps_of_all(fleet: Fleet) -> Iterator[Row]:
    """The whole command with its start, as it is typed."""
    ours = _best(fleet, _seamew("ps"))
    theirs = _best_of_tool(fleet, "jps", "-lv")
    name = f"seamew ps, {len(fleet.pids)} JVMs"
    yield _row(f"{name}: CPU", ours.cpu_seconds, theirs, "cpu", limit=250, peer="jps -lv")
    yield _row(f"{name}: wall", ours.wall_seconds, theirs, "wall", peer="jps -lv")


def status_of_one(fleet: Fleet) -> Iterator[Row]:
    """One screen, and jstat's line, as they are typed; then without the interpreter's start."""
    pid = str(fleet.pids[0])
    theirs = _best_of_tool(fleet, "jstat", "-gcutil", pid)
    for name, arguments in (
        ("seamew status", ("status", pid)),
        ("seamew status --jstat gcutil", ("status", pid, "--jstat", "gcutil")),
    ):
        ours = _best(fleet, _seamew(*arguments))
        yield _row(f"{name}: CPU", ours.cpu_seconds, theirs, "cpu", peer="jstat -gcutil")
        yield _row(f"{name}: wall", ours.wall_seconds, theirs, "wall", peer="jstat -gcutil")
    jvm = attach(fleet.pids[0])
    yield Row("Jvm.status() from Python", "ms", _quickest(fleet, jvm.status, 20) * 1e3)


def counters_of_one(fleet: Fleet) -> Iterator[Row]:
    """A sample of a dozen counters, as top takes ten times a second."""
    with attach(fleet.pids[0]).counters() as counters:

        def sample() -> None:
            for name in SAMPLED:
                counters.number(name)

        seconds = _quickest(fleet, sample, 1000)
    yield Row(f"a sample of {len(SAMPLED)} counters", "us", seconds * 1e6, limit=50)


def attach_and_ask(fleet: Fleet) -> Iterator[Row]:
    """Attaching to JVMs that nobody has attached to, then asking on; jcmd starts a JVM for each."""
    firsts, later = [], float("inf")
    for pid in fleet.pids:
        started = time.perf_counter()
        jvm = attach(pid)
        jvm.jcmd("VM.uptime")
        firsts.append(time.perf_counter() - started)
        later = min(later, _quickest(fleet, lambda asked=jvm: asked.jcmd("VM.uptime"), 100))
    pid = str(fleet.pids[0])
    theirs = _best_of_tool(fleet, "jcmd", pid, "VM.uptime")
    yield _row("first attach and VM.uptime", median(firsts), theirs, "wall", limit=15, peer="jcmd")
    yield _row("each further VM.uptime", later, theirs, "wall", limit=1, peer="jcmd")
    ours = _best(fleet, _seamew("jcmd", pid, "VM.uptime"))
    yield _row("seamew jcmd VM.uptime: CPU", ours.cpu_seconds, theirs, "cpu", peer="jcmd")
    yield _row("seamew jcmd VM.uptime: wall", ours.wall_seconds, theirs, "wall", peer="jcmd")


def dumps_of_one(fleet: Fleet) -> Iterator[Row]:
    """Histograms and dumps of a heap of a gigabyte, raw, and compressed one way or the other."""
    with tempfile.TemporaryDirectory() as folder, _gigabyte(fleet) as process:
        pid, file = str(process.pid), str(Path(folder) / "heap.hprof")
        theirs = _best_of_tool(fleet, "jcmd", pid, "GC.class_histogram", "-all")
        yield from _both(
            "seamew histogram, 1 GB", _best(fleet, _seamew("histogram", pid)), theirs, "jcmd"
        )
        ours = _seamew("dump", pid, "--yes", "--quiet", "-o", file)
        for name, options, jcmd_options in (
            ("seamew dump, 1 GB raw", ["--no-compress"], []),
            ("seamew dump, 1 GB compressed", [], ["-gz=1"]),
        ):
            jcmd = [_tool("jcmd"), pid, "GC.heap_dump", "-all", *jcmd_options, file]
            quickest = _best_dump(fleet, [*ours, *options], Path(folder))
            slower = _best_dump(fleet, jcmd, Path(folder))
            yield from _both(name, quickest, slower, " ".join(["jcmd", *jcmd_options]))


def _both(name: str, ours: Measurement, theirs: Measurement | None, peer: str) -> Iterator[Row]:
    yield _row(f"{name}: CPU", ours.cpu_seconds, theirs, "cpu", peer=peer)
    yield _row(f"{name}: wall", ours.wall_seconds, theirs, "wall", peer=peer)


def _best_dump(fleet: Fleet, command: list[str], folder: Path) -> Measurement:
    """As `_best`, but what is written is removed each time."""
    measured = []
    for _ in range(fleet.repeat):
        measured.append(measure(command, timeout_seconds=SECONDS))
        for file in folder.iterdir():
            file.unlink()
    return best_of(measured)


@contextmanager
def _gigabyte(fleet: Fleet) -> Iterator[subprocess.Popen[bytes]]:
    """A JVM that keeps eight million small arrays."""
    command = [_tool("java"), "-Xmx3g", "-cp", str(fleet.classes), "Idle"]
    with _started(command) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()  # READY
        process.stdin.write(b"keep 8000000 100\n")
        process.stdin.flush()
        process.stdout.readline()  # DONE
        yield process


# Attaching comes last: a JVM that somebody has attached to has a thread more.
SCENARIOS: tuple[Scenario, ...] = (
    ps_of_all,
    status_of_one,
    counters_of_one,
    dumps_of_one,
    attach_and_ask,
)


def run(repeat: int) -> list[Row]:
    """All rows, in order; needs a JDK on the PATH."""
    with fleet_of(JVMS, repeat) as fleet:
        return [row for scenario in SCENARIOS for row in scenario(fleet)]


@contextmanager
def fleet_of(count: int, repeat: int) -> Iterator[Fleet]:
    """So many idle JVMs, ended at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        javac, java = _tool("javac"), _tool("java")
        subprocess.run([javac, "-nowarn", "-d", str(folder), str(PROGRAM)], check=True)
        command = [java, *JVM_OPTIONS, "-cp", str(folder), "Idle"]
        started = [stack.enter_context(_started(command)) for _ in range(count)]
        for process in started:
            assert process.stdout is not None
            process.stdout.readline()  # READY
        pids = tuple(process.pid for process in started)
        for pid in pids:
            find_jvm(pid)
        yield Fleet(pids, folder, repeat)


@contextmanager
def _started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def table_rows(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """The rows as texts, under their headings."""
    texts = [("what", "ours", "limit", "theirs", "by")]
    for row in rows:
        limit = "" if row.limit is None else f"{row.limit:g} {row.unit}"
        theirs = "" if row.theirs is None else f"{row.theirs:.1f} {row.unit}"
        texts.append((row.name, f"{row.ours:.1f} {row.unit}", limit, theirs, row.peer))
    return texts


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        message = f"no {name} on the PATH: install a JDK"
        raise FileNotFoundError(message)
    return found


def _seamew(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "seamew", *arguments]


def _best(fleet: Fleet, command: list[str]) -> Measurement:
    return best_of([measure(command, timeout_seconds=SECONDS) for _ in range(fleet.repeat)])


def _best_of_tool(fleet: Fleet, name: str, *arguments: str) -> Measurement | None:
    found = shutil.which(name)
    return _best(fleet, [found, *arguments]) if found else None


def _row(
    name: str,
    seconds: float,
    theirs: Measurement | None,
    which: str,
    *,
    limit: float | None = None,
    peer: str = "",
) -> Row:
    other = None
    if theirs is not None and theirs.succeeded:
        other = (theirs.cpu_seconds if which == "cpu" else theirs.wall_seconds) * 1e3
    return Row(name, "ms", seconds * 1e3, limit, peer, other)


def _quickest(fleet: Fleet, action: Callable[[], object], rounds: int) -> float:
    """The seconds that one call takes in the quickest of some rounds."""
    best = float("inf")
    for _ in range(fleet.repeat):
        started = time.perf_counter()
        for _ in range(rounds):
            action()
        best = min(best, (time.perf_counter() - started) / rounds)
    return best
