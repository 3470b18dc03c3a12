"""What single collections hold, entry by entry."""

from __future__ import annotations

from dataclasses import dataclass

from seamew import engine

from .asking import Asking, ObjectName

__all__ = ["Entries", "Entry", "MemberQuestions", "Primitive"]

Primitive = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a map, or an element of another collection, which then is the value.

    Of key and value an object is told by id, anything else by its value; neither is null.
    """

    key_id: int | None
    key: Primitive | None
    value_id: int | None
    value: Primitive | None


class Entries:
    """The entries of one collection; some bytes each, in the engine's memory."""

    def __init__(self, native: engine.NativeEntries) -> None:
        self._native = native

    def __len__(self) -> int:
        return len(self._native)

    def page(self, *, offset: int = 0, limit: int = 100) -> list[Entry]:
        """Some of them, in the order of the collection."""
        return [Entry(*one) for one in engine.call(lambda: self._native.page(offset, limit))]


class MemberQuestions(Asking):
    """What single collections hold. See `Heap`."""

    def collection_kind(self, name: ObjectName) -> str | None:
        """list, queue, set, map or multimap; None for what is no known collection."""
        index, reader = self.resolve(name), self._collection_reader()
        return engine.call(lambda: reader.kind(index))

    def collection_size(self, name: ObjectName) -> int | None:
        """The number of entries that a collection tells; None where that cannot be read."""
        index, reader = self.resolve(name), self._collection_reader()
        return engine.call(lambda: reader.size(index))

    def entries(self, name: ObjectName, *, limit: int | None = None) -> Entries:
        """What a collection holds, the first `limit`; nothing for other objects.

        Some ten microseconds an entry.
        """
        index, reader = self.resolve(name), self._collection_reader()
        return Entries(engine.call(lambda: reader.entries(index, limit)))

    def _collection_reader(self) -> engine.NativeCollectionReader:
        return self._handle("collections", lambda native: native.collection_reader())
