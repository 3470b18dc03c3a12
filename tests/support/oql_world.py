"""A reference dump for queries: MAT's objects by id and class, and single objects as Python's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from seamew.heap import Heap, ObjectView

from .mat_answers import MatAnswers

__all__ = ["Query", "World", "plain"]

Query = tuple[str, Callable[["World"], Iterable[object]]]
"""A query, and its rows: ids of objects for `*`, else values or tuples of them."""


class World:
    """What is known of a dump without asking in OQL."""

    def __init__(self, heap: Heap, mat: MatAnswers) -> None:
        self.heap = heap
        self.mat = mat

    @cached_property
    def classes(self) -> dict[str, int]:
        """Class objects by the names of their classes; those of primitive types have none."""
        return {
            view.value: view.id
            for view in self.of("java.lang.Class")
            if view.kind == "class" and view.value is not None
        }

    def ids(self, *names: str) -> list[int]:
        """Objects of classes, by MAT's list."""
        return [i for i, one in enumerate(self.mat.objects) if one.class_name in names]

    def of(self, *names: str) -> list[ObjectView]:
        return [self.view(i) for i in self.ids(*names)]

    def below(self, name: str) -> list[ObjectView]:
        """Objects of a class and of those below it."""
        return [self.view(i) for i in self.heap.select(name, subclasses=True)]

    def classes_below(self, name: str) -> list[int]:
        """Class objects of a class and of those below it."""
        both = self.heap.select(name, subclasses=True, class_objects=True)
        return list(both - self.heap.select(name, subclasses=True))

    def view(self, index: int) -> ObjectView:
        return self.heap.view(index)

    @cached_property
    def strings(self) -> list[ObjectView]:
        return self.of("java.lang.String")

    @cached_property
    def maps(self) -> list[ObjectView]:
        return self.of("java.util.HashMap")

    def retained(self, members: Iterable[int]) -> list[int]:
        """What only some objects keep alive, by a search from the roots around them."""
        left_out = set(members)
        reached: set[int] = set()
        waiting = [i for i in self.root_ids if i not in left_out]
        while waiting:
            index = waiting.pop()
            if index in reached:
                continue
            reached.add(index)
            waiting += [i for i in self.outbound[index] if i not in left_out]
        return [i for i in range(len(self.mat.objects)) if i not in reached]

    @cached_property
    def outbound(self) -> list[list[int]]:
        """What each object refers to."""
        everything = range(len(self.mat.objects))
        return [list({one.id for one in self.view(i).outbound}) for i in everything]

    @cached_property
    def inbound(self) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in self.outbound]
        for index, targets in enumerate(self.outbound):
            for target in targets:
                found[target].append(index)
        return found

    @cached_property
    def root_ids(self) -> list[int]:
        return sorted({one for row in self.heap.roots() for one in self.roots(row.type)})

    def roots(self, root_type: str) -> list[int]:
        """The objects that are roots of one type."""
        rows = self.heap.root_objects(root_type, limit=len(self.mat.objects))
        return [row.object_index for row in rows]


def plain(value: object) -> object:
    """A value as a query gives it, to be counted: views as ids, lists as tuples."""
    if isinstance(value, ObjectView):
        return value.id
    if isinstance(value, list | tuple):
        return tuple(plain(one) for one in value)
    if isinstance(value, dict):
        return tuple((key, plain(one)) for key, one in value.items())
    return value
