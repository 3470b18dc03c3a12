"""Memory that holds nothing new, by the field that holds it; and heaps in which there is little."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import answers
from seamew.model import Finding, Severity, WasteRow
from seamew.rules import (
    Rule,
    boxed_numbers,
    constant_arrays,
    duplicate_arrays,
    duplicate_strings,
    empty_collections,
    humongous_arrays,
    object_headers,
    oversized_buffers,
    sparse_collections,
    zero_length_arrays,
)
from seamew.testing import HeapBuilder, HeapObject

FIELD = "com.acme.Item#part"
MIB = 1 << 20


def holding(heap: HeapBuilder, parts: list[HeapObject]) -> HeapBuilder:
    """Each part is in the field `part` of an Item of its own."""
    heap.klass("com.acme.Item", fields={"part": "object"})
    items = [heap.instance("com.acme.Item", part=part) for part in parts]
    array = heap.array("java.lang.Object[]", items)
    heap.root(heap.klass("com.acme.Items", statics={"ALL": array}), "System Class")
    return heap


def equal_strings() -> HeapBuilder:
    heap = HeapBuilder()
    return holding(
        heap, [heap.string(f"{number % 3} under way using engine" * 20) for number in range(3_000)]
    )


def different_strings() -> HeapBuilder:
    heap = HeapBuilder()
    return holding(
        heap, [heap.string(f"{number} under way using engine" * 20) for number in range(3_000)]
    )


def arrays(count: int, length: int, *, distinct: int) -> HeapBuilder:
    """Arrays of characters, of so many different contents, none of one value."""
    heap = HeapBuilder()
    made: list[HeapObject] = []
    for number in range(count):
        array = heap.data(length)
        array.content = (number % distinct).to_bytes(2, "big") * (length // 2)
        made.append(array)
    return holding(heap, made)


def zeros(count: int, length: int) -> HeapBuilder:
    heap = HeapBuilder()
    return holding(heap, [heap.data(length) for _ in range(count)])


def lists(count: int, size: int, capacity: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("java.util.AbstractList", fields={"modCount": "int"})
    heap.klass(
        "java.util.ArrayList",
        superclass="java.util.AbstractList",
        fields={"elementData": "object", "size": "int"},
    )
    one = heap.instance("java.lang.Object")
    made: list[HeapObject] = []
    for _ in range(count):
        room = heap.array("java.lang.Object[]", [one] * size + [None] * (capacity - size))
        made.append(heap.instance("java.util.ArrayList", elementData=room, size=size))
    return holding(heap, made)


def builders(count: int, length: int, room: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass(
        "java.lang.AbstractStringBuilder",
        fields={"value": "object", "coder": "byte", "count": "int"},
    )
    heap.klass("java.lang.StringBuilder", superclass="java.lang.AbstractStringBuilder")
    return holding(
        heap,
        [
            heap.instance("java.lang.StringBuilder", value=heap.data(room), count=length)
            for _ in range(count)
        ],
    )


def boxes(count: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("java.lang.Long", fields={"value": "long"})
    return holding(heap, [heap.instance("java.lang.Long", value=number) for number in range(count)])


@pytest.mark.parametrize(
    ("rule", "heap", "objects"),
    [
        (duplicate_strings.RULE, equal_strings(), 2_997),
        (duplicate_arrays.RULE, arrays(1_000, 2_000, distinct=4), 996),
        (constant_arrays.RULE, zeros(1_000, 2_000), 1_000),
        (zero_length_arrays.RULE, zeros(60_000, 0), 60_000),
        (sparse_collections.RULE, lists(1_000, 2, 200), 1_000),
        (empty_collections.RULE, lists(10_000, 0, 10), 10_000),
        (oversized_buffers.RULE, builders(300, 4, 20_000), 300),
        (boxed_numbers.RULE, boxes(70_000), 70_000),
    ],
    ids=lambda value: value.id if isinstance(value, Rule) else "",
)
def test_waste_is_found_with_the_field_that_holds_it(
    tmp_path: Path, rule: Rule, heap: HeapBuilder, objects: int
) -> None:
    said = answers(rule, heap, tmp_path)

    rows = [one for one in said if isinstance(one, WasteRow)]
    (found,) = [one for one in said if isinstance(one, Finding)]
    assert (rows[0].kind, rows[0].owner) == (rule.id, FIELD)
    assert rows[0].instances == pytest.approx(objects, rel=0.01)
    assert (found.owner, found.severity) == (FIELD, Severity.LOW)
    assert found.instances == objects
    assert found.retained_bytes == pytest.approx(rows[0].wasted_bytes, rel=0.01)


@pytest.mark.parametrize(
    ("rule", "heap"),
    [
        (duplicate_strings.RULE, different_strings()),
        (duplicate_arrays.RULE, arrays(1_000, 2_000, distinct=1_000)),
        (constant_arrays.RULE, arrays(1_000, 2_000, distinct=900)),
        (constant_arrays.RULE, zeros(1, 2 * MIB)),
        (zero_length_arrays.RULE, zeros(60_000, 1)),
        (sparse_collections.RULE, lists(1_000, 100, 200)),
        (empty_collections.RULE, lists(10_000, 1, 10)),
        (oversized_buffers.RULE, builders(300, 15_000, 20_000)),
        (boxed_numbers.RULE, boxes(100)),
        (humongous_arrays.RULE, zeros(19, MIB)),
    ],
    ids=lambda value: value.id if isinstance(value, Rule) else "",
)
def test_what_is_used_is_no_waste(tmp_path: Path, rule: Rule, heap: HeapBuilder) -> None:
    assert answers(rule, heap, tmp_path) == []


def test_the_rest_of_regions_behind_humongous_arrays_is_waste(tmp_path: Path) -> None:
    said = answers(humongous_arrays.RULE, zeros(20, 600 << 10), tmp_path)

    (row,) = [one for one in said if isinstance(one, WasteRow)]
    assert (row.owner, row.instances) == (FIELD, 20)
    assert row.wasted_bytes == 20 * (MIB - (600 << 10) - 24)


def test_headers_are_listed_and_not_blamed(tmp_path: Path) -> None:
    said = answers(object_headers.RULE, zeros(12_000, 1), tmp_path)

    assert [(type(one), one.class_name) for one in said if isinstance(one, WasteRow)] == [
        (WasteRow, "com.acme.Item")
    ]
    assert not any(isinstance(one, Finding) for one in said)


def test_of_very_many_strings_a_sample_is_compared_and_scaled_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicate_strings, "_MOST_LOOKED_AT", 1_000)

    said = answers(duplicate_strings.RULE, equal_strings(), tmp_path)

    (found,) = [one for one in said if isinstance(one, Finding)]
    assert found.instances == 2_991  # three times the 997 copies in a third of the strings
    assert "1,000 strings that were compared" in str(found.evidence[0].text)


@pytest.mark.parametrize(("class_name", "found"), [("com.acme.Item", 1), ("jdk.jshell.Item", 0)])
def test_waste_that_nobody_can_change_is_no_finding(
    tmp_path: Path, class_name: str, found: int
) -> None:
    heap = HeapBuilder()
    heap.klass(class_name, fields={"part": "object"})
    items = [heap.instance(class_name, part=heap.data(2_000)) for _ in range(1_000)]
    array = heap.array("java.lang.Object[]", items)
    heap.root(heap.klass("com.acme.Items", statics={"ALL": array}), "System Class")

    said = answers(constant_arrays.RULE, heap, tmp_path)

    assert sum(isinstance(one, Finding) for one in said) == found
    assert any(isinstance(one, WasteRow) for one in said)
