"""SQL against brute force, on random heaps."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seamew.heap import Heap, open_heap
from seamew.query.sql import SqlSession
from seamew.testing import ArrayObject, ClassObject, HeapBuilder, HeapObject, InstanceObject
from support.slow_graph import VIRTUAL_ROOT
from support.slow_heap import SlowHeap

pytest.importorskip("duckdb")

REFERENCES = ("a", "b", "c")
SLOW = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def heaps(draw: st.DrawFn) -> HeapBuilder:
    """Up to 20 objects of two classes with numbers and references, in arrays, from some roots."""
    builder = HeapBuilder()
    fields = {**dict.fromkeys(REFERENCES, "object"), "number": "int", "flag": "boolean"}
    node = builder.klass("com.acme.Node", fields=fields)
    leaf = builder.klass("com.acme.Leaf", superclass="com.acme.Node", fields={"more": "long"})
    numbers = st.integers(-3, 3)
    nodes = [
        builder.instance(
            draw(st.sampled_from([node, leaf])),
            number=draw(numbers),
            flag=draw(st.booleans()),
            more=draw(numbers),
        )
        for _ in range(draw(st.integers(1, 20)))
    ]
    pick = st.sampled_from(nodes)
    for one in nodes:
        for name in draw(st.sets(st.sampled_from(REFERENCES))):
            one.values[name] = draw(pick)
    for _ in range(draw(st.integers(1, 3))):
        elements = draw(st.lists(st.one_of(st.none(), pick), max_size=5))
        builder.root(builder.array("com.acme.Node[]", elements))
    builder.root(builder.string(draw(st.text(max_size=5))))
    return builder


@contextmanager
def opened(builder: HeapBuilder) -> Iterator[tuple[Heap, SlowHeap]]:
    with tempfile.TemporaryDirectory() as folder:
        path = builder.write(Path(folder) / "random.hprof")
        with open_heap(path, use_index=False) as heap:
            yield heap, SlowHeap(builder)


def rows(heap: Heap, text: str) -> list[tuple[Any, ...]]:
    return sorted(heap.sql(text), key=str)


def sorted_rows(found: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(found, key=str)


def address(one: HeapObject | None) -> int | None:
    return None if one is None else one.address


def targets(one: HeapObject) -> list[HeapObject]:
    """What an object refers to by fields, elements and statics, each once."""
    if isinstance(one, InstanceObject):
        found = list(one.values.values())
    elif isinstance(one, ArrayObject):
        found = list(one.elements)
    elif isinstance(one, ClassObject):
        found = [*one.statics.values(), one.superclass, one.loader]
    else:
        found = []
    return list(dict.fromkeys(target for target in found if isinstance(target, HeapObject)))


WITH_ADDRESS = "(SELECT address FROM objects o WHERE o.id = {})"


@SLOW
@given(heaps())
def test_objects_by_class(builder: HeapBuilder) -> None:
    with opened(builder) as (heap, slow):
        sums: dict[str, list[int]] = {}
        # The twin gives class objects no size.
        for one in (one for one in slow.objects if not isinstance(one, ClassObject)):
            name = slow.class_of(one).name
            count, size, most = sums.setdefault(name, [0, 0, 0])
            retained = slow.retained[slow.objects.index(one)]
            sums[name] = [count + 1, size + slow.shallow(one), max(most, retained)]
        text = """SELECT class, count(*), sum(shallow_bytes), max(retained_bytes) FROM objects
            WHERE id > 0 AND kind <> 'class' GROUP BY class"""
        expected = [(name, *values) for name, values in sums.items()]
        assert rows(heap, text) == sorted_rows(expected)


@SLOW
@given(heaps())
def test_fields_as_columns(builder: HeapBuilder) -> None:
    with opened(builder) as (heap, slow):
        nodes = [one for one in slow.objects if isinstance(one, InstanceObject)]
        nodes = [one for one in nodes if one.klass.name.startswith("com.acme.")]
        text = f"""SELECT address, number, flag, {WITH_ADDRESS.format("n.a")}
            FROM "com.acme.Node+" n"""
        expected = [
            (
                one.address,
                one.values["number"],
                one.values["flag"],
                address(one.values.get("a")),  # type: ignore[arg-type]
            )
            for one in nodes
        ]
        assert rows(heap, text) == sorted_rows(expected)
        text = """SELECT number, count(*), sum(more) FROM com.acme.Leaf
            WHERE NOT flag GROUP BY number HAVING count(*) > 1"""
        groups: dict[Any, list[Any]] = {}
        for one in nodes:
            if one.klass.name == "com.acme.Leaf" and not one.values["flag"]:
                groups.setdefault(one.values["number"], []).append(one.values["more"])
        expected_groups = [
            (number, len(more), sum(more)) for number, more in groups.items() if len(more) > 1
        ]
        assert rows(heap, text) == sorted_rows(expected_groups)


@SLOW
@given(heaps())
def test_references(builder: HeapBuilder) -> None:
    with opened(builder) as (heap, slow):
        text = """SELECT s.address, t.address FROM references r
            JOIN objects s ON s.id = r.source_id JOIN objects t ON t.id = r.target_id
            WHERE r.source_id > 0 AND r.target_id > 0"""
        pairs = [(one.address, target.address) for one in slow.objects for target in targets(one)]
        assert rows(heap, text) == sorted_rows(pairs)
        text = f"""SELECT {WITH_ADDRESS.format("f.id")}, field FROM fields f
            WHERE type = 'Object' AND target_id IS NOT NULL AND class LIKE 'com.acme.%'"""
        fields = [
            (one.address, name)
            for one in slow.objects
            if isinstance(one, InstanceObject) and one.klass.name.startswith("com.acme.")
            for name in REFERENCES
            if one.values.get(name)
        ]
        assert rows(heap, text) == sorted_rows(fields)


@SLOW
@given(heaps())
def test_dominators(builder: HeapBuilder) -> None:
    with opened(builder) as (heap, slow):
        text = f"""SELECT {WITH_ADDRESS.format("d.id")}, {WITH_ADDRESS.format("d.dominator_id")},
            CASE WHEN class_of(d.id) <> 'java.lang.Class' THEN d.retained_bytes ELSE 0 END
            FROM dominators d WHERE d.id > 0"""
        expected = [
            (
                one.address,
                None if above == VIRTUAL_ROOT else slow.objects[above].address,
                retained,
            )
            for one, above, retained in zip(
                slow.objects, slow.dominator, slow.retained, strict=True
            )
        ]
        assert rows(heap, text) == sorted_rows(expected)
        text = """SELECT d.retained_bytes, retained(d.id), sum(o.shallow_bytes)
            FROM dominators d, retained_set(d.id) r JOIN objects o ON o.id = r.id
            GROUP BY d.id, d.retained_bytes"""
        for stated, function, counted in rows(heap, text):
            assert stated == function == counted


@SLOW
@given(heaps(), st.integers(0, 40), st.integers(0, 40))
def test_conditions_that_the_engine_takes_over(builder: HeapBuilder, low: int, high: int) -> None:
    """The same rows as where DuckDB looks at each: `+ 0` and the like hide the columns from us."""
    with opened(builder) as (heap, _):
        session = SqlSession(heap)
        for table, column in (
            ("objects", "id"),
            ("objects", "class_id"),
            ("references", "source_id"),
            ("references", "target_id"),
            ("dominators", "dominator_id"),
            ("dominators", "position"),
            ("dominators", "id"),
            ("fields", "id"),
            ("arrays", "id"),
            ("strings", "id"),
            ('"com.acme.Node+"', "id"),
        ):
            for condition in (
                "{0} = {1}",
                "{0} IN ({1}, {2}, 3)",
                "{0} BETWEEN {1} AND {2}",
                "{0} > {1}",
                "{0} <= {1} AND {0} <> {2}",
                "{0} = {1} OR {0} = {2}",
            ):
                query = f"SELECT * FROM {table} WHERE "
                taken_over = query + condition.format(column, low, high)
                looked_at = query + condition.format(f"({column} + 0)", low, high)
                expected = sorted_rows(session.run(looked_at))
                assert sorted_rows(session.run(taken_over)) == expected, taken_over
        session.close()


@SLOW
@given(heaps())
def test_strings_and_arrays(builder: HeapBuilder) -> None:
    with opened(builder) as (heap, slow):
        lengths = Counter(len(one.elements) for one in slow.objects if isinstance(one, ArrayObject))
        text = """SELECT length, count(*) FROM arrays WHERE element_type = 'Object'
            GROUP BY length"""
        assert rows(heap, text) == sorted_rows(lengths.items())
        texts = [
            slow._value(one)
            for one in slow.objects
            if isinstance(one, InstanceObject) and one.klass.name == "java.lang.String"
        ]
        assert rows(heap, "SELECT text FROM strings") == sorted_rows((text,) for text in texts)
