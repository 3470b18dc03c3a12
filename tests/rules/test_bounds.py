"""What is big and bounded, and limits that nothing keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings, healthy
from rules.jdk import array_list, hash_map, singleton
from rules.test_accumulation import order
from seamew.model import Severity
from seamew.rules import bounded, no_op_limit
from seamew.testing import HeapBuilder, Value

COUNT = 300


def heap_beside(field: str, number: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("com.acme.Cache", fields={"orders": "object", field: "int"})
    entries = ((heap.string(f"order-{n}"), order(heap)) for n in range(COUNT))
    values: dict[str, Value] = {"orders": hash_map(heap, entries), field: number}
    singleton(heap, heap.instance("com.acme.Cache", **values))
    return heap


@pytest.mark.parametrize("limit", [300, 310])
def test_what_keeps_its_limit_is_healthy(tmp_path: Path, limit: int) -> None:
    heap = heap_beside("maxEntries", limit)

    (fine,) = healthy(bounded.RULE, heap, tmp_path)

    assert fine.owner == "com.acme.Cache#orders"
    said = f"300 entries, bounded by com.acme.Cache#maxEntries = {limit:,}"
    assert str(fine.because) == said
    assert findings(no_op_limit.RULE, heap, tmp_path) == []


def test_what_does_not_is_a_finding(tmp_path: Path) -> None:
    heap = heap_beside("maxEntries", 100)

    (found,) = findings(no_op_limit.RULE, heap, tmp_path)

    assert found.owner == "com.acme.Cache#orders"
    assert found.severity is Severity.HIGH
    assert "maxEntries says 100" in str(found.title)
    assert healthy(bounded.RULE, heap, tmp_path) == []


@pytest.mark.parametrize(
    ("field", "number"),
    [
        ("maxBytes", 300),
        ("size", 300),
        ("maxActive", 300),  # the most so far, a statistic
        ("maxEntries", 2_000),  # more than the heap has room for
        ("maxEntries", 1_000_000),
    ],
)
def test_other_numbers_bound_nothing(tmp_path: Path, field: str, number: int) -> None:
    heap = heap_beside(field, number)

    assert healthy(bounded.RULE, heap, tmp_path) == []
    assert findings(no_op_limit.RULE, heap, tmp_path) == []


def test_an_unmodifiable_map_does_not_grow(tmp_path: Path) -> None:
    heap = HeapBuilder()
    towns = hash_map(heap, ((heap.string(f"town-{n}"), order(heap)) for n in range(COUNT)))
    wrapper = "java.util.Collections$UnmodifiableMap"
    heap.klass(wrapper, fields={"m": "object"})
    heap.klass("com.acme.Towns", fields={"byName": "object"})
    singleton(heap, heap.instance("com.acme.Towns", byName=heap.instance(wrapper, m=towns)))

    (fine,) = healthy(bounded.RULE, heap, tmp_path)

    assert fine.owner == "com.acme.Towns#byName"
    assert "unmodifiable" in str(fine.because)


@pytest.mark.parametrize(("written", "is_ring"), [(100_000, True), (200, False)])
def test_a_ring_is_written_over(tmp_path: Path, written: int, *, is_ring: bool) -> None:
    heap = HeapBuilder()
    heap.klass("com.acme.Log", fields={"ring": "object", "written": "long"})
    events = heap.array(f"{order(heap).klass.name}[]", [order(heap) for _ in range(COUNT)])
    singleton(heap, heap.instance("com.acme.Log", ring=events, written=written))

    assert bool(healthy(bounded.RULE, heap, tmp_path)) is is_ring


@pytest.mark.parametrize("is_read", [True, False])
def test_a_list_that_is_gone_through_is_not_added_to(tmp_path: Path, *, is_read: bool) -> None:
    heap = HeapBuilder()
    heap.thread("report", [("com.acme.Report", "write")])
    rows = array_list(heap, [order(heap) for _ in range(COUNT)])
    heap.root(rows, "Java Local", 1, 0)
    if is_read:
        heap.klass("java.util.ArrayList$Itr", fields={"this$0": "object"})
        iterator = heap.instance("java.util.ArrayList$Itr", **{"this$0": rows})
        heap.root(iterator, "Java Local", 1, 0)

    assert bool(healthy(bounded.RULE, heap, tmp_path)) is is_read
