"""Conditions that the engine takes over: exactly those rows, or none of its business."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from seamew.heap import RowFilter
from seamew.query.conditions import Conditions

CONDITIONS = Conditions(
    {"id": "id", "class": "class", "class_id": "class_id", "to": "other_id", "at": "position"},
    {"a.B": [3, 5]},
)
MOST = 0xFFFF_FFFF


class Col(SimpleNamespace):
    pass


class Lit(SimpleNamespace):
    pass


class Binary(SimpleNamespace):
    pass


class In(SimpleNamespace):
    pass


class Unary(SimpleNamespace):
    pass


def compare(column: str, op: str, value: object) -> Binary:
    return Binary(op=op, left=Col(parts=(column,)), right=Lit(value=value))


def member(column: str, *values: object) -> In:
    return In(operand=Col(parts=(column,)), values=[Lit(value=value) for value in values])


@pytest.mark.parametrize(
    ("predicate", "rows"),
    [
        (compare("id", "=", 7), RowFilter(ids=[7])),
        (compare("id", "<", 7), RowFilter(id_range=(0, 6))),
        (compare("id", "<=", 7), RowFilter(id_range=(0, 7))),
        (compare("id", ">", 7), RowFilter(id_range=(8, MOST))),
        (compare("id", ">=", 7), RowFilter(id_range=(7, MOST))),
        (compare("id", "<", 0), RowFilter(ids=())),
        (compare("id", ">", MOST), RowFilter(ids=())),
        (compare("id", "<", 1 << 40), RowFilter()),
        (compare("id", "=", 1 << 40), RowFilter(ids=[])),
        (compare("id", "!=", 7), None),
        (compare("at", "=", 7), RowFilter(positions=(7, 7))),
        (compare("at", ">=", 7), RowFilter(positions=(7, MOST))),
        (compare("to", "=", 7), RowFilter(other_ids=[7])),
        (compare("to", "<", 7), None),
        (compare("class", "=", "a.B"), RowFilter(class_ids=[3, 5])),
        (compare("class", "=", "a.C"), RowFilter(class_ids=[])),
        (compare("class", "<", "a.B"), None),
        (compare("size", "=", 7), None),
        (member("id", 7, 9, 1 << 40), RowFilter(ids=[7, 9])),
        (member("class_id", 7), RowFilter(class_ids=[7])),
        (member("at", 7, 9), None),
        (Unary(op="NOT", operand=compare("id", "=", 7)), None),
        (
            Binary(op="AND", left=compare("id", ">", 3), right=compare("id", "<=", 9)),
            RowFilter(id_range=(4, 9)),
        ),
        (Binary(op="AND", left=compare("id", ">", 3), right=compare("x", "=", 9)), None),
        (Binary(op="OR", left=compare("id", "=", 3), right=compare("id", "=", 9)), None),
    ],
)
def test_what_rows_a_condition_leaves(predicate: SimpleNamespace, rows: RowFilter | None) -> None:
    assert CONDITIONS.rows(predicate) == rows


def test_a_field_of_a_struct_is_no_column() -> None:
    assert CONDITIONS.rows(Binary(op="=", left=Col(parts=("id", "x")), right=Lit(value=1))) is None


def test_filters_are_combined() -> None:
    both = RowFilter.of_all(
        [RowFilter(ids=[1, 2, 3], id_range=(2, 9)), RowFilter(ids=[3, 2], id_range=(0, 2))]
    )
    assert both == RowFilter(ids=[2, 3], id_range=(2, 2))
    assert RowFilter.of_all([]) == RowFilter()
