"""Objects of a set by the values of their fields."""

from __future__ import annotations

from seamew.errors import ObjectNotFoundError
from seamew.heap import ObjectSet
from seamew.model import ValueGroup
from seamew.rules.examination import Examination

__all__ = ["matching", "values_of"]


def matching(heap: Examination, objects: ObjectSet, *conditions: str) -> ObjectSet:
    """Those of the objects that fulfil conditions such as `state>=4`, see `Heap.find`.

    None where their class, in this version of it, has no such field. Reads each object.
    """
    try:
        return heap.heap.find(objects, conditions)
    except ObjectNotFoundError:
        return heap.heap.no_objects()


def values_of(
    heap: Examination, objects: ObjectSet, *paths: str, most: int = 3
) -> tuple[str, tuple[ValueGroup, ...]] | None:
    """The first of the paths that the objects' class has, and what it leads to most often.

    None where it has none of them.
    """
    for path in paths:
        try:
            return path, heap.heap.group_by(objects, path, limit=most).rows
        except ObjectNotFoundError:
            continue
    return None
