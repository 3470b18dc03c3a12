"""Strings, arrays and objects that a running program made in known numbers."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import seamew
from seamew.heap import Heap

from .combinations import Combination, majors
from .conftest import jdk_of
from .zoo import ANSWER_SECONDS, java_command

LATIN, WIDE = "known café", "known 已知"
SESSION, POINT = "KnownValues$Session", "KnownValues$Point"

pytestmark = pytest.mark.live


@pytest.fixture(scope="module", params=majors(), ids=str)
def dump(
    request: pytest.FixtureRequest, zoo_classes: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    jdk = jdk_of(int(request.param))
    options = Combination(jdk.major, "g1", "default").options()
    folder = tmp_path_factory.mktemp(f"values-{jdk.major}")
    command = java_command(jdk, options, zoo_classes, folder)
    file = folder / "values.hprof"
    subprocess.run(
        [*command, "KnownValues", str(file)], check=True, timeout=ANSWER_SECONDS, cwd=folder
    )
    return file


@pytest.fixture
def heap(dump: Path) -> Iterator[Heap]:
    with seamew.open(dump, use_index=False) as heap:
        yield heap


def test_strings(heap: Heap) -> None:
    # The constants in the program's code are strings too.
    assert len(heap.find_strings("^known caf.$")) == 41
    assert len(heap.find_strings("KNOWN 已知", ignore_case=True, fixed=True)) == 31
    rows = heap.text_rows(heap.find_strings("^known "))
    assert {(row.value, row.characters) for row in rows} == {(LATIN, 10), (WIDE, 8)}


def test_duplicates(heap: Heap) -> None:
    found = {row.value: row for row in heap.duplicate_strings(limit=None).rows}
    for text, objects in ((LATIN, 41), (WIDE, 31)):
        row = found[text]
        assert row.objects == objects
        assert row.lost_bytes == (objects - 1) * row.bytes_each
        assert row.holders[0].field == f"{SESSION}#name"
    (points,) = heap.duplicate_objects(POINT).rows
    # JDKs differ in the order of fields.
    assert points.value in {"x=1, y=2.5", "y=2.5, x=1"}
    assert points.objects == 20
    arrays = heap.duplicate_arrays("byte[]", limit=None).rows
    (copies,) = (row for row in arrays if row.length == 1000 and row.objects == 10)
    assert copies.holders[0].field == "KnownValues$Copy#bytes"
    assert copies.value is not None
    assert copies.value.startswith("[-3, -2, -1, 0, 1, 2, 3, -3")


def test_arrays(heap: Heap) -> None:
    constant = {
        (row.class_name, row.length, row.value): row.objects for row in heap.constant_arrays().rows
    }
    assert constant["long[]", 50, -1] == 5
    halves = heap.array_fill("KnownValues$Point[]", segments=10)
    (row,) = (row for row in halves if row.objects)
    assert (row.up_to_share, row.objects, row.null_elements) == (0.5, 3, 150)
    lengths = {row.length: row.objects for row in heap.arrays("KnownValues$Point[]").lengths}
    assert lengths == {100: 3}
    version = heap.runtime_facts().java_version or ""
    bytes_per_latin = 2 if version.startswith("1.8") else 1
    builders = heap.unused_room("java.lang.StringBuilder", more_than=500).rows
    assert sorted((row.length, row.used_length, row.unused_bytes) for row in builders) == [
        (1000, 1, 1998),
        (1000, 10, 990 * bytes_per_latin),
    ]


def test_groups_and_conditions(heap: Heap) -> None:
    names = {row.value: row.objects for row in heap.group_by(SESSION, "name").rows}
    assert names == {LATIN: 40, WIDE: 30, None: 1}
    numbers = {row.value: row.objects for row in heap.group_by(SESSION, "number").rows}
    assert numbers == {"100007": 30, "99999": 1} | {f"10000{size}": 10 for size in range(4)}
    for where, objects in (
        (["name~caf", "size>=2"], 20),
        (["number=100003"], 10),
        (["name=null"], 1),
        (["name!=null", "size<1"], 10),
    ):
        assert len(heap.find(SESSION, where)) == objects
