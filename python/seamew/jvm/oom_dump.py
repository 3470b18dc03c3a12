"""The heap dump that a JVM writes by itself when out of memory: whether, where, what prevents it.

HeapDumpPath names a file or a folder that exists; by default the dump goes to the working
directory. The name is java_pidN.hprof with the number that the JVM itself knows, which in a
container is always the same. A file that exists is never replaced: then there is no dump.
Source: HeapDumper::dump_heap, src/hotspot/share/services/heapDumper.cpp of OpenJDK.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .discover import JvmProcess
from .file_system import path_from_here, why_not_writable

__all__ = ["OomDump", "read_oom_dump"]

_ON = "HeapDumpOnOutOfMemoryError"
_PATH = "HeapDumpPath"
_GZIP_LEVEL = "HeapDumpGzipLevel"
_PID_MARK = "%p"
_EXPANDS_PID_SINCE = 25


@dataclass(frozen=True)
class OomDump:
    """What would happen. `path` is the JVM's own; `obstacle` says why the dump would fail.

    None: nothing seems to stand in its way, or (`free_bytes`) the folder cannot be seen.
    """

    is_on: bool
    path: str
    obstacle: str | None
    free_bytes: int | None


def read_oom_dump(jvm: JvmProcess, flags: Mapping[str, str], version: str | None) -> OomDump:
    """What these flags of the JVM would do."""
    number = jvm.status.namespace_pid
    suffix = "" if flags.get(_GZIP_LEVEL, "0") == "0" else ".gz"
    path = flags.get(_PATH) or "."
    if _major(version) >= _EXPANDS_PID_SINCE:
        path = path.replace(_PID_MARK, str(number))
    if _is(Path.is_dir, path_from_here(jvm, path)):
        path = str(PurePosixPath(path) / f"java_pid{number}.hprof{suffix}")
    else:
        path += suffix
    place = path_from_here(jvm, path)
    folder = place.parent
    obstacle = why_not_writable(jvm, folder)
    if obstacle is not None:
        obstacle = f"its folder {PurePosixPath(path).parent} {obstacle}"
    elif _is(Path.exists, place):
        obstacle = "there is a file of that name, which the JVM does not replace"
    return OomDump(flags.get(_ON) == "true", path, obstacle, _free_bytes(str(folder)))


def _is(test: Callable[[Path], bool], path: Path) -> bool:
    try:
        return test(path)
    except OSError:
        return False


def _major(version: str | None) -> int:
    """8 of 1.8.0_252, 25 of 25.0.3; 0 where it is not known."""
    parts = (version or "0").split(".")
    number = parts[1] if parts[0] == "1" and len(parts) > 1 else parts[0]
    digits = "".join(character for character in number if character.isdigit())
    return int(digits or 0)


def _free_bytes(folder: str) -> int | None:
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize
