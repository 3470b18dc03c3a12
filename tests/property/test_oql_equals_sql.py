"""The same questions in OQL and in SQL have the same answers, on random heaps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamew.heap import Heap
from seamew.testing import HeapBuilder

from .test_sql import SLOW, heaps, opened

pytest.importorskip("duckdb")

OQL_NODES = "INSTANCEOF com.acme.Node n"
SQL_NODES = '"com.acme.Node+" n'
Condition = tuple[str, str]
"""In OQL, and in SQL."""


@st.composite
def comparisons(draw: st.DrawFn) -> Condition:
    operator = draw(st.sampled_from(["=", "!=", "<", ">", "<=", ">="]))
    value = draw(st.integers(-3, 3))
    names = draw(
        st.sampled_from(
            [
                ("n.number", "n.number"),
                ("n.number + n.number * 2", "n.number + n.number * 2"),
                ("n.@objectId", "n.id"),
                ("n.@usedHeapSize - n.@retainedHeapSize", "n.shallow_bytes - n.retained_bytes"),
                ("n.number / 2", "n.number / 2"),
            ]
        )
    )
    return f"{names[0]} {operator} {value}", f"{names[1]} {operator} {value}"


PLAIN = st.sampled_from(
    [
        ("n.flag", "n.flag"),
        ("n.a = null", "n.a IS NULL"),
        ("n.b != null", "n.b IS NOT NULL"),
        ("n.a = n.b", "n.a IS NOT DISTINCT FROM n.b"),
        ('classof(n).@name LIKE ".*Leaf"', "class_of(n.id) LIKE '%Leaf'"),
        ("n.c IN (SELECT * FROM com.acme.Leaf)", "coalesce(n.c IN (SELECT id FROM leaf), false)"),
    ]
)


def both(word: str) -> Any:  # noqa: ANN401 (a strategy's map takes any function)
    def joined(pair: tuple[Condition, Condition]) -> Condition:
        (oql_one, sql_one), (oql_other, sql_other) = pair
        return f"({oql_one} {word} {oql_other})", f"({sql_one} {word} {sql_other})"

    return joined


CONDITIONS = st.recursive(
    st.one_of(comparisons(), PLAIN),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(both("AND")), st.tuples(inner, inner).map(both("OR"))
    ),
    max_leaves=4,
)
WITH_LEAVES = "WITH leaf AS (SELECT id FROM objects WHERE class = 'com.acme.Leaf')"


def compare(heap: Heap, oql: str, sql: str, *, in_order: bool = False) -> None:
    found, wanted = list(heap.oql(oql)), list(heap.sql(f"{WITH_LEAVES} {sql}"))
    if not in_order:
        found, wanted = sorted_rows(found), sorted_rows(wanted)
    assert found == wanted, (oql, sql)


def sorted_rows(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=str)


@SLOW
@given(heaps(), CONDITIONS)
def test_rows_and_conditions(builder: HeapBuilder, condition: Condition) -> None:
    oql, sql = condition
    with opened(builder) as (heap, _):
        compare(
            heap,
            f"SELECT n, n.number, n.flag, n.a FROM {OQL_NODES} WHERE {oql}",
            f"SELECT n.id, n.number, n.flag, n.a FROM {SQL_NODES} WHERE {sql}",
        )
        compare(
            heap,
            f"SELECT DISTINCT n.number, n.a FROM {OQL_NODES} WHERE {oql}",
            f"SELECT DISTINCT n.number, n.a FROM {SQL_NODES} WHERE {sql}",
        )
        compare(
            heap,
            f"SELECT n.number FROM {OQL_NODES} WHERE {oql} "
            f"UNION (SELECT n.number FROM {OQL_NODES})",
            f"SELECT n.number FROM {SQL_NODES} WHERE {sql} UNION ALL "
            f"SELECT n.number FROM {SQL_NODES}",
        )


@SLOW
@given(heaps(), CONDITIONS)
def test_groups(builder: HeapBuilder, condition: Condition) -> None:
    oql, sql = condition
    aggregates = "count(*), count(n.a), sum(n.number), min({id}), max({id}), avg(n.number)"
    with opened(builder) as (heap, _):
        compare(
            heap,
            f"SELECT n.number, n.flag, {aggregates.format(id='n.@objectId')} FROM {OQL_NODES} "
            f"WHERE {oql} GROUP BY n.number, n.flag HAVING sum(n.number) > -4",
            f"SELECT n.number, n.flag, {aggregates.format(id='n.id')} FROM {SQL_NODES} "
            f"WHERE {sql} GROUP BY n.number, n.flag HAVING sum(n.number) > -4",
        )
        compare(
            heap,
            f"SELECT count(DISTINCT n.a), count(*) FROM {OQL_NODES} WHERE {oql}",
            f"SELECT count(DISTINCT n.a), count(*) FROM {SQL_NODES} WHERE {sql}",
        )


@SLOW
@given(heaps(), CONDITIONS, st.integers(0, 8), st.integers(0, 4), st.booleans())
def test_order(
    builder: HeapBuilder,
    condition: Condition,
    limit: int,
    offset: int,
    descends: bool,  # noqa: FBT001
) -> None:
    oql, sql = condition
    way = "DESC" if descends else "ASC"
    page = f"LIMIT {limit} OFFSET {offset}"
    with opened(builder) as (heap, _):
        compare(
            heap,
            f"SELECT n, n.number FROM {OQL_NODES} WHERE {oql} "
            f"ORDER BY n.number {way}, n.a DESC, n.@objectId {page}",
            f"SELECT n.id, n.number FROM {SQL_NODES} WHERE {sql} "
            f"ORDER BY n.number {way} NULLS LAST, n.a DESC NULLS LAST, n.id {page}",
            in_order=True,
        )


@SLOW
@given(heaps(), CONDITIONS)
def test_what_is_around_objects(builder: HeapBuilder, condition: Condition) -> None:
    oql, sql = condition
    with opened(builder) as (heap, _):
        compare(
            heap,
            f"SELECT AS RETAINED SET o.@objectId FROM {OQL_NODES.replace(' n', ' o')} "
            f"WHERE {oql.replace('n.', 'o.').replace('(n)', '(o)')}",
            "SELECT id FROM retained_set((SELECT coalesce(list(n.id), []) "
            f"FROM {SQL_NODES} WHERE {sql}))",
        )
        compare(
            heap,
            "SELECT o, dominatorof(o), o.@retainedHeapSize FROM INSTANCEOF java.lang.Object o",
            "SELECT id, dominator_id, retained_bytes FROM objects",
        )
        compare(
            heap,
            "SELECT toString(s), s FROM java.lang.String s",
            "SELECT coalesce(to_string(id), ''), id FROM objects WHERE class = 'java.lang.String'",
        )
        compare(
            heap,
            "SELECT a, a.@length FROM com.acme.Node[] a",
            "SELECT id, length FROM arrays WHERE class = 'com.acme.Node[]'",
        )
