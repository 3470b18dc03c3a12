"""Sets of objects, and how questions name them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from seamew import engine

__all__ = ["ObjectSet", "What"]

_PAGE = 100_000


class ObjectSet:
    """A set of objects of one heap, in address order; made by `Heap.select`.

    Takes an eighth of a byte for each object of the heap. `|`, `&` and `-` combine sets.
    """

    def __init__(self, native: engine.NativeObjectSet) -> None:
        self._native = native

    @property
    def native(self) -> engine.NativeObjectSet:
        """The engine's handle."""
        return self._native

    def __len__(self) -> int:
        return len(self._native)

    def __iter__(self) -> Iterator[int]:
        for start in range(0, len(self), _PAGE):
            yield from self.page(offset=start, limit=_PAGE)

    def __or__(self, other: ObjectSet) -> ObjectSet:
        return ObjectSet(self._native.union(other.native))

    def __and__(self, other: ObjectSet) -> ObjectSet:
        return ObjectSet(self._native.intersection(other.native))

    def __sub__(self, other: ObjectSet) -> ObjectSet:
        return ObjectSet(self._native.difference(other.native))

    def __repr__(self) -> str:
        return f"<ObjectSet of {len(self)} objects>"

    @property
    def shallow_bytes(self) -> int:
        """What the members take themselves."""
        return engine.call(self._native.shallow_bytes)

    def page(self, *, offset: int = 0, limit: int = 100) -> list[int]:
        """Indices of members, in address order."""
        return engine.call(lambda: self._native.ids(offset, limit))


What: TypeAlias = int | str | ObjectSet
"""What a question is about: a class pattern (`com.acme.*`), an object (its index, `0xADDRESS`,
`@id`, `Class#n`), or a set."""
