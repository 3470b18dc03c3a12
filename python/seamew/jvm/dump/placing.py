"""From what the JVM has written to a file of this user's: moved or fetched, checked, compressed."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from seamew.errors import CancelledError, NoRoomError, SeamewError
from seamew.units import format_bytes

from .background import Background
from .check import DumpCheck
from .estimate import RAW
from .files import Part, check_whole, copy, new_file
from .order import DumpOrder
from .packing import pack_file

__all__ = ["INTERRUPTED", "compress", "put_in_place"]

INTERRUPTED = "Ctrl-C"
"""What keeps a dump from being compressed when the user does."""

_PACKED_SHARE = 0.3  # of the raw bytes: room that compressing will most likely need


def put_in_place(order: DumpOrder, part: Part) -> tuple[Path, DumpCheck]:
    """Check the dump and give it its name; returns that.

    What is in another file system is copied, compressed on the way where there is no room
    otherwise, and removed there once the copy is checked; if that fails it stays where it is.
    """
    path = order.wish.first_path
    if part.is_shared:
        part.own()
        order.watcher.on_progress("check", 0, 0)
        with part.open(part.name) as file:
            check = check_whole(file, part.path)
        if part.give_name(path):
            return path, check
    try:
        path, check = _fetch(order, part)
    except SeamewError as error:
        error.hint = f"the whole dump is still in {part.path}"
        raise
    part.remove()
    return path, check


def _fetch(order: DumpOrder, part: Part) -> tuple[Path, DumpCheck]:
    path, size = order.wish.first_path, part.written_bytes
    room = os.statvfs(str(path.parent))
    free = room.f_bavail * room.f_frsize
    packs = free < size and order.wish.method == RAW and order.wish.is_compressed
    if free < (size * _PACKED_SHARE if packs else size):
        raise NoRoomError(f"{format_bytes(free)} are free for {format_bytes(size)}", path=str(path))
    path = order.wish.packed_path if packs else path
    with part.open(part.name) as source, new_file(path) as target:
        if packs:
            _work(order, "fetch", size, partial(pack_file, source, target, order.wish.level))
        else:
            _work(order, "fetch", size, partial(copy, source, target))
        order.watcher.on_progress("check", 0, 0)
        return path, check_whole(target, path)


def compress(order: DumpOrder) -> str:
    """Compress the dump beside everything else, and remove the raw file.

    Returns what has kept it from that, and then the raw file stays as it is; else "".
    """
    raw, packed = order.wish.raw_path, order.wish.packed_path
    size = raw.stat().st_size
    try:
        with raw.open("rb") as source, new_file(packed) as target:
            _work(order, "compress", size, partial(pack_file, source, target, order.wish.level))
    except (CancelledError, NoRoomError) as error:
        return error.message
    raw.unlink()
    return ""


def _work(
    order: DumpOrder, phase: str, size: int, work: Callable[[Callable[[int], bool]], object]
) -> None:
    """Do what takes long in the background; raises CancelledError at Ctrl-C.

    The work is given what to call with the bytes done so far, which says whether to go on.
    """
    done = [0]
    interrupts: list[str] = []

    def goes_on(count: int) -> bool:
        done[0] = count
        return not interrupts

    def on_interrupt() -> bool:
        interrupts.append(INTERRUPTED)
        return True

    job = Background(lambda: work(goes_on))
    job.watch(lambda: order.watcher.on_progress(phase, done[0], size), on_interrupt)
    if interrupts:
        raise CancelledError(INTERRUPTED)
