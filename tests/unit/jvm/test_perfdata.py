"""Counter files whole, cut, forged and foreign; how little of them a reading takes."""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from seamew.errors import JvmNotAnsweringError, JvmNotFoundError
from seamew.jvm.perfdata import PerfData
from support.perfdata import perfdata_bytes

VALUES: dict[str, int | str] = {
    "sun.gc.collector.0.invocations": 7,
    "sun.rt.javaCommand": "com.acme.Main --port 80",
    "sun.gc.cause": "",
    "java.threads.live": -1,
    **{f"sun.gc.space.{number}": number << 33 for number in range(12)},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "4711"


def opened(file: Path, content: bytes) -> PerfData:
    file.write_bytes(content)
    return PerfData(file)


@pytest.mark.parametrize("big_endian", [False, True])
def test_all_values_are_read(file: Path, *, big_endian: bool) -> None:
    with opened(file, perfdata_bytes(VALUES, big_endian=big_endian)) as counters:
        assert counters.values() == VALUES
        assert {
            name: counters.text(name) if isinstance(value, str) else counters.number(name)
            for name, value in VALUES.items()
        } == VALUES
        assert counters.number("sun.rt.javaCommand") is None
        assert counters.text("java.threads.live") is None
        assert counters.number("no.such") is None
        assert counters.overflow_bytes == 0


def test_values_are_those_of_the_moment(file: Path) -> None:
    with opened(file, perfdata_bytes({"a": 1})) as counters:
        file.write_bytes(perfdata_bytes({"a": 2, "b": 3}, overflow=9))

        assert (counters.number("a"), counters.number("b")) == (2, None)
        counters.refresh()
        assert (counters.number("a"), counters.number("b")) == (2, 3)
        assert counters.overflow_bytes == 9


def test_counters_outlive_their_file(file: Path) -> None:
    with opened(file, perfdata_bytes({"a": 1})) as counters:
        file.unlink()
        assert counters.number("a") == 1
    counters.close()


def test_a_dozen_counters_cost_a_dozen_reads_of_eight_bytes(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters = opened(file, perfdata_bytes(VALUES))
    read: list[int] = []
    pread: Callable[[int, int, int], bytes] = os.pread

    def counted(file: int, size: int, at: int) -> bytes:
        read.append(size)
        return pread(file, size, at)

    monkeypatch.setattr(os, "pread", counted)

    assert [counters.number(f"sun.gc.space.{number}") for number in range(12)] == [
        number << 33 for number in range(12)
    ]
    assert read == [8] * 12

    read.clear()
    assert counters.values() == VALUES
    assert read == [8, file.stat().st_size]
    counters.close()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cut off"),
        (perfdata_bytes(VALUES)[:31], "cut off"),
        (b"JAVA PROFILE 1.0.2\0" * 9, "no hsperfdata file"),
        (b"\xca\xfe\xba\xbe" + bytes(60), "no hsperfdata file"),
        (b"\xca\xfe\xc0\xc0\x01\x01\x00\x01" + bytes(60), "no hsperfdata file of version 2"),
        (perfdata_bytes(VALUES, accessible=0), "still starting"),
        (perfdata_bytes(VALUES)[:100], "outside of the file|makes no sense"),
    ],
)
def test_what_is_no_counter_file(file: Path, content: bytes, words: str) -> None:
    with pytest.raises(JvmNotAnsweringError, match=words) as caught:
        opened(file, content)
    assert caught.value.path == str(file)
    assert caught.value.hint


def test_no_file_a_pipe_and_a_folder(file: Path) -> None:
    with pytest.raises(JvmNotFoundError, match="has ended"):
        PerfData(file)
    os.mkfifo(file)
    with pytest.raises(JvmNotAnsweringError, match="no file"):
        PerfData(file)
    with pytest.raises(JvmNotAnsweringError, match="no file"):
        PerfData(file.parent)


def test_a_file_cut_while_it_is_open(file: Path) -> None:
    with opened(file, perfdata_bytes(VALUES)) as counters:
        os.truncate(file, 40)
        with pytest.raises(JvmNotAnsweringError, match="cut off"):
            counters.number("java.threads.live")
        with pytest.raises(JvmNotAnsweringError, match="cut off"):
            counters.values()


def test_a_file_cut_anywhere_is_refused_or_read_whole(file: Path) -> None:
    whole = perfdata_bytes(VALUES, room=0)
    for size in range(len(whole)):
        with pytest.raises(JvmNotAnsweringError):
            opened(file, whole[:size])


def test_forged_files_never_do_more_than_be_refused(file: Path) -> None:
    """Each reading ends, in values or in our own error."""
    chance = random.Random(1)  # noqa: S311 (no secret)
    whole = perfdata_bytes(VALUES, room=0)
    refused = 0
    for _ in range(500):
        forged = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(8, len(forged) - 4)
            number = chance.choice([-1, 0, 1, 1 << 30, -(1 << 31), chance.randrange(len(forged))])
            struct.pack_into("<i", forged, at, number)
        try:
            with opened(file, bytes(forged)) as counters:
                counters.values()
        except JvmNotAnsweringError:
            refused += 1
    assert 50 < refused < 500
