"""What Linux says about a process: /proc/PID/status, with units.

Source: proc_pid_status(5). Reading costs some 50 us and does not disturb the process.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seamew.errors import AccessRefusedError, JvmNotFoundError

from .procfs import PROC

__all__ = ["PROC", "ProcessStatus", "read_start_ticks", "read_status"]

_BYTES_PER_KILOBYTE = 1024
_START_TIME_FIELD = 22 - 3
_MEMORY_FIELD = 23 - 3
_ENDED = (b"Z", b"X")


@dataclass(frozen=True)
class ProcessStatus:
    """One process. `caught_signals` has bit N-1 set for signal N.

    Memory is in bytes; None: it has none any more (a zombie), or this kernel does not tell.
    """

    pid: int
    name: str
    state: str
    namespace_pid: int
    uid: int
    gid: int
    threads: int
    caught_signals: int
    rss_bytes: int | None
    rss_anonymous_bytes: int | None
    peak_rss_bytes: int | None
    swap_bytes: int | None
    groups: tuple[int, ...] = ()

    def catches(self, signal_number: int) -> bool:
        """Whether the process handles a signal, rather than dying of it or ignoring it."""
        return bool(self.caught_signals >> (signal_number - 1) & 1)


def read_status(pid: int, proc: Path = PROC) -> ProcessStatus:
    """The status of a process; `uid` and `gid` are the effective ones, as this namespace sees them.

    Raises JvmNotFoundError where there is no such process.
    """
    fields = _fields(pid, proc)
    namespace_pids = fields.get("NStgid") or fields.get("NSpid") or str(pid)
    return ProcessStatus(
        pid=pid,
        name=fields.get("Name", ""),
        state=fields.get("State", "?")[:1],
        namespace_pid=int(namespace_pids.split()[-1]),
        uid=int(fields["Uid"].split()[1]),
        gid=int(fields["Gid"].split()[1]),
        threads=int(fields.get("Threads", "0")),
        caught_signals=int(fields.get("SigCgt", "0"), 16),
        rss_bytes=_kilobytes(fields.get("VmRSS")),
        rss_anonymous_bytes=_kilobytes(fields.get("RssAnon")),
        peak_rss_bytes=_kilobytes(fields.get("VmHWM")),
        swap_bytes=_kilobytes(fields.get("VmSwap")),
        groups=tuple(map(int, fields.get("Groups", "").split())),
    )


def read_start_ticks(pid: int, proc: Path = PROC) -> int | None:
    """When a process started, in clock ticks since the machine did; None: it has ended.

    Numbers of processes are used again: number and start together name one for good. A process
    has ended when it has given its memory back: its files close only after that.
    Source: proc_pid_stat(5).
    """
    try:
        text = (proc / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    # The name before the last parenthesis may hold anything; the field after it is the third.
    fields = text.rpartition(b")")[2].split()
    has_ended = fields[0] in _ENDED or int(fields[_MEMORY_FIELD]) == 0
    return None if has_ended else int(fields[_START_TIME_FIELD])


def _fields(pid: int, proc: Path) -> dict[str, str]:
    try:
        text = (proc / str(pid) / "status").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError) as error:
        raise JvmNotFoundError(
            f"there is no process {pid}", hint="`seamew ps` lists the JVMs of this host"
        ) from error
    except PermissionError as error:
        raise AccessRefusedError(
            f"process {pid} is hidden from this user",
            hint="run seamew as root or as the user of the process",
        ) from error
    pairs = (line.partition(":") for line in text.splitlines())
    return {name: value.strip() for name, _, value in pairs}


def _kilobytes(value: str | None) -> int | None:
    return int(value.split()[0]) * _BYTES_PER_KILOBYTE if value else None
