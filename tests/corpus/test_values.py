"""Questions about values on the reference dumps, against MAT's answers and a slow twin."""

from __future__ import annotations

import csv
import gzip
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from seamew.heap import Heap, open_heap
from seamew.model import ObjectRow

CORPUS = Path(os.environ.get("SEAMEW_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
FOLDERS = sorted(path.parent.name for path in CORPUS.glob("*/objects.csv.gz"))
SHORTEST_CUT = 256

Objects = list[tuple[int, str]]


@pytest.fixture(scope="module", params=FOLDERS or ["absent"])
def folder(request: pytest.FixtureRequest) -> Path:
    if not FOLDERS:
        pytest.skip(f"no reference dumps in {CORPUS}")
    return CORPUS / str(request.param)


@pytest.fixture(scope="module")
def heap(folder: Path) -> Iterator[Heap]:
    dump = next(folder.glob("dump.hprof*"))
    with open_heap(dump, use_index=False, size_model="mat") as opened:
        yield opened


@pytest.fixture(scope="module")
def objects(folder: Path) -> Objects:
    """Shallow size and class of every object, as MAT has them."""
    with gzip.open(folder / "objects.csv.gz", "rt") as file:
        return [(int(row["shallow"]), row["cls"]) for row in csv.DictReader(file)]


def test_counts_are_those_of_mat(heap: Heap, objects: Objects) -> None:
    counts = Counter(name for _, name in objects)
    found = heap.duplicate_strings(limit=0)
    assert found.objects + found.not_compared == counts["java.lang.String"]
    arrays, array_bytes = Counter[str](), Counter[str]()
    for row in heap.arrays().classes:
        arrays[row.class_name] += row.objects
        array_bytes[row.class_name] += row.shallow_bytes
    assert arrays == {name: count for name, count in counts.items() if name.endswith("[]")}
    assert array_bytes.total() == sum(size for size, name in objects if name.endswith("[]"))


def strings(heap: Heap) -> tuple[ObjectRow, ...]:
    return heap.rows(heap.instance_ids("java.lang.String", limit=10_000_000))


def test_texts_are_those_of_each_row(heap: Heap) -> None:
    rows = strings(heap)
    for text in ("java", "e", "/"):
        found = set(heap.find_strings(text, fixed=True))
        short = {row.object_index: row.value for row in rows if len(row.value or "") < SHORTEST_CUT}
        wanted = {index for index, value in short.items() if value is not None and text in value}
        assert found & short.keys() == wanted


def test_equal_strings_are_those_of_each_row(heap: Heap) -> None:
    values = [row.value for row in strings(heap) if row.value is not None]
    short = Counter(value for value in values if len(value) < SHORTEST_CUT)
    found = heap.duplicate_strings(limit=None)
    assert found.objects == len(values)
    groups = {row.value: row.objects for row in found.rows if (row.length or 0) < SHORTEST_CUT}
    assert groups == {value: count for value, count in short.items() if count > 1}
    grouped = heap.group_by("java.lang.String", limit=None)
    assert grouped.objects == len(values) + found.not_compared
    assert sum(row.objects for row in grouped.rows) == grouped.objects
