"""Reachability, dominators and retained sizes of a built heap, by their definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seamew.testing import (
    ArrayObject,
    ClassObject,
    DataObject,
    HeapBuilder,
    HeapObject,
    InstanceObject,
)

VIRTUAL_ROOT = -1


class SlowGraph:
    """The objects that are reached, in address order; sizes without compressed references."""

    def __init__(self, heap: HeapBuilder) -> None:
        self.builder = heap
        self.threads_built = [thread for thread, _ in heap.threads]
        self.root_types = self._roots()
        everything = sorted(heap.objects, key=lambda one: one.address)
        reached = self._reach(everything)
        self.objects = [one for one in everything if one.address in reached]
        self.index = {one.address: number for number, one in enumerate(self.objects)}
        self.everything = everything
        self.dominator = self._dominators()
        self.retained = self._retained()

    def _roots(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for thread in self.threads_built:
            found.setdefault(thread.address, []).append("Thread")
        for one in self.builder.objects:
            if isinstance(one, ClassObject) and one.loader is None:
                found.setdefault(one.address, []).append("System Class")
        for target, kind, _ in self.builder.roots:
            names = found.setdefault(target.address, [])
            if kind not in names:
                names.append(kind)
        return found

    def references(self, one: HeapObject) -> Iterator[tuple[str, HeapObject]]:
        """(field, target) of all references, in MAT's sense."""
        yield "<class>", self.class_of(one)
        if isinstance(one, ClassObject):
            yield from self._references_of_class(one)
        elif isinstance(one, InstanceObject):
            for name, value in one.values.items():
                if isinstance(value, HeapObject):
                    yield name, value
        elif isinstance(one, ArrayObject):
            for number, element in enumerate(one.elements):
                if element is not None:
                    yield f"[{number}]", element
        if one in self.threads_built:
            yield from self._locals_of(self.threads_built.index(one) + 1)

    def _references_of_class(self, one: ClassObject) -> Iterator[tuple[str, HeapObject]]:
        if one.superclass is not None:
            yield "<super>", one.superclass
        if one.loader is not None:
            yield "<class loader>", one.loader
        for name, value in one.statics.items():
            if isinstance(value, HeapObject):
                yield name, value

    def _locals_of(self, number: int) -> Iterator[tuple[str, HeapObject]]:
        for target, kind, numbers in self.builder.roots:
            if kind == "Java Local" and numbers[0] == number:
                yield "<Java Local>", target

    def class_of(self, one: HeapObject) -> ClassObject:
        """The class of an object."""
        if isinstance(one, InstanceObject | ArrayObject):
            return one.klass
        name = f"{one.type}[]" if isinstance(one, DataObject) else "java.lang.Class"
        return self.builder.klass(name)

    def entry_points(self) -> list[int]:
        """Roots of the dominator tree: locals hang on their threads alone."""
        return [
            address
            for address, kinds in self.root_types.items()
            if any(kind != "Java Local" for kind in kinds)
        ]

    def _reach(self, everything: Sequence[HeapObject], without: int | None = None) -> set[int]:
        by_address = {one.address: one for one in everything}
        waiting = [address for address in self.entry_points() if address != without]
        reached = set(waiting)
        while waiting:
            for _, target in self.references(by_address[waiting.pop()]):
                if target.address not in reached and target.address != without:
                    reached.add(target.address)
                    waiting.append(target.address)
        return reached

    def _dominators(self) -> list[int]:
        """By definition: x dominates what is not reached without x; the nearest such x."""
        lost = []
        everything = {one.address for one in self.objects}
        for one in self.objects:
            gone = everything - self._reach(self.objects, one.address) - {one.address}
            lost.append({self.index[address] for address in gone})
        order = sorted(range(len(self.objects)), key=lambda number: len(lost[number]))
        found = [VIRTUAL_ROOT] * len(self.objects)
        for number in reversed(order):
            for below in lost[number]:
                found[below] = number
        return found

    def _retained(self) -> list[int]:
        sizes = [self.shallow(one) for one in self.objects]
        total = list(sizes)
        for number, size in enumerate(sizes):
            above = self.dominator[number]
            while above != VIRTUAL_ROOT:
                total[above] += size
                above = self.dominator[above]
        return total

    def shallow(self, one: HeapObject) -> int:
        widths = {"object": 8, "long": 8, "double": 8, "int": 4, "float": 4, "short": 2, "char": 2}
        if isinstance(one, InstanceObject):
            size = 16 + sum(widths.get(kind, 1) for _, kind in one.klass.all_fields())
        elif isinstance(one, ArrayObject):
            size = 24 + 8 * len(one.elements)
        elif isinstance(one, DataObject):
            size = 24 + len(one.content)
        elif isinstance(one, ClassObject):
            size = 8 * len(one.statics)
        return -(-size // 8) * 8
