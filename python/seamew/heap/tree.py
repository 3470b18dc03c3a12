"""Questions to the dominator tree, and retained sets."""

from __future__ import annotations

from collections.abc import Sequence

from seamew import engine
from seamew.model import GroupRow, HistogramRow, ObjectRow

from .asking import Asking, ObjectName

__all__ = ["TreeQuestions"]


class TreeQuestions(Asking):
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
