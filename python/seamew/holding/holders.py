"""All fields of application code that hold an object in a collection: against the references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from seamew.heap import Heap

from .entries import stable_class_name
from .owners import is_application_class

__all__ = ["HoldingField", "fields_that_hold", "holding_fields"]

_MOST_VISITED = 150
_MOST_REFERRERS = 24
_NO_FIELDS = ("object_array", "primitive_array")


@dataclass(frozen=True, slots=True)
class HoldingField:
    """A field whose collection leads to objects: to how many of those looked at, how directly.

    `steps` are the references between the collection and the object, on the shortest way.
    """

    label: str
    is_static: bool
    collection: int
    objects: int
    steps: int


def holding_fields(heap: Heap, index: int) -> tuple[HoldingField, ...]:
    """The fields nearest to an object that hold collections it is in, or captured by what is in.

    Goes at most 150 objects up; some milliseconds.
    """
    found: dict[str, HoldingField] = {}
    seen = {index}
    level = [index]
    for steps in range(_MOST_VISITED):
        following: list[int] = []
        for held in level:
            for holder in heap.referrers_page(held, limit=_MOST_REFERRERS):
                if holder in seen or len(seen) >= _MOST_VISITED:
                    continue
                label = _field_of_collection(heap, holder, held)
                if label is not None:
                    is_static = heap.kind(holder) == "class"
                    found.setdefault(label, HoldingField(label, is_static, held, 1, steps))
                    continue
                seen.add(holder)
                following.append(holder)
        if not following:
            break
        level = following
    return tuple(found.values())


def _field_of_collection(heap: Heap, holder: int, held: int) -> str | None:
    """`Class#field`, where an application object holds a collection by a field of its own."""
    if heap.collection_kind(held) is None and heap.kind(held) != "object_array":
        return None
    kind = heap.kind(holder)
    name = heap.value(holder) if kind == "class" else heap.class_name(holder)
    if kind in _NO_FIELDS or name is None or not is_application_class(name):
        return None
    for field in heap.fields(holder):
        if field.target == held and not field.name.startswith("<"):
            return f"{stable_class_name(field.declaring_class)}#{field.name}"
    return None


def fields_that_hold(heap: Heap, objects: Iterable[int]) -> tuple[HoldingField, ...]:
    """The same for several objects: the fields that hold most of them, nearest ones first."""
    found: dict[str, HoldingField] = {}
    counts: Counter[str] = Counter()
    for index in objects:
        for one in holding_fields(heap, index):
            counts[one.label] += 1
            known = found.get(one.label)
            if known is None or one.steps < known.steps:
                found[one.label] = one
    complete = (
        HoldingField(one.label, one.is_static, one.collection, counts[one.label], one.steps)
        for one in found.values()
    )
    return tuple(sorted(complete, key=lambda one: (-one.objects, one.steps, one.label)))
