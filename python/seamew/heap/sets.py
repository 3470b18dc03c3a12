"""Questions that make sets of objects."""

from __future__ import annotations

from collections.abc import Sequence

from seamew import engine
from seamew.errors import ObjectNotFoundError
from seamew.model import HistogramRow

from .asking import Asking
from .object_set import ObjectSet, What

__all__ = ["SetQuestions", "is_object_name"]


def is_object_name(text: str) -> bool:
    """Whether a text names one object, not a class pattern."""
    number = text.rpartition("#")[2] if "#" in text else ""
    return text.startswith(("0x", "0X", "@")) or number.isdigit()


class SetQuestions(Asking):
    """Questions that make sets of objects. See `Heap`."""

    def select(
        self,
        *what: What,
        subclasses: bool = False,
        class_objects: bool = False,
        loaded: bool = False,
    ) -> ObjectSet:
        """The reachable objects that are named; without names all of them.

        `what` are class patterns in which `*` stands for any text, objects, or sets. `subclasses`
        takes the instances of subclasses too, `class_objects` the class objects of the patterns,
        `loaded` all instances of the classes that the selected class loaders have loaded.
        Raises ObjectNotFoundError where a pattern matches no class, with near names.
        """
        if not what:
            return ObjectSet(self._ask_long(lambda native: native.all_objects()))
        patterns = [one for one in what if isinstance(one, str) and not is_object_name(one)]
        sets = [one for one in what if isinstance(one, ObjectSet)]
        objects = [
            self.resolve(one)
            for one in what
            if isinstance(one, int) or (isinstance(one, str) and is_object_name(one))
        ]
        found = ObjectSet(
            self._ask_long(
                lambda native: native.select(
                    patterns,
                    objects,
                    subclasses=subclasses,
                    class_objects=class_objects,
                    loaded=loaded,
                )
            )
        )
        for one in sets:
            found |= one
        return found

    def no_objects(self) -> ObjectSet:
        """The empty set."""
        return self.set_of([])

    def set_of(self, ids: Sequence[int]) -> ObjectSet:
        """The set of these objects."""
        objects = list(ids)
        return ObjectSet(
            self._ask(
                lambda native: native.select(
                    [], objects, subclasses=False, class_objects=False, loaded=False
                )
            )
        )

    def of_class(self, name: str) -> ObjectSet:
        """The instances of a class and of those below it; none where the dump has no such class."""
        try:
            return self.select(name, subclasses=True)
        except ObjectNotFoundError:
            return self.no_objects()

    def field_targets(self, what: What, field: str) -> ObjectSet:
        """What the fields of that name in the objects refer to. Reads their contents."""
        members = self.as_set(what).native
        return ObjectSet(
            self._ask_reading(lambda native, told: native.field_targets(members, field, told))
        )

    def as_set(self, what: What) -> ObjectSet:
        """The set itself, or the objects that `select` finds."""
        return what if isinstance(what, ObjectSet) else self.select(what)

    def retained_objects(self, what: What, *, cut: Sequence[str] = ()) -> ObjectSet:
        """What only these objects keep alive, themselves included.

        The references in `cut` (CLASS#FIELD, or CLASS for all its fields) keep nothing alive.
        Costs a walk of the heap, about 30 ns an object.
        """
        members = self.as_set(what).native
        return ObjectSet(self._ask_long(lambda native: native.retained_objects(members, list(cut))))

    def topmost(self, what: What) -> ObjectSet:
        """Those of the objects that no other of them dominates."""
        members = self.as_set(what).native
        return ObjectSet(self._ask_long(lambda native: native.topmost(members)))

    def retained_through(self, what: What, fields: Sequence[str]) -> ObjectSet:
        """What only the fields of those names in these objects keep alive. Costs a walk."""
        members = self.as_set(what).native
        return ObjectSet(
            self._ask_long(lambda native: native.retained_through(members, list(fields)))
        )

    def set_histogram(
        self, what: What, by: str = "class", *, exact: bool = False
    ) -> tuple[HistogramRow, ...]:
        """The objects by class, superclass, loader or package, as `histogram` does for all."""
        members = self.as_set(what).native
        found = self._ask_long(
            lambda native: (
                native.exact_set_histogram(members, by)
                if exact
                else native.set_histogram(members, by)
            )
        )
        return engine.rows(HistogramRow, found)
