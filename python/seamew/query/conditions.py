"""Conditions of a query that the engine takes over: on ids, classes, places in the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seamew.heap import RowFilter

__all__ = ["Conditions"]

_NO_ROWS = RowFilter(ids=())


class Conditions:
    """Which conditions on which columns a table can fulfil by itself.

    `columns` maps names of columns to what they are about: `id`, `class`, `class_id`, `other_id`
    (see `RowFilter`) or `position`. `class_ids` knows the classes of a name.
    """

    def __init__(
        self, columns: Mapping[str, str], class_ids: Mapping[str, Sequence[int]] | None = None
    ) -> None:
        self._columns = columns
        self._class_ids = class_ids or {}

    def rows(self, predicate: Any) -> RowFilter | None:  # noqa: ANN401 (DuckDB's tree)
        """The rows that fulfil it; None where more would come, or fewer."""
        found: list[RowFilter] = []
        open_predicates = [predicate]
        while open_predicates:
            one = open_predicates.pop()
            if getattr(one, "op", None) == "AND":
                open_predicates += [one.left, one.right]
                continue
            rows = self._simple(one)
            if rows is None:
                return None
            found.append(rows)
        return RowFilter.of_all(found)

    def _simple(self, predicate: Any) -> RowFilter | None:  # noqa: ANN401
        kind = type(predicate).__name__
        if kind == "In":
            return self._members(predicate.operand, [one.value for one in predicate.values])
        if kind != "Binary" or not hasattr(predicate.right, "value"):
            return None
        if predicate.op == "=":
            return self._members(predicate.left, [predicate.right.value])
        return self._range(predicate.left, predicate.op, predicate.right.value)

    def _about(self, column: Any) -> str | None:  # noqa: ANN401
        """What a column is about; None for one that the engine does not look at."""
        parts = tuple(column.parts)
        return self._columns.get(parts[0]) if len(parts) == 1 else None

    def _members(self, column: Any, values: Sequence[Any]) -> RowFilter | None:  # noqa: ANN401
        about = self._about(column)
        if about == "class":
            found = [one for name in values for one in self._class_ids.get(name, ())]
            return RowFilter(class_ids=found)
        if about == "class_id":
            return RowFilter(class_ids=[value for value in values if _is_number(value)])
        if about == "id":
            return RowFilter(ids=[value for value in values if _is_number(value)])
        if about == "other_id":
            return RowFilter(other_ids=[value for value in values if _is_number(value)])
        if about == "position" and len(values) == 1:
            return self._range(column, "=", values[0])
        return None

    def _range(self, column: Any, operator: str, value: Any) -> RowFilter | None:  # noqa: ANN401
        about = self._about(column)
        if about not in {"id", "position"} or not isinstance(value, int):
            return None
        whole = RowFilter().id_range
        least, most = {
            "=": (value, value),
            "<": (whole[0], value - 1),
            "<=": (whole[0], value),
            ">": (value + 1, whole[1]),
            ">=": (value, whole[1]),
        }.get(operator, (None, None))
        if least is None or most is None:
            return None
        if least > whole[1] or most < whole[0]:
            return _NO_ROWS
        bounds = (max(least, whole[0]), min(most, whole[1]))
        return RowFilter(id_range=bounds) if about == "id" else RowFilter(positions=bounds)


def _is_number(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, int) and RowFilter().id_range[0] <= value <= RowFilter().id_range[1]
