"""Thread dumps some seconds apart, each with the CPU time of every native thread beside it."""

from __future__ import annotations

import csv
import io

from seamew.errors import AttachRefusedError, JvmCommandError, JvmNotAnsweringError
from seamew.jvm.capture.settings import CaptureSettings
from seamew.jvm.capture.step import Evidence, Step
from seamew.jvm.tasks import read_threads

__all__ = ["STEP"]

_HEADER = ("tid", "nid", "name", "state", "user_seconds", "system_seconds")


def run(evidence: Evidence) -> None:
    """CPU times are read even where the JVM does not answer: /proc has the threads' names."""
    settings = evidence.settings
    for number in range(1, settings.thread_dumps + 1):
        if number > 1:
            evidence.pause(settings.interval_seconds)
        evidence.save(f"threads/cpu-{number}.csv", _cpu_times(evidence))
        try:
            # Locks that threads own, and fields beyond what jstack shows (JDK 11 and later).
            text = evidence.ask("threaddump", "-l -e")
        except (AttachRefusedError, JvmCommandError, JvmNotAnsweringError) as error:
            evidence.miss(error.message)
        else:
            evidence.save(f"threads/threads-{number}.txt", text)


def _cpu_times(evidence: Evidence) -> str:
    jvm = evidence.jvm
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_HEADER)
    for one in read_threads(jvm.pid, jvm.status.namespace_pid, jvm.proc):
        times = (one.user_seconds, one.system_seconds)
        writer.writerow((one.tid, one.namespace_tid, one.name, one.state, *times))
    return buffer.getvalue()


def _wait(settings: CaptureSettings) -> float:
    return (settings.thread_dumps - 1) * settings.interval_seconds


STEP = Step(
    "threads",
    "thread dumps with locks, and the CPU time of each native thread at the same time",
    "stops all threads for 2-150 ms a dump (2,000 threads: 20-165 ms)",
    run,
    wait=_wait,
)
