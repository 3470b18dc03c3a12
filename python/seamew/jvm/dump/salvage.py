"""What is left of a dump whose JVM has ended while it wrote it."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import BinaryIO

from seamew.errors import JvmNotFoundError
from seamew.jvm.discover import JvmProcess, find_jvm

from .check import check_dump
from .files import Part, new_file

__all__ = ["has_ended", "save_rest"]

_ENDING_SECONDS = 2.0
_LOOK_SECONDS = 0.01


def has_ended(jvm: JvmProcess) -> bool:
    """Whether the JVM is gone; one that has just closed its socket gets a moment to go."""
    deadline = time.monotonic() + _ENDING_SECONDS
    while time.monotonic() < deadline:
        try:
            find_jvm(jvm.pid, jvm.proc)
        except JvmNotFoundError:
            return True
        time.sleep(_LOOK_SECONDS)
    return False


def save_rest(part: Part, path: Path) -> None:
    """Make one file at `path` of what the JVM has written, and remove the rest.

    `part` may be that file already. Raises OSError and what `new_file` raises.
    """
    if part.path == path:
        part.own()
        if part.segments():
            with path.open("r+b") as file:
                _join_segments(part, file)
            part.remove_segments()
        return
    with new_file(path) as file:
        with part.open(part.name) as source:
            shutil.copyfileobj(source, file)
        _join_segments(part, file)
    part.remove()


def _join_segments(part: Part, file: BinaryIO) -> None:
    """Append the segments to the file, which is as the JVM left it.

    JDK 22 and later write names and classes to the file and the heap to segments; of what was
    already merged into the file the segment has all. A compressed file is only appended to.
    """
    segments = part.segments()
    if not segments:
        return
    file.flush()
    file.seek(0)
    check = check_dump(file)
    if not check.is_packed:
        file.truncate(check.whole_bytes if check.heap_offset is None else check.heap_offset)
    file.seek(0, os.SEEK_END)
    for name in segments:
        with part.open(name) as segment:
            shutil.copyfileobj(segment, file)
