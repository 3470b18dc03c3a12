"""What a process maps into its memory: which JVM it is, and the file of its counters.

Source: proc_pid_maps(5), proc_pid_map_files(5). Costs 0.1 to 1 ms, by how much is mapped.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from .procfs import PROC

__all__ = ["HOTSPOT", "OPENJ9", "JvmMappings", "read_mappings", "read_maps", "vm_of"]

HOTSPOT = "HotSpot"
OPENJ9 = "OpenJ9"
_LIBRARIES = ((b"/libjvm.so", HOTSPOT), (b"/libj9vm", OPENJ9))
_COUNTERS = b"/hsperfdata_"
_DELETED = " (deleted)"
_FIELDS_BEFORE_PATH = 5


@dataclass(frozen=True)
class JvmMappings:
    """The JVM's library by its path in the JVM's own file system, and its counters' file.

    `counters` is to be opened from here; None: it has none (-XX:-UsePerfData,
    -XX:+PerfDisableSharedMem), or is only starting.
    """

    vm: str
    library: str
    counters: Path | None


def read_maps(pid: int, proc: Path = PROC) -> bytes:
    """What a process maps, a line each; nothing for a zombie and for a thread of the kernel.

    Raises OSError: closed to this user, or it has ended.
    """
    return (proc / str(pid) / "maps").read_bytes()


def vm_of(maps: bytes) -> str | None:
    """Which JVM a process with these mappings is; None: it is none."""
    return next((vm for name, vm in _LIBRARIES if name in maps), None)


def read_mappings(pid: int, proc: Path = PROC) -> JvmMappings | None:
    """What a JVM maps; None: the process is no JVM. Raises OSError as `read_maps` does."""
    maps = read_maps(pid, proc)
    for name, vm in _LIBRARIES:
        line = _line_with(maps, name)
        if line is not None:
            _, library = _range_and_path(line)
            return JvmMappings(vm, _without_mark(library), _counters(maps, proc / str(pid)))
    return None


def _counters(maps: bytes, process: Path) -> Path | None:
    """The mapped file itself: another one of that name may belong to another JVM.

    The file of a JVM in a container is named by a number that other containers use too, and tidy
    programs delete it: then the mapping still leads to it, for root.
    """
    line = _line_with(maps, _COUNTERS)
    if line is None:
        return None
    addresses, path = _range_and_path(line)
    inside = process / "root" / path.lstrip("/")
    if not path.endswith(_DELETED) and _is_plain_file(inside):
        return inside
    return process / "map_files" / addresses


def _line_with(maps: bytes, text: bytes) -> str | None:
    at = maps.find(text)
    if at < 0:
        return None
    start = maps.rfind(b"\n", 0, at) + 1
    end = maps.find(b"\n", at)
    return os.fsdecode(maps[start : end if end >= 0 else len(maps)])


def _range_and_path(line: str) -> tuple[str, str]:
    """The addresses and the path of a mapping; a path may have blanks and escaped line ends."""
    fields = line.split(None, _FIELDS_BEFORE_PATH)
    return fields[0], fields[_FIELDS_BEFORE_PATH].replace("\\012", "\n")


def _without_mark(path: str) -> str:
    return path[: -len(_DELETED)] if path.endswith(_DELETED) else path


def _is_plain_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
