"""GC.heap_info as the collectors of JDK 8 to 25 word it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamew.errors import JvmCommandError
from seamew.jvm.heap_info import HeapArea, HeapInfo, parse_heap_info

KB = 1 << 10
MB = 1 << 20


def recorded(name: str) -> HeapInfo:
    """The answer of a collector of a version; those of 8 are made after its source."""
    return parse_heap_info((Path(__file__).parent / "heap_info" / f"{name}.txt").read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "used", "committed", "reserved", "generations"),
    [
        ("g1-17", 1125 * KB, 10240 * KB, 64 * MB, ["garbage-first heap"]),
        ("g1-25", 1534 * KB, 10240 * KB, 64 * MB, ["garbage-first heap"]),
        ("parallel-11", 770 * KB, 62976 * KB, 64 * MB, ["PSYoungGen", "ParOldGen"]),
        ("serial-21", 789 * KB, 63360 * KB, 64 * MB, ["def new generation", "tenured generation"]),
        ("serial-25", 1538 * KB, 63360 * KB, 64 * MB, ["DefNew", "Tenured"]),
        (
            "cms-8",
            520 * KB,
            63360 * KB,
            64 * MB,
            ["par new generation", "concurrent mark-sweep generation"],
        ),
        ("shenandoah-11", 1026 * KB, 32 * MB, 64 * MB, ["Shenandoah"]),
        ("shenandoah-8", MB, 32 * MB, 64 * MB, ["Shenandoah"]),
        ("z-11", 6 * MB, 32 * MB, 64 * MB, ["ZHeap"]),
        ("z-25", 2 * MB, 64 * MB, 64 << 30, ["ZHeap"]),
        ("epsilon-25", 0x210A30, 64 * MB, 64 * MB, ["Epsilon"]),
    ],
)
def test_the_whole(
    name: str, used: int, committed: int, reserved: int, generations: list[str]
) -> None:
    heap = recorded(name)
    assert [area.name for area in heap.generations] == generations
    assert (heap.used_bytes, heap.committed_bytes, heap.reserved_bytes) == (
        used,
        committed,
        reserved,
    )


def test_spaces_are_exact() -> None:
    heap = recorded("parallel-11")
    assert heap.spaces[0] == HeapArea("eden", 0x51F20, 16 * MB, 16 * MB)
    assert [area.name for area in heap.spaces] == ["eden", "from", "to", "object"]
    # What generations use is cut to kilobytes, each on its own.
    lost = sum(area.used_bytes for area in heap.spaces) - heap.used_bytes
    assert 0 <= lost < 2 * KB


def test_metaspace_and_regions() -> None:
    heap = recorded("parallel-11")
    assert heap.metaspace == HeapArea("Metaspace", 3667 * KB, 4864 * KB, 1056768 * KB)
    assert heap.class_space == HeapArea("class space", 332 * KB, 512 * KB, 1048576 * KB)
    assert heap.region_bytes is None
    assert recorded("g1-25").metaspace is None
    assert recorded("g1-25").region_bytes == MB
    assert recorded("shenandoah-8").region_bytes == 256 * KB


def test_what_is_not_said_is_unknown() -> None:
    heap = parse_heap_info("garbage-first heap   total 10240K, used 1125K\n")
    assert heap.reserved_bytes is None


@pytest.mark.parametrize("text", ["", "java.lang.IllegalArgumentException\n", "total, used\n"])
def test_no_heap(text: str) -> None:
    with pytest.raises(JvmCommandError, match="describes no heap"):
        parse_heap_info(text)
