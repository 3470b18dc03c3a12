"""Run one command and measure it: wall clock, CPU, memory.

Only the process itself is watched, not its children: every tool compared here is one process.
"""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.01
WARM_UP_BLOCK_BYTES = 8 * 1024 * 1024
STDERR_KEPT_BYTES = 4_000


@dataclass(frozen=True)
class Measurement:
    """What one run cost; mapped files count in the RSS, not in the anonymous memory."""

    wall_seconds: float
    user_seconds: float
    system_seconds: float
    peak_rss_bytes: int
    peak_anonymous_bytes: int
    exit_code: int
    error: str = ""

    @property
    def cpu_seconds(self) -> float:
        """User and system time together: the figure busy neighbours disturb least."""
        return self.user_seconds + self.system_seconds

    @property
    def succeeded(self) -> bool:
        """Whether the command ended by itself with exit code 0."""
        return self.exit_code == 0


def measure(
    command: Sequence[str],
    *,
    timeout_seconds: float,
    environment: Mapping[str, str] | None = None,
) -> Measurement:
    """Run ``command`` to its end, its output thrown away, and return what it cost."""
    variables = {**os.environ, **(environment or {})}
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=variables,
            )
        except OSError as error:
            return Measurement(0.0, 0.0, 0.0, 0, 0, 127, str(error))
        sampler = AnonymousMemorySampler(process.pid)
        killer = threading.Timer(timeout_seconds, process.kill)
        sampler.start()
        killer.start()
        # wait4 and not process.wait: only the kernel's own account of this one child is exact.
        _, status, usage = os.wait4(process.pid, 0)
        wall_seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        timed_out = not killer.is_alive()
        killer.cancel()
        sampler.stop()
        return Measurement(
            wall_seconds=wall_seconds,
            user_seconds=usage.ru_utime,
            system_seconds=usage.ru_stime,
            peak_rss_bytes=usage.ru_maxrss * 1024,
            peak_anonymous_bytes=sampler.peak_bytes,
            exit_code=process.returncode,
            error=_failure(
                process.returncode, errors.fileno(), timeout_seconds if timed_out else None
            ),
        )


def best_of(measurements: Sequence[Measurement]) -> Measurement:
    """Combine repeated runs: the least time, and the most memory, seen in a run that succeeded.

    Time is disturbed upwards only, so the least is nearest to the truth; a peak of memory, found by
    polling, is disturbed downwards only.
    """
    good = [one for one in measurements if one.succeeded]
    if not good:
        return measurements[-1]
    quickest = min(good, key=lambda one: one.cpu_seconds)
    return Measurement(
        wall_seconds=min(one.wall_seconds for one in good),
        user_seconds=quickest.user_seconds,
        system_seconds=quickest.system_seconds,
        peak_rss_bytes=max(one.peak_rss_bytes for one in good),
        peak_anonymous_bytes=max(one.peak_anonymous_bytes for one in good),
        exit_code=0,
    )


def warm_page_cache(file: Path) -> None:
    """Read ``file`` once, so that no run pays for the disk."""
    with file.open("rb", buffering=0) as stream:
        while stream.read(WARM_UP_BLOCK_BYTES):
            pass


def bytes_below(directory: Path) -> int:
    """The total size of all files below ``directory``, links left out."""
    files = (file.lstat() for file in directory.rglob("*"))
    return sum(one.st_size for one in files if stat.S_ISREG(one.st_mode))


def _failure(exit_code: int, stderr: int, stopped_after_seconds: float | None) -> str:
    if exit_code == 0:
        return ""
    if stopped_after_seconds is not None:
        return f"stopped after {stopped_after_seconds:.0f} s"
    size = os.fstat(stderr).st_size
    text = os.pread(stderr, STDERR_KEPT_BYTES, max(0, size - STDERR_KEPT_BYTES))
    lines = text.decode("utf-8", "replace").strip().splitlines()
    return f"exit code {exit_code}: {lines[-1] if lines else 'no message'}"


class AnonymousMemorySampler(threading.Thread):
    """Polls ``RssAnon`` of a process; ``smaps_rollup`` would walk all pages and slow the run."""

    def __init__(self, process_id: int, poll_seconds: float = POLL_SECONDS) -> None:
        super().__init__(daemon=True)
        self._poll_seconds = poll_seconds
        self.peak_bytes = 0
        self._status = Path(f"/proc/{process_id}/status")
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                text = self._status.read_text(encoding="ascii", errors="replace")
            except OSError:
                return
            for line in text.splitlines():
                if line.startswith("RssAnon:"):
                    self.peak_bytes = max(self.peak_bytes, int(line.split()[1]) * 1024)
                    break
            self._stopped.wait(self._poll_seconds)

    def stop(self) -> None:
        self._stopped.set()
        self.join()
