"""Compressing a dump as HotSpot itself does: a gzip file of members of a megabyte each.

Each member can be unpacked without those before it; the comment in the first one tells readers so.
Source: src/hotspot/share/services/heapDumperCompression.cpp of OpenJDK, RFC 1952.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

__all__ = ["MEMBER_BYTES", "pack_file", "packed_member"]

MEMBER_BYTES = 1 << 20
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_HEAD_WITH_COMMENT = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff"
_COMMENT = b"HPROF BLOCKSIZE=%d\0" % MEMBER_BYTES
_TAIL = struct.Struct("<II")
_RAW_DEFLATE = -15
_LOWEST_PRIORITY = 19


def packed_member(data: bytes, level: int, *, is_first: bool) -> bytes:
    """A gzip member of at most MEMBER_BYTES; all but the last one must be of that size."""
    deflate = zlib.compressobj(level, zlib.DEFLATED, _RAW_DEFLATE)
    head = _HEAD_WITH_COMMENT + _COMMENT if is_first else _HEAD
    body = deflate.compress(data) + deflate.flush()
    return head + body + _TAIL.pack(zlib.crc32(data), len(data))


def pack_file(
    source: BinaryIO, target: BinaryIO, level: int, goes_on: Callable[[int], bool]
) -> None:
    """Compress to the end; `goes_on` is told the bytes read so far and says whether to go on.

    The calling thread has the lowest priority from then on: call it in one of its own.
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, _LOWEST_PRIORITY)  # on Linux: of this thread
    done = 0
    while True:
        data = source.read(MEMBER_BYTES)
        if not data:
            return
        target.write(packed_member(data, level, is_first=done == 0))
        done += len(data)
        if not goes_on(done):
            return
