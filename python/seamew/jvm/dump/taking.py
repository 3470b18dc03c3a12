"""Taking a heap dump to a file: the JVM writes it, then it is checked, named and compressed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from .answers import DumpNotCreatedError
from .check import DumpCheck
from .costs import preflight
from .files import PART_SUFFIX, Part
from .folders import open_folder
from .order import DumpOrder
from .placing import INTERRUPTED, compress, put_in_place
from .writing import Written, write_part

__all__ = ["HeapDump", "take_file"]

_ANYWHERE = "/tmp"  # noqa: S108 (a private folder is made there)
_NAME = "heap.hprof"
_ASKING_SECONDS = 30.0


@dataclass(frozen=True)
class HeapDump:
    """A dump that was taken and is whole; `path` None: it went to a stream.

    `raw_bytes` are those of the dump unpacked, `records` those that the check has seen.
    `pause_seconds` is how long the JVM stood still; None: it does not tell. `not_compressed` is
    why not, where that was wanted. `was_interrupted`: Ctrl-C came, but the dump is whole.
    """

    pid: int
    path: str | None
    is_live: bool
    method: str
    is_compressed: bool
    file_bytes: int
    raw_bytes: int
    records: int
    pause_seconds: float | None
    seconds: float
    was_interrupted: bool = False
    not_compressed: str = ""


def take_file(order: DumpOrder) -> HeapDump:
    """Take a dump by RAW or GZ, as the preflight has found it possible.

    Raises JvmNotFoundError where the JVM ends meanwhile, NoRoomError, JvmCommandError,
    CancelledError or DamagedDumpError; the messages say what is left, and where.
    """
    started = time.monotonic()
    try:
        path, written, check = _taken(order)
    except DumpNotCreatedError as refusal:
        path, written, check = _taken(_elsewhere(order, refusal))
    problem = ""
    if order.wish.is_compressed and path != order.wish.packed_path:
        problem = INTERRUPTED if written.was_interrupted else compress(order)
        path = path if problem else order.wish.packed_path
    return HeapDump(
        pid=order.jvm.pid,
        path=str(path),
        is_live=order.wish.is_live,
        method=order.wish.method,
        is_compressed=path == order.wish.packed_path,
        file_bytes=path.stat().st_size,
        raw_bytes=check.raw_bytes,
        records=check.records,
        pause_seconds=written.pause_seconds,
        seconds=time.monotonic() - started,
        was_interrupted=written.was_interrupted or problem == INTERRUPTED,
        not_compressed=problem,
    )


def _taken(order: DumpOrder) -> tuple[Path, Written, DumpCheck]:
    with _part(order) as part:
        written = write_part(order, part)
        path, check = put_in_place(order, part)
        return path, written, check


@contextmanager
def _part(order: DumpOrder) -> Iterator[Part]:
    """Where the JVM is to write: beside the target, or in a folder of its own elsewhere."""
    if order.found.via is None:
        path = order.wish.first_path
        with open_folder(order.jvm, str(path.parent)) as folder:
            yield Part(folder, path.name + PART_SUFFIX)
    else:
        with open_folder(order.jvm, order.found.via) as outer, outer.private_folder() as folder:
            yield Part(folder, _NAME)


def _elsewhere(order: DumpOrder, refusal: DumpNotCreatedError) -> DumpOrder:
    """The same order for a JVM that may not write where its permissions said it may."""
    if order.found.via is not None:
        raise refusal
    wish = replace(order.wish, via=_ANYWHERE)
    found = preflight(order.client, wish, timeout_seconds=_ASKING_SECONDS)
    found.require_room()
    return replace(order, wish=wish, found=found)
