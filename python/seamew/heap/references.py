"""Questions about references."""

from __future__ import annotations

from seamew import engine
from seamew.model import ClassReferenceRow, ClassReferences, ReferenceRow

from .asking import ObjectName
from .object_set import What
from .sets import SetQuestions

__all__ = ["ReferenceQuestions"]


class ReferenceQuestions(SetQuestions):
    """Questions about references. See `Heap`."""

    def references_from(
        self, name: ObjectName, *, offset: int = 0, limit: int = 100
    ) -> tuple[ReferenceRow, ...]:
        """The objects that this one refers to, with the fields."""
        index = self.resolve(name)
        found = self._ask(lambda native: native.outbound(index, offset, limit))
        return engine.rows(ReferenceRow, found)

    def references_to(
        self, name: ObjectName, *, offset: int = 0, limit: int = 100
    ) -> tuple[ReferenceRow, ...]:
        """The objects that refer to this one, with the fields."""
        index = self.resolve(name)
        found = self._ask(lambda native: native.inbound(index, offset, limit))
        return engine.rows(ReferenceRow, found)

    def reference_counts(self, name: ObjectName) -> tuple[int, int]:
        """How many references enter and leave the object."""
        index = self.resolve(name)
        return self._ask(lambda native: (native.inbound_count(index), native.outbound_count(index)))

    def references_by_class(
        self, what: What, *, inbound: bool = True, levels: int = 2, children: int | None = 100
    ) -> ClassReferences:
        """The objects by class, and under each class what refers to its objects, by class again.

        With `inbound` False what they refer to. Each row counts the distinct objects one
        reference further than all those of the row above. `levels` (at most 100) counts the
        objects themselves; at most `children` rows under each row.
        """
        members = self.as_set(what).native
        found = self._ask_long(
            lambda native: native.references_by_class(
                members, inbound=inbound, levels=levels, children=children
            )
        )
        return ClassReferences(**{**found, "rows": engine.rows(ClassReferenceRow, found["rows"])})
