"""The walk along a dump's records: whole, cut at every byte, damaged, compressed, in pieces."""

from __future__ import annotations

import gzip
import io
import random
import struct
from pathlib import Path

import pytest

from seamew.jvm.dump.check import DumpCheck, RecordWalk, check_dump
from support.big_dump import write_big_dump
from support.fake_dumper import small_dump

RECORD = struct.Struct(">BII")
HEAD_BYTES = len(b"JAVA PROFILE 1.0.2\0") + 12


def checked(content: bytes) -> DumpCheck:
    return check_dump(io.BytesIO(content))


def slow_ends(content: bytes) -> list[int]:
    """Where the header and each record end, found by the simplest walk."""
    ends = [content.index(b"\0") + 13]
    while ends[-1] < len(content):
        ends.append(ends[-1] + RECORD.size + RECORD.unpack_from(content, ends[-1])[2])
    return ends


def test_a_whole_dump() -> None:
    content = small_dump()
    found = checked(content)
    ends = slow_ends(content)
    assert found.problem == ""
    assert found.problem_offset is None
    assert (found.raw_bytes, found.whole_bytes) == (len(content), len(content))
    assert found.records == len(ends) - 1
    assert found.heap_records >= 1
    assert found.heap_offset in ends
    assert content[found.heap_offset or 0] == 0x1C


def test_a_dump_cut_at_any_byte_is_not_whole() -> None:
    content = small_dump()
    ends = slow_ends(content)
    for length in range(len(content)):
        found = checked(content[:length])
        assert found.problem, length
        assert found.raw_bytes == length
        assert found.problem_offset == length
        assert found.whole_bytes == max([end for end in ends if end <= length], default=0)


def test_pieces_of_any_size_give_the_same() -> None:
    content, chance = small_dump(), random.Random(3)  # noqa: S311 (test data)
    whole = checked(content)
    for cut in (len(content), len(content) - 7, 11, 1000):
        alone = checked(content[:cut])
        for _ in range(20):
            walk, at = RecordWalk(), 0
            while at < cut:
                length = chance.choice([1, 2, 9, 30, 500])
                walk.feed(content[at : min(at + length, cut)])
                at += length
            assert walk.end() == alone
    assert checked(content) == whole


def test_compressed_dumps_are_unpacked() -> None:
    content = small_dump()
    half = len(content) // 2
    members = gzip.compress(content[:half]) + gzip.compress(content[half:])
    found = checked(members)
    assert found.is_packed
    assert found.problem == ""
    assert found.raw_bytes == len(content)
    cut = checked(members[:-20])
    assert cut.is_packed
    assert "compression breaks off" in cut.problem
    assert cut.problem_offset is not None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"JAVA PRO", "cut off in its header"),
        (b"<html>", "does not begin as a heap dump"),
        (b"JAVA PROFILE 1.0.2" + b"x" * 40, "does not begin as a heap dump"),
        (b"JAVA PROFILE 1.0.2\0" + struct.pack(">IQ", 7, 0), "identifiers have 7 bytes"),
    ],
)
def test_what_is_no_dump(content: bytes, words: str) -> None:
    assert words in checked(content).problem


def test_an_unknown_record_and_what_follows_the_end() -> None:
    content = small_dump()
    first = slow_ends(content)[0]
    broken = content[:first] + b"\x77" + content[first + 1 :]
    found = checked(broken)
    assert "unknown tag 119" in found.problem
    assert (found.problem_offset, found.raw_bytes) == (first, len(broken))
    assert "unknown tag" in checked(content + content).problem


def test_format_1_0_1_ends_with_its_heap() -> None:
    head = b"JAVA PROFILE 1.0.1\0" + struct.pack(">IQ", 8, 0)
    assert checked(head + RECORD.pack(0x0C, 0, 4) + b"body").problem == ""
    never_written = checked(head + RECORD.pack(0x0C, 0, 0) + b"body")
    assert "length of its heap was never written" in never_written.problem


def test_of_a_big_dump_little_is_read(tmp_path: Path) -> None:
    class Counting(io.FileIO):
        read_bytes = 0

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            count = super().readinto(buffer) or 0
            Counting.read_bytes += count
            return count

    path = write_big_dump(tmp_path / "big.hprof", 200_000)
    with io.BufferedReader(Counting(str(path))) as file:
        found = check_dump(file)
    assert found.problem == ""
    assert Counting.read_bytes < path.stat().st_size / 10
