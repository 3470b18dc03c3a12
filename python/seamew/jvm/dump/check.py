"""Whether a heap dump is whole: its header and its records, one after the other to the end.

What is inside of a heap segment is not looked at, so an uncompressed file is checked in
milliseconds a gigabyte; a compressed one has to be unpacked.
Source: the comment "HPROF binary format" in src/hotspot/share/services/heapDumper.cpp of OpenJDK.
"""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO

__all__ = ["DumpCheck", "RecordWalk", "check_dump"]

_MAGIC = b"JAVA PROFILE 1.0."
_GZIP_MAGIC = b"\x1f\x8b"
_LONGEST_FORMAT = 32
_IDENTIFIER_SIZES = (4, 8)
_HEAD = struct.Struct(">IQ")  # identifier size, time in milliseconds
_RECORD = struct.Struct(">BII")  # tag, microseconds since the header's time, bytes that follow
_TEXT, _LOAD_CLASS, _HEAP, _HEAP_SEGMENT, _END = 0x01, 0x02, 0x0C, 0x1C, 0x2C
_TAGS = frozenset({_TEXT, _LOAD_CLASS, 3, 4, 5, 6, 7, 10, _HEAP, 13, 14, _HEAP_SEGMENT, _END})
_CHUNK_BYTES = 1 << 20
_HEAD_BYTES = 1 << 12


@dataclass(frozen=True)
class DumpCheck:
    """What the walk along the records has seen; `raw_bytes` are those of the unpacked dump.

    `whole_bytes` end with the last whole record. `heap_offset` is that of the first heap record,
    None where there is none. `problem` says what is wrong and is empty for a whole dump;
    `problem_offset` is where. `is_packed`: the file is compressed, offsets are of the unpacked.
    """

    raw_bytes: int
    whole_bytes: int
    records: int
    heap_records: int
    heap_offset: int | None
    problem: str
    problem_offset: int | None
    is_packed: bool = False


class RecordWalk:
    """A dump fed piece by piece from its beginning; pieces may be of any size."""

    def __init__(self) -> None:
        self._pending = b""
        self._identifier_bytes = 0
        self._offset = 0  # of the first byte that is pending or, without one, comes next
        self._body_bytes = 0  # of the current record that have not come yet
        self._whole_bytes = 0
        self._last_tag = 0
        self._records = 0
        self._heap_records = 0
        self._heap_at: int | None = None
        self._problem = ""
        self._problem_at = 0

    def feed(self, data: bytes) -> None:
        """The next bytes of the dump."""
        if self._problem:
            self._offset += len(data)
            return
        self._pending += data
        done = self._advance()
        self._offset += done
        self._pending = self._pending[done:]

    def _advance(self) -> int:
        """Go along the records in what is pending; returns how many bytes of it are done with."""
        at = 0 if self._identifier_bytes else self._read_head()
        while self._identifier_bytes and not self._problem:
            taken = min(self._body_bytes, len(self._pending) - at)
            self._body_bytes -= taken
            at += taken
            if self._body_bytes:
                break
            self._whole_bytes = self._offset + at
            if len(self._pending) - at < _RECORD.size:
                break
            self._read_record(at)
            at += _RECORD.size
        return len(self._pending) if self._problem else at

    @property
    def skippable_bytes(self) -> int:
        """How many of the bytes that come next need not be fed, but may be skipped."""
        return 0 if self._pending else self._body_bytes

    def skip(self, count: int) -> None:
        """Pass over so many of the skippable bytes."""
        self._body_bytes -= count
        self._offset += count

    def end(self) -> DumpCheck:
        """What was seen, now that no more bytes come."""
        at = self._offset + len(self._pending)
        problem, problem_at = self._problem, self._problem_at
        if not problem:
            problem, problem_at = self._missing(), at
        return DumpCheck(
            raw_bytes=at,
            whole_bytes=self._whole_bytes,
            records=self._records,
            heap_records=self._heap_records,
            heap_offset=self._heap_at,
            problem=problem,
            problem_offset=problem_at if problem else None,
        )

    def _missing(self) -> str:
        """What is missing at the end of the file."""
        if not self._identifier_bytes:
            return "it is cut off in its header" if self._pending else "it is empty"
        if self._body_bytes:
            return f"it is cut off: {self._body_bytes} bytes of a record are missing"
        if self._pending:
            return "it is cut off within the head of a record"
        # A dump of format 1.0.1 has one heap record and no end record.
        if self._last_tag not in {_END, _HEAP}:
            return "it is cut off: the record that ends the heap is missing"
        return ""

    def _read_head(self) -> int:
        """Read the header once it is there; returns its length."""
        end = self._pending.find(b"\0", 0, _LONGEST_FORMAT)
        known = self._pending[: len(_MAGIC)]
        if not _MAGIC.startswith(known) or (end < 0 and len(self._pending) >= _LONGEST_FORMAT):
            self._fail("it does not begin as a heap dump does", 0)
            return 0
        length = end + 1 + _HEAD.size
        if end < 0 or len(self._pending) < length:
            return 0
        size, _ = _HEAD.unpack_from(self._pending, end + 1)
        if size not in _IDENTIFIER_SIZES:
            self._fail(f"its identifiers have {size} bytes", end + 1)
            return 0
        self._identifier_bytes = size
        return length

    def _read_record(self, at: int) -> None:
        tag, _, length = _RECORD.unpack_from(self._pending, at)
        where = self._offset + at
        if tag not in _TAGS:
            self._fail(f"a record has the unknown tag {tag}", where)
            return
        if tag == _HEAP and length == 0:
            self._fail("the length of its heap was never written: the JVM did not finish", where)
            return
        self._records += 1
        self._last_tag = tag
        self._body_bytes = length
        if tag in {_HEAP, _HEAP_SEGMENT}:
            self._heap_records += 1
            if self._heap_at is None:
                self._heap_at = where

    def _fail(self, problem: str, offset: int) -> None:
        self._problem, self._problem_at = problem, offset


def check_dump(file: BinaryIO) -> DumpCheck:
    """Walk along the records of an open dump, as the JVM wrote it or gzip-compressed.

    What follows the first dump in the file counts as wrong. Raises OSError where it can't be read.
    """
    walk = RecordWalk()
    is_packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    file.seek(0)
    if not is_packed:
        _walk_file(file, walk)
        return walk.end()
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            for chunk in iter(partial(unpacked.read, _CHUNK_BYTES), b""):
                walk.feed(chunk)
    except (EOFError, OSError, zlib.error) as error:
        problem = f"its compression breaks off: {error}"
        return replace(walk.end(), problem=problem, is_packed=True)
    return replace(walk.end(), is_packed=True)


def _walk_file(file: BinaryIO, walk: RecordWalk) -> None:
    left = file.seek(0, io.SEEK_END)
    file.seek(0)
    while left:
        skipped = min(walk.skippable_bytes, left)
        if skipped:
            file.seek(skipped, io.SEEK_CUR)
            walk.skip(skipped)
        chunk = file.read(min(_HEAD_BYTES, left - skipped))
        walk.feed(chunk)
        left -= skipped + len(chunk)
        if not chunk and not skipped:
            return
