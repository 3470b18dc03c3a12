"""Questions about references and paths."""

from __future__ import annotations

from collections.abc import Sequence

from seamew import engine
from seamew.model import MergedPathRow, PathStep, ReferenceRow

from .asking import Asking, ObjectName

__all__ = ["WEAK_REFERENCES", "ReferenceQuestions"]

WEAK_REFERENCES = (
    "java.lang.ref.Reference#referent",
    "java.lang.ref.Finalizer#unfinalized",
    "java.lang.Runtime#<unfinalized>",
)
"""References that keep nothing alive for long; paths leave them out."""


class ReferenceQuestions(Asking):
    """Questions about references and paths. See `Heap`."""

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

    def path(
        self, name: ObjectName, *, excludes: Sequence[str] = WEAK_REFERENCES
    ) -> tuple[PathStep, ...]:
        """A shortest path from a root to the object, the root first; empty if none is left.

        `excludes` are references to ignore, as CLASS#FIELD or CLASS (then all its fields).
        """
        index = self.resolve(name)
        found = self._ask_long(lambda native: native.path_to_root(index, list(excludes)))
        return engine.rows(PathStep, found)

    def merged_paths(
        self, names: Sequence[ObjectName], *, excludes: Sequence[str] = WEAK_REFERENCES
    ) -> tuple[MergedPathRow, ...]:
        """The tree of shortest paths from the roots to all these objects, in preorder."""
        indices = [self.resolve(name) for name in names]
        found = self._ask_long(lambda native: native.merged_paths(indices, list(excludes)))
        return engine.rows(MergedPathRow, found)
