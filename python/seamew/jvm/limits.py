"""How many files and threads a process has open, and how many it may have.

Source: proc_pid_limits(5), proc_pid_fd(5).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .procfs import PROC, check_alive, proc_text

__all__ = ["ProcessLimits", "count_open_files", "read_limits"]

_NAME_CHARACTERS = 26
_UNLIMITED = "unlimited"


@dataclass(frozen=True)
class ProcessLimits:
    """The soft limits, which are those that hold; None: unlimited, or not to be seen.

    `max_processes` counts processes and threads of the user on the whole host.
    """

    max_open_files: int | None
    max_processes: int | None
    max_file_bytes: int | None = None


def read_limits(pid: int, proc: Path = PROC) -> ProcessLimits:
    """The limits of a process. Raises JvmNotFoundError where it has ended."""
    text = proc_text(pid, "limits", proc) or ""
    soft = {
        line[:_NAME_CHARACTERS].strip(): line[_NAME_CHARACTERS:].split()[0]
        for line in text.splitlines()[1:]
        if len(line) > _NAME_CHARACTERS
    }
    return ProcessLimits(
        max_open_files=_limit(soft.get("Max open files")),
        max_processes=_limit(soft.get("Max processes")),
        max_file_bytes=_limit(soft.get("Max file size")),
    )


def count_open_files(pid: int, proc: Path = PROC) -> int | None:
    """The file descriptors in use; None: closed to this user. Costs some 1 ms per 1,000 of them.

    Raises JvmNotFoundError where the process has ended.
    """
    try:
        return sum(1 for _ in (proc / str(pid) / "fd").iterdir())
    except OSError:
        check_alive(pid, proc)
        return None


def _limit(text: str | None) -> int | None:
    return None if text is None or text == _UNLIMITED else int(text)
