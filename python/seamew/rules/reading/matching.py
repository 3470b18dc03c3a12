"""Objects of a set by the values of their fields."""

from __future__ import annotations

from seamew.errors import ObjectNotFoundError
from seamew.heap import ObjectSet
from seamew.rules.examination import Examination

__all__ = ["matching"]


def matching(heap: Examination, objects: ObjectSet, *conditions: str) -> ObjectSet:
    """Those of the objects that fulfil conditions such as `state>=4`, see `Heap.find`.

    None where their class, in this version of it, has no such field. Reads each object.
    """
    if not len(objects):
        return objects
    try:
        return heap.heap.find(objects, conditions)
    except ObjectNotFoundError:
        return heap.heap.no_objects()
