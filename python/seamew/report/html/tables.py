"""Histogram, biggest retainers and settings, as a page holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seamew.heap import Heap
from seamew.model import Consumers, GroupRow, ObjectRow

from .names import Names, Values, shortened

__all__ = ["consumers_data", "histogram_data", "object_data", "properties_data"]

_CLASSES = 10_000
_PROPERTY_CHARACTERS = 2_000


def histogram_data(heap: Heap, names: Names) -> dict[str, Any]:
    """Columns of the classes that retain most; `more` sums up the others."""
    rows = sorted(heap.histogram(), key=lambda row: (-(row.retained_bytes or 0), row.label))
    shown, others = rows[:_CLASSES], rows[_CLASSES:]
    return {
        "names": [names.number(row.label) for row in shown],
        "loaders": [names.optional(row.loader) for row in shown],
        "objects": [row.objects for row in shown],
        "shallow": [row.shallow_bytes for row in shown],
        "retained": [row.retained_bytes or 0 for row in shown],
        "more": {
            "classes": len(others),
            "objects": sum(row.objects for row in others),
            "shallow": sum(row.shallow_bytes for row in others),
        },
    }


def consumers_data(
    consumers: Consumers, names: Names, values: Values
) -> dict[str, list[dict[str, Any]]]:
    """The biggest topmost dominators, alone and in groups."""
    return {
        "objects": [object_data(row, names, values) for row in consumers.objects],
        "classes": _groups(consumers.classes, names),
        "loaders": _groups(consumers.loaders, names),
        "packages": _groups(consumers.packages, names),
    }


def object_data(row: ObjectRow, names: Names, values: Values) -> dict[str, Any]:
    """One object."""
    return {
        "class": names.number(row.class_name),
        "kind": row.kind,
        "address": f"{row.address:x}",
        "shallow": row.shallow_bytes,
        "retained": row.retained_bytes,
        "length": row.length,
        "value": values.of(row.object_index, row.value),
    }


def _groups(rows: Sequence[GroupRow], names: Names) -> list[dict[str, Any]]:
    return [
        {
            "name": names.number(row.label),
            "objects": row.objects,
            "shallow": row.shallow_bytes,
            "retained": row.retained_bytes,
        }
        for row in rows
    ]


def properties_data(heap: Heap, *, show_values: bool) -> list[list[Any]]:
    """Settings: source, name, value (None: not in the dump), whether a part is masked."""
    return [
        [
            row.source,
            shortened(row.name),
            None if row.value is None else shortened(row.value, _PROPERTY_CHARACTERS),
            row.is_masked,
        ]
        for row in heap.properties(show_secrets=show_values)
    ]
