"""The native threads of a process and what CPU time they have used.

Source: proc_pid_stat(5). Costs some 40 us a thread; a thread that ends meanwhile is left out.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .procfs import PROC, check_alive, proc_text, seconds_since_boot

__all__ = [
    "TICKS_PER_SECOND",
    "NativeThread",
    "ProcessTimes",
    "read_process_times",
    "read_thread_names",
    "read_threads",
]

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# Fields behind the name, counted from the state, which is field 3 of proc_pid_stat(5).
_STATE, _USER, _SYSTEM, _STARTED = 0, 11, 12, 19


@dataclass(frozen=True)
class NativeThread:
    """A thread as Linux sees it.

    `tid` is the host's, `namespace_tid` the one that the JVM writes as nid into thread dumps.
    `name` is cut to 15 bytes: HotSpot gives it the Java thread's. `state` is a letter: R runs,
    S sleeps, D waits for a disk, T is stopped, Z has ended.
    """

    tid: int
    namespace_tid: int
    name: str
    state: str
    user_seconds: float
    system_seconds: float

    @property
    def cpu_seconds(self) -> float:
        """User and system time together."""
        return round(self.user_seconds + self.system_seconds, 2)


@dataclass(frozen=True)
class ProcessTimes:
    """CPU time of a whole process, threads that have ended included, and how old it is."""

    user_seconds: float
    system_seconds: float
    age_seconds: float

    @property
    def cpu_seconds(self) -> float:
        """User and system time together."""
        return round(self.user_seconds + self.system_seconds, 2)


def read_threads(pid: int, namespace_pid: int, proc: Path = PROC) -> tuple[NativeThread, ...]:
    """The threads of a process by tid. Raises JvmNotFoundError where it has ended.

    `namespace_pid` is the process number that the process itself knows: where it is another one,
    each thread costs a second file.
    """
    try:
        tids = sorted(int(entry.name) for entry in (proc / str(pid) / "task").iterdir())
    except OSError:
        check_alive(pid, proc)
        return ()
    threads = []
    for tid in tids:
        stat = _stat(pid, f"task/{tid}/stat", proc)
        if stat is None:
            continue
        name, fields = stat
        threads.append(
            NativeThread(
                tid=tid,
                namespace_tid=tid if namespace_pid == pid else _namespace_tid(pid, tid, proc),
                name=name,
                state=fields[_STATE],
                user_seconds=int(fields[_USER]) / TICKS_PER_SECOND,
                system_seconds=int(fields[_SYSTEM]) / TICKS_PER_SECOND,
            )
        )
    return tuple(threads)


def read_thread_names(pid: int, proc: Path = PROC) -> tuple[str, ...]:
    """The names of the threads alone; none where the process has ended."""
    try:
        files = [task / "comm" for task in (proc / str(pid) / "task").iterdir()]
    except OSError:
        return ()
    names = []
    for file in files:
        with suppress(OSError):  # a thread that ends meanwhile
            names.append(file.read_bytes().decode("utf-8", "replace").rstrip("\n"))
    return tuple(names)


def read_process_times(pid: int, proc: Path = PROC) -> ProcessTimes | None:
    """CPU time and age; None: not to be seen. Raises JvmNotFoundError where it has ended."""
    stat = _stat(pid, "stat", proc)
    if stat is None:
        return None
    _, fields = stat
    since_boot = seconds_since_boot(proc)
    return ProcessTimes(
        user_seconds=int(fields[_USER]) / TICKS_PER_SECOND,
        system_seconds=int(fields[_SYSTEM]) / TICKS_PER_SECOND,
        age_seconds=max(0.0, since_boot - int(fields[_STARTED]) / TICKS_PER_SECOND),
    )


def _stat(pid: int, name: str, proc: Path) -> tuple[str, list[str]] | None:
    """The name and the fields behind it; the name may have blanks and brackets of its own."""
    text = proc_text(pid, name, proc)
    if not text:
        return None
    before, _, after = text.rpartition(")")
    return before.partition("(")[2], after.split()


def _namespace_tid(pid: int, tid: int, proc: Path) -> int:
    text = proc_text(pid, f"task/{tid}/status", proc) or ""
    numbers = [line.split() for line in text.splitlines() if line.startswith("NSpid:")]
    return int(numbers[0][-1]) if numbers else tid
