"""OQL on the reference dumps: what MAT answers, and what follows from the dumps themselves.

The numbers of rows in `oql-facts.json` are MAT's. What the other queries must give is computed
from MAT's list of objects and from single objects as Python has them, never by OQL.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from seamew.heap import Heap, open_heap
from support.mat_answers import CORPUS, MatAnswers
from support.oql_sources import SOURCES
from support.oql_values import VALUES
from support.oql_world import Query, World, plain

FACTS = CORPUS / "oql-facts.json"
FOLDER = CORPUS / "sun_jdk5_64bit"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    if not FOLDER.exists():
        pytest.skip(f"no {FOLDER}")
    mat = MatAnswers(FOLDER)
    with open_heap(mat.dump, use_index=False, size_model="mat") as heap:
        yield World(heap, mat)


def facts() -> list[tuple[str, int]]:
    if not FACTS.exists():
        return []
    read = json.loads(FACTS.read_text(encoding="utf-8"))
    assert {fact["dump"] for fact in read} == {FOLDER.name}
    return [(fact["query"], fact["rows"]) for fact in read]


@pytest.mark.skipif(not FACTS.exists(), reason=f"no {FACTS}")
@pytest.mark.parametrize(("query", "rows"), facts())
def test_rows_that_mat_gives(world: World, query: str, rows: int) -> None:
    result = world.heap.oql(query)
    assert len(list(result)) == rows
    assert world.heap.oql(query).count() == rows


@pytest.mark.parametrize("query", SOURCES + VALUES, ids=lambda query: query[0])
def test_rows_that_follow_from_the_dump(world: World, query: Query) -> None:
    text, wanted = query
    rows = [row[0] if len(row) == 1 or is_object_list(world.heap, text) else row
            for row in world.heap.oql(text)]  # fmt: skip
    assert Counter(map(plain, rows)) == Counter(map(plain, wanted(world)))


def is_object_list(heap: Heap, text: str) -> bool:
    return [column.name for column in heap.oql(text).columns][:2] == ["object", "address"]
