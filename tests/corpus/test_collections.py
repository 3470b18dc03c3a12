"""Collections of a reference dump whose sizes Eclipse MAT's tests know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seamew.heap import Heap, open_heap

from .test_mat_parity import CORPUS, FOLDERS

DUMP = CORPUS / "sun_jdk6_18_x32" / "dump.hprof.gz"
FEWEST_COLLECTIONS = 50
ONLY_SIZES = "only the size of such collections can be read"
SIZES = {
    "0x241957d0": ("java.util.HashMap", 60),
    "0x24166668": ("java.util.LinkedHashMap", 45),
    "0x241abf40": ("java.util.HashSet", 2),
    "0x2416f090": ("java.util.LinkedHashSet", 23),
    "0x2416b168": ("java.util.Hashtable", 19),
    "0x24120b38": ("java.util.Properties", 53),
    "0x2416b9f0": ("java.util.WeakHashMap", 11),
    "0x2419d490": ("java.util.concurrent.ConcurrentHashMap", 65),
    "0x24185f68": ("java.util.TreeMap", 16),
}


@pytest.fixture(scope="module")
def heap() -> Iterator[Heap]:
    if not DUMP.exists():
        pytest.skip(f"no {DUMP}")
    with open_heap(DUMP, use_index=False) as opened:
        yield opened


@pytest.mark.parametrize("address", SIZES)
def test_sizes(heap: Heap, address: str) -> None:
    class_name, size = SIZES[address]
    (row,) = heap.collection_objects(address).rows
    assert (row.class_name, row.size) == (class_name, size)
    found = heap.contents(address, limit=None)
    assert found.notes == ()
    assert len(found.rows) == size


@pytest.fixture(scope="module", params=FOLDERS or ["absent"])
def any_heap(request: pytest.FixtureRequest) -> Iterator[Heap]:
    dumps = list(CORPUS.glob(f"{request.param}/dump.hprof*"))
    if not dumps:
        pytest.skip(f"no reference dumps in {CORPUS}")
    with open_heap(dumps[0], use_index=False) as opened:
        yield opened


def test_sizes_are_numbers_of_entries(any_heap: Heap) -> None:
    """In a dump of a program that stood still, what collections say of themselves is true."""
    rows = any_heap.collection_objects(limit=any_heap.facts.object_count).rows
    assert len(rows) >= FEWEST_COLLECTIONS
    notes: list[str] = []
    for row in rows:
        found = any_heap.contents(row.object_index, limit=None)
        assert found.size == row.size, row
        notes += found.notes
    assert [note for note in notes if ONLY_SIZES not in note] == []
