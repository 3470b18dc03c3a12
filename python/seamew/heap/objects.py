"""Questions about single objects, and columns over all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from seamew import engine
from seamew.model import ObjectDetail, ObjectRow

from .asking import Asking, ObjectName
from .columns import Column

__all__ = ["MOST_CHARACTERS", "ObjectQuestions"]

MOST_CHARACTERS = 1_000_000
"""Longest text that `Heap.text` returns unless told otherwise, in UTF-16 units."""

_CSV_CHUNK_OBJECTS = 65_536


class ObjectQuestions(Asking):
    """Questions about single objects, and columns over all of them. See `Heap`."""

    def rows(self, names: Sequence[ObjectName]) -> tuple[ObjectRow, ...]:
        """The named objects."""
        indices = [self.resolve(name) for name in names]
        return engine.rows(ObjectRow, self._ask(lambda native: native.object_rows(indices)))

    def row(self, name: ObjectName) -> ObjectRow:
        """One object."""
        return self.rows([name])[0]

    def object(self, name: ObjectName, *, statics: bool = False) -> ObjectDetail:
        """An object with its fields and their values.

        With `statics` also the static fields of its class and of the classes above; of a class
        object, whose fields are its statics already, those of the classes above.
        """
        index = self.resolve(name)
        detail = engine.detail(self._ask(lambda native: native.object_detail(index)))
        if not statics:
            return detail
        found = self._ask(lambda native: native.inherited_statics(index))
        return replace(detail, statics=engine.field_values(found))

    def instance_ids(self, class_name: str, *, offset: int = 0, limit: int = 100) -> list[int]:
        """The indices of a class's instances, in address order."""
        return self._ask(lambda native: native.instances(class_name, offset, limit))

    def array_values(self, name: ObjectName, *, offset: int = 0, limit: int = 100) -> list[Any]:
        """Elements of a primitive array: numbers, booleans or characters."""
        index = self.resolve(name)
        return self._ask(lambda native: native.array_values(index, offset, limit))

    def array_elements(
        self, name: ObjectName, *, offset: int = 0, limit: int = 100
    ) -> tuple[ObjectRow | None, ...]:
        """Objects in an object array; empty for other objects.

        None stands for null, and for what is not in the dump.
        """
        index = self.resolve(name)
        found = self._ask(lambda native: native.array_elements(index, offset, limit))
        return engine.optional_rows(found)

    def array_bytes(self, name: ObjectName, *, offset: int = 0, limit: int = 1 << 20) -> bytes:
        """Elements of a primitive array as bytes, big endian; empty for other objects.

        `offset` and `limit` count elements.
        """
        index = self.resolve(name)
        return self._ask(lambda native: native.array_bytes(index, offset, limit))

    def text(self, name: ObjectName, *, limit: int = MOST_CHARACTERS) -> str | None:
        """The whole text of a String, StringBuilder, StringBuffer, char[] or byte[] (as Latin-1).

        At most `limit` UTF-16 units of it; halves of surrogate pairs become U+FFFD. None for
        other objects, and where the text is not in the dump.
        """
        index = self.resolve(name)
        return self._ask(lambda native: native.text(index, limit))

    def column(self, name: str) -> Column:
        """address, class_id, shallow_bytes, retained_bytes or dominator, one value per object."""
        return Column(self._ask(lambda native: native.column(name)))

    def objects_csv(self) -> Iterator[bytes]:
        """All objects in address order as CSV rows without a header, in chunks.

        Columns: address (0x hex), shallow_bytes, retained_bytes, class.
        """
        for start in range(0, self.facts.object_count, _CSV_CHUNK_OBJECTS):
            yield self.objects_csv_chunk(start, _CSV_CHUNK_OBJECTS)

    def objects_csv_chunk(self, start: int, count: int) -> bytes:
        """CSV rows of `count` objects from an index on."""
        return self._ask(lambda native: native.objects_csv(start, count))
