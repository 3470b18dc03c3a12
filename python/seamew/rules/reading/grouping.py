"""Objects of a set by what a field says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seamew.errors import ObjectNotFoundError
from seamew.heap import ObjectSet, What
from seamew.rules.examination import Examination
from seamew.units import format_count
from seamew.wording import Text, joined

__all__ = ["field_targets", "groups_of", "groups_text"]

_SHOWN = 4


def groups_of(heap: Examination, objects: ObjectSet, *fields: str) -> Mapping[str, int]:
    """How many objects say what in the first of these fields that they have, most first.

    Reads each object. Empty where none has such a field.
    """
    for field in fields:
        try:
            rows = heap.heap.group_by(objects, field).rows
        except ObjectNotFoundError:
            continue
        return {str(row.value): row.objects for row in rows}
    return {}


def groups_text(groups: Mapping[str, int], names: Mapping[str, str] | None = None) -> Text:
    """`2,400 x MESSAGE, 100 x BYE`: the four biggest, by `names` where the values are codes."""
    told: Sequence[tuple[str, int]] = list(groups.items())[:_SHOWN]
    return joined(f"{format_count(count)} x {(names or {}).get(one, one)}" for one, count in told)


def field_targets(heap: Examination, objects: What, field: str) -> ObjectSet:
    """What the fields of that name refer to; nothing where the class has none."""
    try:
        return heap.heap.field_targets(objects, field)
    except ObjectNotFoundError:
        return heap.heap.no_objects()
