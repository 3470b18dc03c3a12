"""Arrays of numbers that are no one's text."""

from __future__ import annotations

from dataclasses import dataclass

from seamew.heap import ObjectSet
from seamew.rules.examination import Examination

from .waste import evenly

__all__ = ["ArraySample", "number_arrays"]

_TYPES = ("boolean", "byte", "char", "double", "float", "int", "long", "short")
_TEXTS = ("java.lang.String", "java.lang.AbstractStringBuilder")
_MOST_LOOKED_AT = 60_000


@dataclass(frozen=True, slots=True)
class ArraySample:
    """Arrays to look at, evenly spread; `scale` of them are there for each (1.0: these are all)."""

    arrays: ObjectSet
    scale: float


def number_arrays(heap: Examination) -> ArraySample:
    """The primitive arrays but those in which strings and builders keep their characters.

    Reads each string, once for all who ask. Of more than 60,000 a sample.
    """
    return heap.once("number_arrays", _number_arrays)


def _number_arrays(heap: Examination) -> ArraySample:
    found = heap.heap.no_objects()
    names = [f"{name}[]" for name in _TYPES if f"{name}[]" in heap.instances_by_class]
    if names:
        found = heap.heap.select(*names)
    for name in _TEXTS:
        found -= heap.heap.field_targets(heap.all_of(name), "value")
    if len(found) <= _MOST_LOOKED_AT:
        return ArraySample(found, 1.0)
    sample = heap.heap.set_of(evenly(found, _MOST_LOOKED_AT))
    return ArraySample(sample, len(found) / len(sample))
