"""Small questions about one object, each cheaper than the whole row."""

from __future__ import annotations

from seamew import engine
from seamew.model import FieldContent

from .asking import Asking, ObjectName
from .object_set import ObjectSet

__all__ = ["SingleQuestions"]


class SingleQuestions(Asking):
    """Small questions about one object. See `Heap`."""

    def class_name(self, name: ObjectName) -> str:
        """The class of an object."""
        index = self.resolve(name)
        return self._ask(lambda native: native.class_name(index))

    def kind(self, name: ObjectName) -> str:
        """What an object is: instance, object_array, primitive_array, class, thread ..."""
        index = self.resolve(name)
        return self._ask(lambda native: native.object_kind(index))

    def sizes(self, name: ObjectName) -> tuple[int, int]:
        """Shallow and retained bytes of an object."""
        index = self.resolve(name)
        return self._ask(lambda native: native.object_sizes(index))

    def address(self, name: ObjectName) -> int:
        """Where an object starts."""
        index = self.resolve(name)
        return self._ask(lambda native: native.object_address(index))

    def value(self, name: ObjectName) -> str | None:
        """The readable value of an object: a string's text, a thread's name, a box's number."""
        index = self.resolve(name)
        return self._ask(lambda native: native.readable_value(index))

    def length(self, name: ObjectName) -> int | None:
        """The number of elements of an array; None for other objects."""
        index = self.resolve(name)
        return self._ask(lambda native: native.array_length(index))

    def element_ids(
        self, name: ObjectName, *, offset: int = 0, limit: int = 100
    ) -> list[int | None]:
        """The ids of the objects in an object array; None for null."""
        index = self.resolve(name)
        return self._ask(lambda native: native.array_targets(index, offset, limit))

    def fields(self, name: ObjectName) -> tuple[FieldContent, ...]:
        """The fields of an instance, its own before those of the classes above.

        Of a class object its statics; none for arrays. Some ten microseconds.
        """
        index = self.resolve(name)
        return engine.rows(FieldContent, self._ask(lambda native: native.field_contents(index)))

    def follow(
        self, name: ObjectName, path: str
    ) -> tuple[bool | int | float | str | None, int | None]:
        """Where a path of fields leads, `owner.name`: a primitive value, or the id of an object.

        Both are None where a null is on the way, or an object has no such field.
        """
        index = self.resolve(name)
        found = self._ask(lambda native: native.field_end(index, path))
        return (None, None) if found is None else (found[0], found[1])

    def outbound_slots(self, name: ObjectName) -> int:
        """Slots for references: those of an array, one for each reference of other objects.

        The object's class has one too.
        """
        index = self.resolve(name)
        return self._ask(lambda native: native.outbound_slots(index))

    def outbound_page(
        self, name: ObjectName, *, first: int = 0, slots: int = 100
    ) -> list[tuple[int, str]]:
        """The objects that this one refers to from some slots, with the fields."""
        index = self.resolve(name)
        return self._ask(lambda native: native.outbound_page(index, first, slots))

    def referrer_count(self, name: ObjectName) -> int:
        """How many objects refer to this one."""
        index = self.resolve(name)
        return self._ask(lambda native: native.inbound_count(index))

    def referrers_page(self, name: ObjectName, *, offset: int = 0, limit: int = 100) -> list[int]:
        """The objects that refer to this one."""
        index = self.resolve(name)
        return self._ask(lambda native: native.referrers_page(index, offset, limit))

    def fields_between(self, holder: ObjectName, target: ObjectName) -> str:
        """The fields by which one object refers to another, joined by commas."""
        ends = self.resolve(holder), self.resolve(target)
        return self._ask(lambda native: native.fields_between(*ends))

    def dominated_set(self, name: ObjectName) -> ObjectSet:
        """The objects that this one immediately dominates."""
        index = self.resolve(name)
        return ObjectSet(self._ask(lambda native: native.dominated_set(index)))

    def retained_page(self, name: ObjectName, *, offset: int = 0, limit: int = 100) -> list[int]:
        """The objects that this one retains, itself the first, in the dominator tree's order."""
        index = self.resolve(name)
        return self._ask(lambda native: native.retained_page(index, offset, limit))

    def retained_count(self, name: ObjectName) -> int:
        """How many objects this one retains, itself included."""
        index = self.resolve(name)
        return self._ask(lambda native: native.retained_count(index))
