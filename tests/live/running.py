"""A JVM that runs one of the test programs, for tests of what Seamew does to running JVMs."""

from __future__ import annotations

import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .jdks import Jdk

READY_SECONDS = 60
START_QUICKLY = ("-XX:TieredStopAtLevel=1", "-Xmx64m")


@dataclass(frozen=True)
class RunningJvm:
    """A JVM; what it has written to its stdout is in `lines`, in order."""

    process: subprocess.Popen[str]
    jdk: Jdk
    folder: Path
    lines: list[str] = field(default_factory=list)
    _fresh: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)

    @property
    def pid(self) -> int:
        """The process number of the launcher, which is the JVM."""
        return self.process.pid

    def tell(self, line: str, wanted: str = "DONE") -> None:
        """Send a command to the program and wait for its answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        self.expect(wanted)

    def expect(self, wanted: str) -> None:
        """Wait for a line of the program; others are passed over and kept in `lines`."""
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                line = self._fresh.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                message = f"no {wanted} within {READY_SECONDS} s; so far: {self.lines}"
                raise TimeoutError(message) from None
            if not line:
                errors = (self.folder / "stderr.txt").read_text(encoding="utf-8")
                message = f"the JVM ended: {self.lines} {errors}"
                raise AssertionError(message)
            if line.strip() == wanted:
                return

    def read(self) -> None:
        """Take its stdout in, to the end."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._fresh.put(line)
        self._fresh.put("")


@contextmanager
def running_jvm(
    jdk: Jdk,
    classes: Path,
    folder: Path,
    program: Sequence[str] = ("Idle",),
    options: Sequence[str] = START_QUICKLY,
    *,
    before: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[RunningJvm]:
    """A JVM that has said READY; killed at the end. `before` are words before the launcher.

    Counters are on, as they are for users; the working directory is `folder`.
    """
    command = [*before, str(jdk.java), *options, "-cp", str(classes), *program]
    with (
        (folder / "stderr.txt").open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=folder,
            env={**os.environ, **(environment or {})},
        ) as process,
    ):
        jvm = RunningJvm(process, jdk, folder)
        reader = threading.Thread(target=jvm.read, daemon=True)
        reader.start()
        try:
            jvm.expect("READY")
            yield jvm
        finally:
            process.kill()
            reader.join(READY_SECONDS)
            process.wait(READY_SECONDS)
            # A killed JVM leaves its socket, in the way of a later one of another user.
            Path(f"/tmp/.java_pid{process.pid}").unlink(missing_ok=True)  # noqa: S108


def wait_until(condition: Callable[[], bool], what: str, seconds: float = READY_SECONDS) -> None:
    """Poll until something is so; says what was waited for when it never is."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            message = f"not within {seconds} s: {what}"
            raise TimeoutError(message)
        time.sleep(0.01)
