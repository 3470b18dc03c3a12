"""Fields of few objects as plain values, for the questions that know the JDK's own classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .asking import Asking

__all__ = ["Fields", "Reading"]

_MOST_ELEMENTS = 1 << 20
_MOST_CHARACTERS = 1 << 16


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of one object: primitives by value, references by the object's index."""

    values: Mapping[str, Any]
    targets: Mapping[str, int]

    def target(self, *names: str) -> int | None:
        """What the first of these fields that is not null refers to."""
        return next((self.targets[name] for name in names if name in self.targets), None)


class Reading(Asking):
    """Reads fields, arrays and strings; costs some ten microseconds an object."""

    def _fields(self, indices: Sequence[int]) -> list[Fields]:
        """The fields of each object; for a class object its statics."""
        native_rows = self._ask_long(lambda native: native.contents_of(list(indices)))
        return [Fields(row["values"], row["targets"]) for row in native_rows]

    def _fields_of(self, index: int | None) -> Fields:
        """The fields of an object; none for None."""
        return Fields({}, {}) if index is None else self._fields([index])[0]

    def _follow(self, index: int | None, *names: str) -> int | None:
        """The object at the end of a path of fields; None where a null is on the way."""
        for name in names:
            index = self._fields_of(index).target(name)
        return index

    def _statics(self, class_name: str) -> Fields:
        """The statics of the class of that name; none where there is no such class."""
        found = self._ask(lambda native: native.find_classes(class_name))
        return self._fields_of(found[0]["object_index"] if found else None)

    def _elements(self, array: int | None) -> list[int]:
        """The objects in an array that are not null, the first million at most."""
        if array is None:
            return []
        found = self._ask_long(lambda native: native.array_targets(array, 0, _MOST_ELEMENTS))
        return [element for element in found if element is not None]

    def _strings(self, indices: Iterable[int]) -> list[str | None]:
        """Texts of strings, at most 65,536 characters each; None for other objects."""
        wanted = list(indices)
        return self._ask_long(lambda native: native.strings(wanted, _MOST_CHARACTERS))

    def _string(self, index: int | None) -> str | None:
        """The text of a string; None for None and for other objects."""
        return None if index is None else self._strings([index])[0]

    def _instances(self, class_name: str) -> list[int]:
        """All instances of the classes of that exact name."""
        return self._ask(lambda native: native.instances(class_name, 0, _MOST_ELEMENTS))
