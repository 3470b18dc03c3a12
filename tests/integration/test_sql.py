"""SQL over real dumps: the tables, the functions, and the results."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nanoarrow  # type: ignore[import-untyped]  # it has none
import pytest

import seamew
from seamew import errors
from seamew.heap import Heap
from seamew.query.catalog import FUNCTIONS, TABLES, CatalogTable
from seamew.query.sql import SqlSession
from seamew.testing import HeapBuilder
from support.orders import one, rows, write_orders

pytest.importorskip("duckdb")


@pytest.fixture
def heap(tmp_path: Path) -> Iterator[Heap]:
    with seamew.open(write_orders(tmp_path / "orders.hprof"), use_index=False) as opened:
        yield opened


# ---- tables


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_tables_are_as_the_catalogue_says(heap: Heap, table: CatalogTable) -> None:
    described = rows(heap, f'SELECT column_name, column_type FROM (DESCRIBE "{table.name}")')
    assert described == [(column.name, column.sql_type) for column in table.columns]
    result = heap.sql(f'SELECT * FROM "{table.name}"')
    assert [column.name for column in result.columns] == [one.name for one in table.columns]
    assert len(list(result)) == one(heap, f'SELECT count(*) FROM "{table.name}"') > 0


def test_objects_are_the_rows_of_the_heap(heap: Heap) -> None:
    found = heap.sql("SELECT * FROM objects ORDER BY id").to_dicts()
    assert len(found) == heap.facts.object_count
    for row, detail in zip(found, map(heap.object, range(len(found))), strict=True):
        assert row == {
            "id": detail.object_index,
            "address": detail.address,
            "class": detail.class_name,
            "class_id": detail.class_id,
            "kind": detail.kind,
            "shallow_bytes": detail.shallow_bytes,
            "retained_bytes": detail.retained_bytes,
            "dominator_id": detail.dominator and detail.dominator.object_index,
        }


def test_groups_are_the_histogram(heap: Heap) -> None:
    text = """SELECT class, count(*), sum(shallow_bytes) FROM objects WHERE id > 0
        GROUP BY class_id, class"""
    histogram = [row for row in heap.histogram() if row.objects]
    assert sorted(rows(heap, text)) == sorted(
        (row.label, row.objects, row.shallow_bytes) for row in histogram
    )
    text = "SELECT name, instances, shallow_bytes, retained_bytes FROM classes WHERE instances > 0"
    assert sorted(rows(heap, text)) == sorted(
        (row.label, row.objects, row.shallow_bytes, row.retained_bytes) for row in histogram
    )


def test_classes_tell_what_is_above_them_and_who_loaded_them(heap: Heap) -> None:
    text = """
        SELECT c.superclass, s.name, l.class, class_of(c.id), c.instance_bytes
        FROM classes c JOIN classes s ON s.class_id = c.superclass_id
        JOIN loaders l ON l.id = c.loader_id WHERE c.name = 'com.acme.Order'"""
    ((above, joined, loader, kind, size),) = rows(heap, text)
    assert (above, joined, loader) == ("java.lang.Object", "java.lang.Object", "com.acme.Loader")
    assert kind == "java.lang.Class"
    assert size == one(heap, "SELECT max(shallow_bytes) FROM com.acme.Order")
    assert one(heap, "SELECT instance_bytes FROM classes WHERE name = 'int[]'") is None


def test_the_table_of_a_class_has_its_fields(heap: Heap) -> None:
    first, *_, last = heap.sql('SELECT * FROM "com.acme.Order" ORDER BY amount').to_dicts()
    assert list(first) == [
        "id",
        "address",
        "class",
        "shallow_bytes",
        "retained_bytes",
        "name",
        "next",
        "amount",
        "price",
        "rate",
        "open",
        "grade",
        "flags",
        "tag",
        "id_",
    ]
    assert first["next"] is None
    assert (first["amount"], first["price"], first["rate"]) == (0, 0.0, 0.1)
    assert (last["amount"], last["price"], last["rate"]) == (40_000_000_000, 1.0, 0.1)
    assert (last["open"], last["grade"], last["flags"], last["tag"]) == (True, "E", -4, -300)
    assert last["id_"] == 4
    assert heap.value(last["name"]) == "order 4"
    assert one(heap, "SELECT count(*) FROM com.acme.Order") == 4


def test_a_plus_takes_the_classes_below_with_the_fields_of_the_named_one(heap: Heap) -> None:
    text = 'SELECT amount // 10000000000, id_ FROM "com.acme.Order+" ORDER BY amount'
    assert rows(heap, text) == [(number, number) for number in range(6)]
    own = heap.sql("SELECT * FROM com.acme.Urgent").to_dicts()
    assert [(row["id_"], row["id__"]) for row in own] == [(2, 2), (5, 5)]


def test_arrays_have_tables_too(heap: Heap) -> None:
    assert one(heap, 'SELECT count(*) FROM "int[]"') == 1
    text = "SELECT length, element_type, class FROM arrays WHERE class NOT IN ('byte[]') ORDER BY 1"
    assert rows(heap, text) == [
        (0, "long", "long[]"),
        (3, "int", "int[]"),
        (4, "Object", "java.util.HashMap$Node[]"),
        (8, "Object", "java.lang.Object[]"),
    ]


def test_strings(heap: Heap) -> None:
    text = "SELECT text, length FROM strings ORDER BY text"
    orders = [(f"order {number}", 7) for number in range(1, 6)]
    assert rows(heap, text) == [("Bestellung Ω", 12), ("main", 4), ("one", 3), *orders, ("two", 3)]
    assert one(heap, "SELECT count(*) FROM strings") == 9


def test_a_string_without_an_array_is_there_and_has_no_text(
    builder: HeapBuilder, tmp_path: Path
) -> None:
    builder.root(builder.instance("java.lang.String"))
    builder.root(builder.string("x"))
    with seamew.open(builder.write(tmp_path / "odd.hprof"), use_index=False) as opened:
        found = rows(opened, "SELECT text, length FROM strings")
    assert sorted(found, key=str) == [("x", 1), (None, None)]


def test_collections(heap: Heap) -> None:
    text = "SELECT class, kind, size, capacity, fill_ratio FROM collections ORDER BY size"
    assert rows(heap, text) == [
        ("java.util.HashMap", "map", 2, 4, 0.5),
        ("java.util.ArrayList", "list", 6, 8, 0.75),
    ]


def test_fields(heap: Heap) -> None:
    index = one(heap, "SELECT id FROM com.acme.Order WHERE amount = 40000000000")
    found = heap.sql(f"SELECT * FROM fields WHERE id = {index}").to_dicts()
    by_name = {row["field"]: row for row in found}
    assert len(found) == len(by_name) == 10
    assert by_name["price"]["value"] == "1.0"
    assert by_name["open"]["value"] == "true"
    assert by_name["grade"]["value"] == "E"
    assert by_name["next"]["target_id"] == one(
        heap, "SELECT id FROM com.acme.Order WHERE amount = 30000000000"
    )
    assert {row["declaring_class"] for row in found} == {"com.acme.Order"}
    text = """SELECT field, type, value, class_of(target_id) FROM fields
        WHERE id = (SELECT id FROM classes WHERE name = 'com.acme.Order') ORDER BY field"""
    assert rows(heap, text) == [
        ("LAST", "Object", None, "com.acme.Urgent"),
        ("LIMIT", "int", "7", None),
    ]


def test_references_and_dominators(heap: Heap) -> None:
    text = """SELECT r.field FROM references r JOIN java.util.ArrayList l
        ON r.source_id = l.elementData ORDER BY r.field"""
    assert [name for (name,) in rows(heap, text)] == [f"[{number}]" for number in range(6)]
    text = """SELECT count(*) FROM references a JOIN references b ON a.target_id = b.source_id
        WHERE a.source_id = (SELECT id FROM java.util.ArrayList)"""
    assert one(heap, text) == 6
    pairs = rows(heap, "SELECT source_id, target_id FROM references")
    inbound = rows(heap, "SELECT source_id, target_id FROM references WHERE target_id < 1000000000")
    assert sorted(pairs) == sorted(inbound)
    for target in {target for _, target in pairs}:
        found = rows(heap, f"SELECT source_id FROM references WHERE target_id = {target}")
        assert sorted(found) == sorted((source,) for source, other in pairs if other == target)
    text = "SELECT id, dominator_id, retained_bytes FROM dominators"
    assert sorted(rows(heap, text)) == sorted(
        rows(heap, "SELECT id, dominator_id, retained_bytes FROM objects")
    )


def test_the_dominator_tree_in_preorder(heap: Heap) -> None:
    tree = heap.sql("SELECT * FROM dominators ORDER BY position").to_dicts()
    assert [row["position"] for row in tree] == list(range(len(tree)))
    by_id: dict[Any, Any] = {row["id"]: row for row in tree}
    for row in tree:
        above = by_id.get(row["dominator_id"])
        assert row["depth"] == (0 if above is None else above["depth"] + 1)
        assert row["retained_objects"] == 1 + sum(
            one["retained_objects"] for one in tree if one["dominator_id"] == row["id"]
        )
        children = heap.sql(f"SELECT * FROM dominators WHERE dominator_id = {row['id']}").to_dicts()
        assert sorted(one["id"] for one in children) == sorted(
            one["id"] for one in tree if one["dominator_id"] == row["id"]
        )
        assert all(one == by_id[one["id"]] for one in children)
    half = heap.sql("SELECT * FROM dominators WHERE position BETWEEN 3 AND 7").to_dicts()
    assert half == tree[3:8]


def test_threads_frames_and_locals(heap: Heap) -> None:
    text = """SELECT t.name, t.frames, f.frame, f.depth, l.class, l.root_type
        FROM threads t JOIN frames f ON f.thread_id = t.id
        LEFT JOIN locals l ON l.thread_id = t.id AND l.depth = f.depth ORDER BY f.depth"""
    (first, second) = rows(heap, text)
    assert first == ("main", 2, "com.acme.Order.run(Order.java:10)", 0, "int[]", "Java Local")
    assert second[2:] == ("com.acme.Urgent.main(Urgent.java:11)", 1, None, None)


def test_roots(heap: Heap) -> None:
    text = "SELECT type, count(DISTINCT id) FROM roots GROUP BY type"
    assert dict(rows(heap, text)) == {row.type: row.distinct_objects for row in heap.roots()}


# ---- functions


def test_scalar_functions(heap: Heap) -> None:
    text = """SELECT to_string(id), class_of(id), retained(id) - retained_bytes,
        field(id, 'amount'), field(id, 'next.name'), field(id, 'next.open'), field(id, 'nowhere'),
        class_of(field_id(id, 'next')), field(id, 'next.next')
        FROM com.acme.Order WHERE amount = 10000000000"""
    assert rows(heap, text) == [
        (
            None,
            "com.acme.Order",
            0,
            "10000000000",
            "Bestellung Ω",
            "true",
            None,
            "com.acme.Order",
            None,
        )
    ]
    assert rows(
        heap, "SELECT to_string(NULL), class_of(NULL), field(NULL, 'x'), retained(NULL)"
    ) == [(None, None, None, None)]
    assert one(heap, "SELECT field(id, 'LIMIT') FROM classes WHERE name = 'com.acme.Order'") == "7"


def test_table_functions_agree_with_the_heap(heap: Heap) -> None:
    session = SqlSession(heap)

    def asked(text: str) -> list[tuple[Any, ...]]:
        return list(session.run(text))

    for index in range(heap.facts.object_count):
        assert asked(f"SELECT id, field FROM outbounds({index})") == [
            (row.object_index, row.field) for row in heap.references_from(index, limit=10_000)
        ]
        assert asked(f"SELECT id, field FROM inbounds({index})") == [
            (row.object_index, row.field) for row in heap.references_to(index, limit=10_000)
        ]
        assert sorted(asked(f"SELECT id FROM dominated({index})")) == sorted(
            (row.object_index,) for row in heap.dominated(index, limit=10_000)
        )
        retained = asked(f"SELECT id, class_of(id) FROM retained_set({index})")
        assert len(retained) == heap.retained_bytes_of([index])[0]
        assert rows(
            heap, f"SELECT sum(shallow_bytes) FROM objects JOIN retained_set({index}) USING (id)"
        ) == [(heap.sizes(index)[1],)]
        path = rows(
            heap, f"SELECT step, id, class, field, retained_bytes FROM path_to_root({index})"
        )
        assert path == [
            (number, step.object_index, step.class_name, step.field, step.retained_bytes)
            for number, step in enumerate(heap.path(index))
        ]


def test_what_a_list_of_objects_retains(heap: Heap) -> None:
    ids = [index for (index,) in rows(heap, 'SELECT id FROM "com.acme.Order+"')]
    expected = sum(row.objects for row in heap.retained_set(ids))
    assert one(heap, f"SELECT count(*) FROM retained_set({ids})") == expected
    subquery = '(SELECT list(id) FROM "com.acme.Order+")'
    assert one(heap, f"SELECT count(*) FROM retained_set({subquery})") == expected
    assert one(heap, "SELECT count(*) FROM retained_set([])") == 0
    with pytest.raises(errors.QueryError, match="id of an object, or a list"):
        rows(heap, "SELECT * FROM retained_set('all')")


def test_entries(heap: Heap) -> None:
    text = """SELECT e.key, class_of(e.value_id), field(e.value_id, 'name')
        FROM java.util.HashMap m, entries(m.id) e ORDER BY 1"""
    assert rows(heap, text) == [
        ("one", "com.acme.Order", "order 1"),
        ("two", "com.acme.Urgent", "order 2"),
    ]
    text = "SELECT count(*), count(key), count(value_id) FROM java.util.ArrayList l, entries(l.id)"
    assert rows(heap, text) == [(6, 0, 6)]


def test_functions_in_lateral_joins_and_recursion(heap: Heap) -> None:
    text = """SELECT o.id, count(*) FROM com.acme.Order o, inbounds(o.id) i GROUP BY o.id"""
    assert len(rows(heap, text)) == 4
    text = """WITH RECURSIVE chain(id, depth) AS (
            SELECT id, 0 FROM com.acme.Order WHERE amount = 30000000000
            UNION ALL SELECT field_id(id, 'next'), depth + 1 FROM chain WHERE id IS NOT NULL)
        SELECT count(id) FROM chain"""
    assert one(heap, text) == 4


def test_every_function_is_called_above() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    for function in FUNCTIONS:
        assert f"{function.name}(" in source


def test_more_references_than_a_page(builder: HeapBuilder, tmp_path: Path) -> None:
    held = [builder.instance("java.lang.Object") for _ in range(5000)]
    array = builder.array("java.lang.Object[]", [None, *held, held[0]])
    builder.root(array)
    for _ in range(3000):
        builder.root(builder.array("java.lang.Object[]", [held[7]]))
    with seamew.open(builder.write(tmp_path / "wide.hprof"), use_index=False) as heap:
        index = heap.resolve(f"{array.address:#x}")
        found = rows(heap, f"SELECT id, field FROM outbounds({index}) WHERE field LIKE '[%'")
        assert found == [
            *((heap.resolve(f"{one.address:#x}"), f"[{at}]") for at, one in enumerate(held, 1)),
            (heap.resolve(f"{held[0].address:#x}"), "[5001]"),
        ]
        seventh = heap.resolve(f"{held[7].address:#x}")
        assert one(heap, f"SELECT count(DISTINCT id) FROM inbounds({seventh})") == 3001
        assert one(heap, f"SELECT count(DISTINCT id) FROM dominated({index})") == 4999
        assert one(heap, f"SELECT count(DISTINCT id) FROM retained_set({index})") == 5000


# ---- results


def test_a_result_is_an_arrow_stream(heap: Heap) -> None:
    text = """SELECT id, class, retained_bytes > 100 AS big, 1.5 AS x, [id] AS l
        FROM objects ORDER BY id"""
    result = heap.sql(text)
    found = nanoarrow.ArrayStream(result).read_all().to_pylist()
    assert [tuple(row.values())[:4] for row in found] == [row[:4] for row in heap.sql(text)]
    assert found[3]["l"] == "[3]"


def test_integers_beyond_64_bits_are_refused_by_arrow_alone(heap: Heap) -> None:
    result = heap.sql("SELECT 170141183460469231731687303715884105727 AS big")
    assert list(result) == [(170141183460469231731687303715884105727,)]
    with pytest.raises(Exception, match="column big"):
        nanoarrow.ArrayStream(result).read_all()


def test_values_are_plain(heap: Heap) -> None:
    text = """SELECT DATE '2026-11-23', 1.25::DECIMAL(5, 2), {'a': [1, NULL]}, MAP {'k': 1.5},
        INTERVAL 2 DAY, 'x'::BLOB, NULL, true, 'NaN'::DOUBLE IS NOT NULL"""
    ((date, decimal, struct, mapping, *rest),) = rows(heap, text)
    assert (date, decimal, struct, mapping) == ("2026-11-23", 1.25, {"a": [1, None]}, {"k": 1.5})
    assert rest == ["2 days, 0:00:00", "78", None, True, True]


def test_a_session_keeps_tables_and_ends_the_result_before(heap: Heap) -> None:
    session = SqlSession(heap)
    session.run("CREATE TABLE mine AS SELECT id FROM com.acme.Order")
    first = session.run("SELECT id FROM mine ORDER BY id")
    second = session.run("SELECT count(*) FROM mine")
    assert list(second) == [(4,)]
    assert len(list(first)) == 4, "it is run again"
    batches = session.run("SELECT * FROM range(100000)").batches()
    next(batches)
    list(session.run("SELECT 1"))
    with pytest.raises(errors.QueryError, match="another query"):
        next(batches)
    session.close()
    session.close()


def test_columns_of_one_name_and_no_columns(heap: Heap) -> None:
    assert heap.sql("SELECT 1 AS a, 2 AS a").to_dicts() == [{"a": 1, "a_2": 2}]
    assert rows(heap, "SELECT 1; SELECT 2") == [(2,)]
