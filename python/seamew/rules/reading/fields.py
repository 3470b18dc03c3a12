"""Fields of single objects; several paths where versions of a class name a field differently.

Each answers for the first path that leads somewhere, and None (0, False) where none does. Some ten
microseconds a path.
"""

from __future__ import annotations

from seamew.rules.examination import Examination

__all__ = ["class_object", "flag", "number", "size", "target", "text"]


def number(heap: Examination, index: int | None, *paths: str) -> int | None:
    """The whole number at the end of a path (`ctl.value`)."""
    if index is None:
        return None
    for path in paths:
        value, _ = heap.heap.follow(index, path)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def flag(heap: Examination, index: int | None, *paths: str) -> bool:
    """Whether a boolean field is set; an AtomicBoolean's `value` is a number."""
    if index is None:
        return False
    for path in paths:
        value, _ = heap.heap.follow(index, path)
        if value is not None:
            return bool(value)
    return False


def target(heap: Examination, index: int | None, *paths: str) -> int | None:
    """The object that a path leads to."""
    if index is None:
        return None
    for path in paths:
        _, found = heap.heap.follow(index, path)
        if found is not None:
            return found
    return None


def text(heap: Examination, index: int | None, *paths: str) -> str | None:
    """The readable value of the object that a path leads to: a string's text, an enum's name."""
    found = target(heap, index, *paths)
    return None if found is None else heap.heap.value(found)


def size(heap: Examination, index: int | None, *paths: str) -> int:
    """How many entries the collection has that a path leads to, as it says itself."""
    found = target(heap, index, *paths)
    return 0 if found is None else heap.heap.collection_size(found) or 0


def class_object(heap: Examination, class_name: str) -> int | None:
    """The class of that name, whose fields are its statics; the first of several."""
    found = heap.heap.find_classes(class_name)
    return found[0].object_index if found else None
