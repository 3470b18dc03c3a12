"""Small questions about single objects, and sums of fields, by brute force."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from seamew.testing import ArrayObject, ClassObject, HeapObject, InstanceObject

from .slow_graph import VIRTUAL_ROOT
from .slow_paths import SlowPaths

Row = dict[str, Any]


class SlowReader:
    """Answers like `_engine.CollectionReader` of a heap whose classes are no known collections."""

    def kind(self, object_index: int) -> str | None:
        assert object_index >= 0
        return None

    def size(self, object_index: int) -> int | None:
        assert object_index >= 0
        return None


class SlowSingles(SlowPaths):
    """What `_engine.Heap` says of single objects, and of all fields."""

    def _fields(self, one: HeapObject) -> Iterator[Row]:
        raise NotImplementedError

    def collection_reader(self) -> SlowReader:
        return SlowReader()

    def class_name(self, object_index: int) -> str:
        return str(self._row(object_index)["class_name"])

    def object_kind(self, object_index: int) -> str:
        return str(self._row(object_index)["kind"])

    def object_sizes(self, object_index: int) -> tuple[int, int]:
        row = self._row(object_index)
        return row["shallow_bytes"], row["retained_bytes"]

    def object_address(self, object_index: int) -> int:
        return self.objects[object_index].address

    def readable_value(self, object_index: int) -> str | None:
        value: str | None = self._row(object_index)["value"]
        return value

    def array_length(self, object_index: int) -> int | None:
        length: int | None = self._row(object_index)["length"]
        return length

    def array_targets(self, object_index: int, offset: int, limit: int) -> list[int | None]:
        one = self.objects[object_index]
        assert isinstance(one, ArrayObject)
        page = one.elements[offset : offset + limit]
        return [None if target is None else self.index[target.address] for target in page]

    def field_contents(self, object_index: int) -> list[Row]:
        return [
            {**row, "target": row["target"] and row["target"]["object_index"]}
            for row in self._fields(self.objects[object_index])
        ]

    def field_end(self, object_index: int, path: str) -> tuple[Any, int | None] | None:
        end: tuple[Any, int | None] = (None, object_index)
        for name in path.split("."):
            rows = [] if end[1] is None else self.field_contents(end[1])
            found = next((row for row in rows if row["name"] == name), None)
            if found is None:
                return None
            end = found["value"], found["target"]
        return end

    def referrers_page(self, object_index: int, offset: int, limit: int) -> list[int]:
        wanted = self.objects[object_index]
        found = {
            self.index[one.address]
            for one in self.objects
            for field, target in self.references(one)
            if target is wanted and field != "<class>"
        }
        return sorted(found)[offset : offset + limit]

    def field_sums(self, skip: list[str], progress: object) -> list[Row]:
        assert progress is not None
        held: dict[tuple[str, str | None, bool], list[int]] = {}
        for number, above in enumerate(self.dominator):
            label = None if above == VIRTUAL_ROOT else self._label(above, number)
            if label is not None and not any(fnmatchcase(label[0], one) for one in skip):
                held.setdefault(label, []).append(number)
        rows = [self._sum(label, numbers) for label, numbers in held.items()]
        return sorted(rows, key=lambda row: (-row["retained_bytes"], row["biggest"]))

    def _label(self, above: int, number: int) -> tuple[str, str | None, bool] | None:
        """The field by which an object holds one that it dominates: class, name, static."""
        holder, target = self.objects[above], self.objects[number]
        if isinstance(holder, ClassObject):
            name = next((name for name, one in holder.statics.items() if one is target), None)
            return None if name is None else (holder.name, name, True)
        if not isinstance(holder, InstanceObject):
            return None
        for row in self._fields(holder):
            if holder.values.get(row["name"]) is target:
                return row["declaring_class"], row["name"], False
        return holder.klass.name, None, False

    def _sum(self, label: tuple[str, str | None, bool], numbers: list[int]) -> Row:
        class_name, field, is_static = label
        biggest = max(numbers, key=lambda number: self.retained[number])
        covered = {one for number in numbers for one in self._dominated(number)}
        return {
            "class_name": class_name,
            "field": field,
            "is_static": is_static,
            "holders": sum(self._has(one, label) for one in self.objects),
            "owned": len(numbers),
            "retained_bytes": sum(self.shallow(self.objects[one]) for one in covered),
            "biggest": biggest,
            "biggest_retained_bytes": self.retained[biggest],
            "biggest_holder": self.dominator[biggest],
        }

    def _has(self, one: HeapObject, label: tuple[str, str | None, bool]) -> bool:
        class_name, field, is_static = label
        if is_static:
            return isinstance(one, ClassObject) and one.name == class_name
        return any(
            (row["declaring_class"], row["name"]) == (class_name, field) and row["target"]
            for row in (self._fields(one) if isinstance(one, InstanceObject) else ())
        )

    def _dominated(self, number: int) -> set[int]:
        """The object and all that it dominates."""
        below = (one for one, above in enumerate(self.dominator) if above == number)
        return {number}.union(*(self._dominated(one) for one in below))
