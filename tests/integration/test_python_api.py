"""The library as a program uses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nanoarrow  # type: ignore[import-untyped]  # it has none
import pytest

import seamew
from seamew import errors
from seamew.heap import Heap
from seamew.model import ProgressSnapshot
from seamew.testing import HeapBuilder, InstanceObject
from support.big_dump import write_big_dump

COLUMNS = {
    "address": "Q",
    "class_id": "I",
    "shallow_bytes": "Q",
    "retained_bytes": "Q",
    "dominator": "I",
}


def test_the_leak_in_three_lines(leak: Path) -> None:
    with seamew.open(leak) as heap:
        (suspect, *_) = seamew.diagnose_heap(heap).suspects
    assert suspect.owner_field == "com.acme.Registry#ALL"


@pytest.mark.parametrize(("name", "format_"), COLUMNS.items())
def test_columns_as_buffers_and_arrow_streams(leak: Path, name: str, format_: str) -> None:
    with seamew.open(leak, use_index=False) as heap:
        column = heap.column(name)
        rows = heap.rows(range(heap.facts.object_count))
    memory = column.memory  # valid after close
    assert memory.readonly
    assert memory.format == format_
    assert len(memory) == len(column) == len(rows)
    assert nanoarrow.Array(column).to_pylist() == [{name: value} for value in memory]
    if name != "dominator":
        assert memory.tolist() == [getattr(row, name) for row in rows]


def test_columns_agree_with_each_other(leak: Path) -> None:
    with seamew.open(leak, use_index=False) as heap:
        shallow, retained, above = (
            heap.column(name).memory for name in ("shallow_bytes", "retained_bytes", "dominator")
        )
        sums = list(shallow)
        for index in sorted(range(len(above)), key=lambda index: retained[index]):
            if above[index] != 0xFFFF_FFFF:
                sums[above[index]] += sums[index]
        assert sums == list(retained)
        for row in heap.dominated(limit=5):
            assert heap.dominates(row.object_index, row.object_index)
            for child in heap.dominated(row.object_index, limit=5):
                assert heap.dominates(row.object_index, child.object_index)
                assert not heap.dominates(child.object_index, row.object_index)


def test_a_closed_heap_says_so(leak: Path) -> None:
    heap = seamew.open(leak, use_index=False)
    heap.close()
    heap.close()
    with pytest.raises(errors.ClosedHeapError, match="closed"):
        heap.histogram()


def test_progress_is_told(tmp_path: Path) -> None:
    dump = write_big_dump(tmp_path / "big.hprof", 3_000_000)
    seen: list[ProgressSnapshot] = []
    with seamew.open(dump, use_index=False, on_progress=seen.append) as heap:
        assert heap.phase_seconds()
    assert seen
    assert all(0 <= one.done <= one.total or not one.total for one in seen)
    assert [one.phase_index for one in seen] == sorted(one.phase_index for one in seen)


def test_first_pass_and_plan(leak: Path) -> None:
    found = seamew.first_pass(leak)
    assert {row.label for row in found.histogram} >= {"com.acme.Session", "byte[]"}
    assert found.arrays[0].shallow_bytes == max(array.shallow_bytes for array in found.arrays)
    plan = seamew.memory_plan(leak, "1GB")
    assert plan.limit_bytes == 1 << 30
    assert plan.private_bytes > 0
    (only,) = seamew.list_dumps(leak)
    assert only.whole


def test_instances_and_arrays(leak: Path) -> None:
    with seamew.open(leak, use_index=False) as heap:
        first, second = heap.instance_ids("com.acme.Session", limit=2)
        assert first < second
        (array,) = heap.instance_ids("com.acme.Session[]")
        data = next(one.target for one in heap.object(first).fields if one.name == "data")
        assert data is not None
        assert heap.array_values(data.object_index, offset=990) == [0] * 10
        assert [row.name for row in heap.find_classes("com.acme.S*")] == [
            "com.acme.Session",
            "com.acme.Session[]",
        ]
        (objects, size) = heap.retained_bytes_of([array])
        assert size == heap.row(array).retained_bytes
        assert objects == sum(row.objects for row in heap.retained_set([array]))


@pytest.fixture
def inspected(builder: HeapBuilder, tmp_path: Path) -> Iterator[Heap]:
    """A heap with strings, arrays, and a class hierarchy with statics."""
    builder.root(builder.string("short"))
    builder.root(builder.string("长" * 1000))
    builder.root(builder.array("java.lang.Object[]", [None, builder.string("one"), None]))
    builder.root(builder.data(2000, "long"))
    builder.klass("com.acme.Base", fields={"above": "object"}, statics={"COUNT": 7})
    kind = builder.klass("com.acme.Kind", superclass="com.acme.Base", statics={"NONE": None})
    lost = builder.instance(kind, above=InstanceObject(0x7_7777_0000, kind))
    builder.root(lost)
    builder.root(builder.instance(kind))
    with seamew.open(builder.write(tmp_path / "inspected.hprof"), use_index=False) as heap:
        yield heap


def test_text_has_no_limit_but_its_own(inspected: Heap) -> None:
    assert inspected.row("java.lang.String#1").value == "长" * 256
    assert inspected.text("java.lang.String#1") == "长" * 1000
    assert inspected.text("java.lang.String#1", limit=3) == "长长长"
    assert inspected.text("com.acme.Kind#0") is None


def test_elements_of_arrays(inspected: Heap) -> None:
    elements = inspected.array_elements("java.lang.Object[]#0")
    assert [one and one.value for one in elements] == [None, "one", None]
    assert inspected.array_elements("java.lang.Object[]#0", offset=3) == ()
    assert inspected.array_elements("long[]#0") == ()
    assert inspected.array_bytes("byte[]#0", offset=1, limit=3) == b"hor"
    assert inspected.array_bytes("long[]#0", offset=1999) == bytes(8)
    assert inspected.array_bytes("java.lang.Object[]#0") == b""


def test_statics_and_instances(inspected: Heap) -> None:
    detail = inspected.object("com.acme.Kind#0", statics=True)
    assert [(one.name, one.value) for one in detail.statics] == [("NONE", None), ("COUNT", 7)]
    (found,) = inspected.find_classes("com.acme.Kind")
    assert found.object_index is not None
    of_class = inspected.object(found.object_index, statics=True)
    assert [(one.name, one.value) for one in of_class.fields] == [("NONE", None)]
    assert [(one.name, one.value) for one in of_class.statics] == [("COUNT", 7)]
    assert (of_class.instance_count, of_class.instance_bytes) == (2, 24)
    assert of_class.superclasses[0] == "com.acme.Base"


def test_a_reference_to_nothing_is_not_shown_as_null(inspected: Heap) -> None:
    (field,) = inspected.object("com.acme.Kind#0").fields
    assert (field.target, field.value) == (None, "<0x777770000: not in the dump>")
    (field,) = inspected.object("com.acme.Kind#1").fields
    assert (field.target, field.value) == (None, None)
