"""The memory of a process as its pages say it: /proc/PID/smaps_rollup.

The kernel walks all pages of the process for it: some 3 ms a GB. What needs no such walk (RSS, its
anonymous part, swap) is in `ProcessStatus`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .procfs import PROC, proc_text

__all__ = ["PageMemory", "read_page_memory"]

_BYTES_PER_KILOBYTE = 1024


@dataclass(frozen=True)
class PageMemory:
    """In bytes. `unique_bytes` (USS) is what would be freed with the process.

    PSS shares each page out among the processes that map it.
    """

    rss_bytes: int
    pss_bytes: int
    unique_bytes: int
    anonymous_bytes: int
    swap_bytes: int


def read_page_memory(pid: int, proc: Path = PROC) -> PageMemory | None:
    """The memory of a process; None: closed to this user, or a kernel before 4.14.

    Raises JvmNotFoundError where it has ended.
    """
    text = proc_text(pid, "smaps_rollup", proc)
    if not text:
        return None
    kilobytes = {}
    for line in text.splitlines()[1:]:
        name, _, value = line.partition(":")
        kilobytes[name] = int(value.split()[0])

    def size(*names: str) -> int:
        return sum(kilobytes.get(name, 0) for name in names) * _BYTES_PER_KILOBYTE

    return PageMemory(
        rss_bytes=size("Rss"),
        pss_bytes=size("Pss"),
        unique_bytes=size("Private_Clean", "Private_Dirty"),
        anonymous_bytes=size("Anonymous"),
        swap_bytes=size("Swap"),
    )
