"""What limits a collection, as far as one dump shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from seamew.heap import Heap
from seamew.holding import is_application_class
from seamew.model import FieldContent

__all__ = ["Bound", "BoundKind", "bound_of", "class_object", "numbers_beside"]

_UNMODIFIABLE = re.compile(
    r"java\.util\.(Collections\$Unmodifiable|ImmutableCollections\$)"
    r"|com\.google\.common\.collect\.(Immutable|RegularImmutable|Singleton)"
)
_LIMIT = re.compile(r"(max|limit|capacity|maximum|bound|threshold)", re.IGNORECASE)
_OTHER_LIMIT = re.compile(
    r"byte|age|time|wait|retr|weight|memory|length|depth|thread|delay|ttl|live|second|millis|ms$"
    # What was the most so far: a statistic, which grows with the leak.
    r"|active|seen|used|peak|ever|observed|reached|water",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(r"time|stamp|hash|millis|ms$|nanos|id$|version|modcount", re.IGNORECASE)
_LOOKED_AT = 64
_NO_LIMIT = (1 << 31) - 1
_MOST_TIMES = 20
"""A limit so many times what is there bounds nothing yet."""


class BoundKind(Enum):
    """What keeps a collection from growing."""

    UNMODIFIABLE = auto()
    CAPACITY = auto()
    LIMIT = auto()
    RING = auto()


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit: the field that says it, and its value (None: it cannot grow at all)."""

    kind: BoundKind
    field: str
    limit: int | None


def bound_of(heap: Heap, owner: int, container: int, elements: int) -> Bound | None:
    """What limits a container that the object `owner` holds. The limit may be exceeded."""
    name = heap.class_name(container)
    if _UNMODIFIABLE.match(name):
        return Bound(BoundKind.UNMODIFIABLE, name, None)
    if heap.kind(container) == "object_array":
        return _ring(heap, owner, container)
    for field in heap.fields(container):
        if field.name == "capacity" and isinstance(field.value, int):
            return _capacity(name, field.value, elements)
        if field.name == "items" and name.endswith("ArrayBlockingQueue") and field.target:
            return _capacity(name, heap.length(field.target) or 0, elements)
    return next(_limits(heap, (owner, container), elements), None)


def _capacity(name: str, limit: int, elements: int) -> Bound | None:
    if limit >= min(_NO_LIMIT, _MOST_TIMES * max(1, elements)):
        return None
    return Bound(BoundKind.CAPACITY, f"{name}#capacity", limit)


def _limits(heap: Heap, objects: tuple[int, ...], elements: int) -> Iterator[Bound]:
    """Numbers that are called a limit, in the objects or in the statics of their classes.

    Not those that are called after another collection of the same owner.
    """
    owner, container = objects
    others = [
        field.name.lower()
        for field in heap.fields(owner)
        if field.target not in {None, container} and heap.collection_kind(field.target or 0)
    ]
    for index in objects:
        for field in numbers_beside(heap, index):
            value = field.value
            if not isinstance(value, int) or not _LIMIT.search(field.name):
                continue
            if any(name in field.name.lower() for name in others):
                continue
            if _OTHER_LIMIT.search(field.name) or not is_application_class(field.declaring_class):
                continue
            is_peak = value == elements and not _is_round(value)
            if 1 < value < min(_NO_LIMIT, _MOST_TIMES * max(1, elements)) and not is_peak:
                yield Bound(BoundKind.LIMIT, f"{field.declaring_class}#{field.name}", value)


def _is_round(value: int) -> bool:
    """Whether people would write such a limit: 250, 10000, 4096. A count seldom is."""
    return value % 10 == 0 or value & (value - 1) == 0


def numbers_beside(heap: Heap, index: int) -> Iterator[FieldContent]:
    """The primitive fields of an object, then those of its class's own statics."""
    contents = list(heap.fields(index))
    if heap.kind(index) != "class":
        statics = class_object(heap, heap.class_name(index))
        contents += [] if statics is None else heap.fields(statics)
    for field in contents:
        if isinstance(field.value, int) and not isinstance(field.value, bool):
            yield field


def class_object(heap: Heap, name: str) -> int | None:
    """The class object of the first class of that name."""
    return next((row.object_index for row in heap.find_classes(name)), None)


def _ring(heap: Heap, owner: int, array: int) -> Bound | None:
    """An array that is written over: the number written so far is beyond its length.

    It has no free places then, as the arrays of growing lists have at their end. An array with no
    number beside it is no list either, as nothing tells how much of it is used.
    """
    length = heap.length(array) or 0
    numbers = [
        field
        for field in heap.fields(owner)
        if field.type in {"int", "long"}
        and is_application_class(field.declaring_class)
        and not _NO_PLACE.search(field.name)
    ]
    for field in numbers:
        if isinstance(field.value, int) and field.value > length and _is_full(heap, array, length):
            return Bound(BoundKind.RING, f"{field.declaring_class}#{field.name}", length)
    name = f"{heap.class_name(array)}#length"
    return None if numbers else Bound(BoundKind.CAPACITY, name, length)


def _is_full(heap: Heap, array: int, length: int) -> bool:
    first = max(0, length - _LOOKED_AT)
    return None not in heap.element_ids(array, offset=first, limit=_LOOKED_AT)
