"""What the heap itself calls a secret: by the field that holds it, or by its key in a map."""

from __future__ import annotations

from seamew.heap import Heap
from seamew.masking import masked

__all__ = ["is_called_secret"]

_HOLDERS = 4
_SOME_TEXT = "text"
_TEXTS = frozenset({"java.lang.String", "java.lang.StringBuilder", "java.lang.StringBuffer"})


def is_called_secret(heap: Heap, index: int) -> bool:
    """Whether a field `password` (or the like) holds an object, or a map has it under such a key.

    Looks at a few of the objects that refer to it; for the bytes of a string, at those that refer
    to the string. Some ten microseconds.
    """
    holders = heap.referrers_page(index, limit=_HOLDERS)
    return any(_calls_it_secret(heap, holder, index) for holder in holders)


def _calls_it_secret(heap: Heap, holder: int, index: int) -> bool:
    if heap.class_name(holder) in _TEXTS:
        return is_called_secret(heap, holder)
    if _is_telling(heap.fields_between(holder, index)):
        return True
    keys = [content.target for content in heap.fields(holder) if content.name == "key"]
    return any(
        _is_telling(heap.value(key) or "") for key in keys if key is not None and key != index
    )


def _is_telling(name: str) -> bool:
    return masked(name, _SOME_TEXT)[1]
