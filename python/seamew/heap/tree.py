"""Questions to the dominator tree, and retained sets."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from seamew import engine
from seamew.model import (
    DropRow,
    FieldSumRow,
    GroupRow,
    GroupTreeRow,
    HistogramRow,
    ImmediateDominatorRow,
    ObjectRow,
)

from .asking import ObjectName
from .object_set import ObjectSet, What
from .sets import SetQuestions

__all__ = ["JDK_CLASSES", "TreeQuestions"]

JDK_CLASSES = ("java.*", "javax.*", "jdk.*", "sun.*", "com.sun.*", "<system class loader>")
"""Patterns for the classes of the platform, which own nothing on their own account."""

_MOST_GROUPS = 2**32


class TreeQuestions(SetQuestions):
    """Questions to the dominator tree, and retained sets. See `Heap`."""

    def dominated(
        self, name: ObjectName | None = None, *, offset: int = 0, limit: int = 100
    ) -> tuple[ObjectRow, ...]:
        """The objects that this one immediately dominates, biggest first. None: the topmost."""
        index = self._optional(name)
        found = self._ask(lambda native: native.children(index, offset, limit))
        return engine.rows(ObjectRow, found)

    def dominated_count(self, name: ObjectName | None = None) -> int:
        """How many objects this one immediately dominates."""
        index = self._optional(name)
        return self._ask(lambda native: native.children_count(index))

    def dominated_groups(
        self, name: ObjectName | None = None, by: str = "class"
    ) -> tuple[GroupRow, ...]:
        """The immediately dominated objects by class, loader or package, biggest first."""
        index = self._optional(name)
        found = self._ask_long(lambda native: native.grouped_children(index, by))
        return engine.rows(GroupRow, found)

    def dominated_tree(
        self,
        start: ObjectName | ObjectSet | None = None,
        *,
        by: str = "class",
        depth: int = 2,
        limit: int | None = 25,
        least_share: float = 0.0,
    ) -> tuple[GroupTreeRow, ...]:
        """What an object (None: the roots) dominates, in groups, several levels deep.

        Of a set its topmost members are on the first level. By class, loader or package; in
        preorder, biggest first, at most `limit` groups under one group. Groups that retain less
        than `least_share` of the heap are not opened.
        """
        how = {
            "depth": depth,
            "limit": _MOST_GROUPS if limit is None else limit,
            "least_bytes": ceil(least_share * self.facts.heap_bytes),
        }
        if isinstance(start, ObjectSet):
            members = start.native
            found = self._ask_long(lambda native: native.group_tree_of(members, by, **how))
        else:
            starts = None if start is None else [self.resolve(start)]
            found = self._ask_long(lambda native: native.group_tree(starts, by, **how))
        return engine.rows(GroupTreeRow, found)

    def immediate_dominators(
        self, what: What, *, skip: Sequence[str] = ()
    ) -> tuple[ImmediateDominatorRow, ...]:
        """The immediate dominators of the objects by class, most dominated bytes first.

        Dominators of a class that a pattern in `skip` matches are passed over for theirs:
        `JDK_CLASSES` leads to the nearest owner that is not the platform's.
        """
        members = self.as_set(what).native
        found = self._ask_long(lambda native: native.immediate_dominators(members, list(skip)))
        return engine.rows(ImmediateDominatorRow, found)

    def big_drops(self, least_share: float = 0.01) -> tuple[DropRow, ...]:
        """Where memory accumulates: objects that retain much more than the biggest one below.

        "Much" is over `least_share` of the heap. Biggest drop first.
        """
        threshold = int(least_share * self.facts.heap_bytes)
        return engine.rows(DropRow, self._ask_long(lambda native: native.big_drops(threshold)))

    def field_sums(self, *, skip: Sequence[str] = JDK_CLASSES) -> tuple[FieldSumRow, ...]:
        """What fields hold, over all objects that have them, most retained bytes first.

        Of the classes that no pattern in `skip` matches. Reads the dump once.
        """
        found = self._ask_reading(lambda native, progress: native.field_sums(list(skip), progress))
        return engine.rows(FieldSumRow, found)

    def sample_dominated(
        self,
        name: ObjectName | None,
        class_id: int,
        *,
        excluded: Sequence[int] = (),
        limit: int = 10_000,
        seed: int = 0,
    ) -> list[int]:
        """At most `limit` immediately dominated objects of a class: a sample fixed by `seed`."""
        index = self._optional(name)
        return self._ask_long(
            lambda native: native.sample_children(index, class_id, list(excluded), limit, seed)
        )

    def dominators_of(self, name: ObjectName) -> tuple[ObjectRow, ...]:
        """The chain of dominators from the object up to the topmost."""
        index = self.resolve(name)
        return engine.rows(ObjectRow, self._ask(lambda native: native.dominators_of(index)))

    def dominates(self, above: int, below: int) -> bool:
        """Whether `below` is the object `above` or would be freed with it."""
        return self._ask(lambda native: native.dominates(above, below))

    def retained_set(self, names: Sequence[ObjectName]) -> tuple[HistogramRow, ...]:
        """What would be freed with all these objects, by class. Costs a walk of the heap."""
        indices = [self.resolve(name) for name in names]
        return engine.rows(
            HistogramRow, self._ask_long(lambda native: native.retained_set(indices))
        )

    def retained_bytes_of(self, names: Sequence[ObjectName]) -> tuple[int, int]:
        """(objects, bytes) that would be freed with all these objects."""
        indices = [self.resolve(name) for name in names]
        return self._ask_long(lambda native: native.retained_bytes_of(indices))
