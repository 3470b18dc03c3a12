"""Collections of the reference dumps: what they say of themselves is what is in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seamew.heap import Heap, open_heap
from support.mat_answers import CORPUS, FOLDERS

FEWEST_COLLECTIONS = 50
ONLY_SIZES = "only the size of such collections can be read"


@pytest.fixture(scope="module", params=FOLDERS or ["absent"])
def heap(request: pytest.FixtureRequest) -> Iterator[Heap]:
    dumps = list(CORPUS.glob(f"{request.param}/dump.hprof*"))
    if not dumps:
        pytest.skip(f"no reference dumps in {CORPUS}")
    with open_heap(dumps[0], use_index=False) as opened:
        yield opened


def test_sizes_are_numbers_of_entries(heap: Heap) -> None:
    """In a dump of a program that stood still, what collections say of themselves is true."""
    rows = heap.collection_objects(limit=heap.facts.object_count).rows
    assert len(rows) >= FEWEST_COLLECTIONS
    notes: list[str] = []
    for row in rows:
        found = heap.contents(row.object_index, limit=None)
        assert found.size == row.size, row
        notes += found.notes
    assert [note for note in notes if ONLY_SIZES not in note] == []
