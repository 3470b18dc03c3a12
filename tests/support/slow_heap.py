"""A slow twin of the native engine: the same rows, from a HeapBuilder, by brute force.

Unit tests put it under seamew.heap.Heap; property tests compare the native engine with it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

from seamew.testing import ArrayObject, ClassObject, DataObject, HeapObject, InstanceObject

from .slow_graph import VIRTUAL_ROOT
from .slow_singles import SlowSingles

Row = dict[str, Any]


class SlowHeap(SlowSingles):
    """Answers like `_engine.Heap`."""

    # ---- rows

    def _row(self, number: int) -> Row:
        one = self.objects[number]
        klass = self.class_of(one)
        return {
            "object_index": number,
            "address": one.address,
            "class_id": self._class_id(klass),
            "class_name": klass.name,
            "kind": self._kind(one),
            "shallow_bytes": self.shallow(one),
            "retained_bytes": self.retained[number],
            "length": self._length(one),
            "value": self._value(one),
        }

    def _length(self, one: HeapObject) -> int | None:
        if isinstance(one, ArrayObject):
            return len(one.elements)
        return len(one.content) if isinstance(one, DataObject) and one.type == "byte" else None

    def _class_id(self, klass: ClassObject) -> int:
        return self.builder.objects.index(klass)

    def _kind(self, one: HeapObject) -> str:
        if isinstance(one, ClassObject):
            return "class"
        if isinstance(one, ArrayObject):
            return "object_array"
        if isinstance(one, DataObject):
            return "primitive_array"
        if one in self.threads_built:
            return "thread"
        above = self.class_of(one)
        loader = any(name == "java.lang.ClassLoader" for name in self.ancestors(above))
        return "class_loader" if loader else "instance"

    def _value(self, one: HeapObject) -> str | None:
        if isinstance(one, ClassObject):
            return one.name
        if not isinstance(one, InstanceObject):
            return None
        text = one.values.get("value") if one.klass.name == "java.lang.String" else None
        if isinstance(text, DataObject):
            return text.content.decode("utf-16-le" if one.values.get("coder") else "latin-1")
        name = one.values.get("name") if one in self.threads_built else None
        return self._value(name) if isinstance(name, InstanceObject) else None

    def object_rows(self, objects: list[int]) -> list[Row]:
        return [self._row(number) for number in objects]

    def object_detail(self, object_index: int) -> Row:
        one = self.objects[object_index]
        above = self.dominator[object_index]
        return {
            **self._row(object_index),
            "superclasses": list(self.ancestors(self.class_of(one)))[1:],
            "loader": None,
            "root_types": self.root_types.get(one.address, []),
            "dominator": None if above == VIRTUAL_ROOT else self._row(above),
            "fields": list(self._fields(one)),
            "elements": list(one.content[:100]) if isinstance(one, DataObject) else [],
            "instance_count": self._instances_of(one),
            "instance_bytes": None,
        }

    def _instances_of(self, one: HeapObject) -> int | None:
        if not isinstance(one, ClassObject):
            return None
        return len(self.instances(one.name, 0, 1 << 30))

    def inherited_statics(self, object_index: int) -> list[Row]:
        one = self.objects[object_index]
        above = one.superclass if isinstance(one, ClassObject) else self.class_of(one)
        found: list[Row] = []
        while above is not None:
            found += self._fields(above)
            above = above.superclass
        return found

    def array_values(self, object_index: int, offset: int, limit: int) -> list[int]:
        return list(self.array_bytes(object_index, offset, limit))

    def array_bytes(self, object_index: int, offset: int, limit: int) -> bytes:
        """Of byte arrays only."""
        one = self.objects[object_index]
        return one.content[offset : offset + limit] if isinstance(one, DataObject) else b""

    def array_elements(self, object_index: int, offset: int, limit: int) -> list[Row | None]:
        one = self.objects[object_index]
        elements = one.elements if isinstance(one, ArrayObject) else []
        wanted = elements[offset : offset + limit]
        return [None if it is None else self._row(self.index[it.address]) for it in wanted]

    def text(self, object_index: int, characters: int) -> str | None:
        text = self._value(self.objects[object_index])
        return None if text is None else text[:characters]

    def _fields(self, one: HeapObject) -> Iterator[Row]:
        if isinstance(one, ClassObject):
            for name, value in one.statics.items():
                yield self._field(one.name, name, "object", value)
        if isinstance(one, InstanceObject):
            for name, kind in one.klass.all_fields():
                yield self._field(_declaring(one.klass, name), name, kind, one.values.get(name))

    def _field(self, declaring: str, name: str, kind: str, value: object) -> Row:
        target = value if isinstance(value, HeapObject) else None
        return {
            "name": name,
            "declaring_class": declaring,
            "type": kind,
            "value": None if target or kind == "object" else value or 0,
            "target": self._row(self.index[target.address]) if target else None,
        }

    # ---- questions

    def facts(self) -> Row:
        lost = [one for one in self.everything if one.address not in self.index]
        return {
            "path": "built.hprof",
            "format": "JAVA PROFILE 1.0.2",
            "compression": "none",
            "file_bytes": 0,
            "dump_index": 0,
            "dump_count": 1,
            "at_ms": 1_700_000_000_000,
            "identifier_bytes": 8,
            "reference_bytes": 8,
            "header_bytes": 16,
            "object_alignment": 8,
            "size_model": "gap",
            "keep_unreachable": False,
            "heap_bytes": sum(self.shallow(one) for one in self.objects),
            "object_count": len(self.objects),
            "class_count": sum(isinstance(one, ClassObject) for one in self.objects),
            "loader_count": 1,
            "root_count": len(self.root_types),
            "thread_count": len(self.threads_built),
            "unreachable_objects": len(lost),
            "unreachable_bytes": sum(self.shallow(one) for one in lost),
            "filler_objects": 0,
            "filler_bytes": 0,
            "read_in_part": False,
            "jvm": {},
            "index_path": None,
            "index_bytes": 0,
            "index_reused": False,
        }

    def warnings(self) -> list[Row]:
        return []

    def resolve(self, text: str) -> int:
        if text.startswith("0x"):
            return self.index[int(text, 16)]
        if text.startswith("@"):
            return int(text[1:])
        name, _, number = text.partition("#")
        return self.instances(name, 0, 1 << 30)[int(number)]

    def instances(self, class_name: str, offset: int, limit: int) -> list[int]:
        found = [
            number
            for number, one in enumerate(self.objects)
            if self.class_of(one).name == class_name
        ]
        return found[offset : offset + limit]

    def find_classes(self, pattern: str) -> list[Row]:
        expression = ".*".join(map(re.escape, pattern.split("*")))
        return [
            {
                "class_id": self._class_id(one),
                "object_index": self.index[one.address],
                "name": one.name,
                "loader": None,
                "superclass": one.superclass.name if one.superclass else None,
                "objects": len(self.instances(one.name, 0, 1 << 30)),
                "shallow_bytes": 0,
            }
            for one in self.objects
            if isinstance(one, ClassObject) and re.fullmatch(expression, one.name)
        ]

    def _children(self, object_index: int | None) -> list[int]:
        wanted = VIRTUAL_ROOT if object_index is None else object_index
        found = [number for number, above in enumerate(self.dominator) if above == wanted]
        return sorted(found, key=lambda number: (-self.retained[number], number))

    def children(self, object_index: int | None, offset: int, limit: int) -> list[Row]:
        return self.object_rows(self._children(object_index)[offset : offset + limit])

    def children_count(self, object_index: int | None) -> int:
        return len(self._children(object_index))

    def sample_children(
        self, object_index: int | None, class_id: int, excluded: list[int], limit: int, seed: int
    ) -> list[int]:
        found = [
            number
            for number in self._children(object_index)
            if self._row(number)["class_id"] == class_id and number not in excluded
        ]
        chosen = random.Random(seed).sample(found, min(limit, len(found)))  # noqa: S311
        return sorted(chosen)

    def grouped_children(self, object_index: int | None, by: str) -> list[Row]:
        return self._grouped(self._children(object_index), by)

    def group_tree(
        self, starts: list[int] | None, by: str, *, depth: int, limit: int, least_bytes: int
    ) -> list[Row]:
        parents: list[int | None] = [None] if starts is None else list(starts)
        tops = [one for parent in parents for one in self._children(parent)]
        return self._opened_groups(tops, by, (0, depth), (limit, least_bytes))

    def _opened_groups(
        self, numbers: list[int], by: str, at: tuple[int, int], most: tuple[int, int]
    ) -> list[Row]:
        (depth, levels), (limit, least_bytes) = at, most
        groups = self._grouped(numbers, by)
        rows: list[Row] = []
        for number, group in enumerate(groups[:limit], 1):
            more = len(groups) - number if number == min(limit, len(groups)) else 0
            rows.append({**group, "depth": depth, "more": more})
            if group["retained_bytes"] >= least_bytes and depth + 1 < levels:
                members = [one for one in numbers if self._row(one)["class_name"] == group["label"]]
                below = [child for one in members for child in self._children(one)]
                rows += self._opened_groups(below, by, (depth + 1, levels), most)
        return rows

    def _grouped(self, numbers: Sequence[int], by: str) -> list[Row]:
        groups: dict[str, Row] = {}
        for row in self.object_rows(list(numbers)):
            name = row["class_name"]
            label = {"class": name, "loader": "<system>", "package": name.rpartition(".")[0]}[by]
            empty = {"objects": 0, "shallow_bytes": 0, "retained_bytes": 0}
            class_id = row["class_id"] if by == "class" else None
            group = groups.setdefault(label, {"label": label, "class_id": class_id, **empty})
            group["objects"] += 1
            group["shallow_bytes"] += row["shallow_bytes"]
            group["retained_bytes"] += row["retained_bytes"]
        return sorted(groups.values(), key=lambda group: -group["retained_bytes"])

    def histogram(self, by: str) -> list[Row]:
        rows = self._grouped(range(len(self.objects)), by)
        return [{**row, "loader": "<system>"} for row in rows]

    def unreachable_histogram(self) -> list[Row]:
        return []

    def exact_histogram(self, by: str) -> list[Row]:
        assert by == "class"
        rows = self.histogram(by)
        for row in rows:
            members = self.instances(row["label"], 0, 1 << 30)
            row["retained_bytes"] = self.retained_bytes_of(members)[1]
        return rows

    def retained_set(self, objects: list[int]) -> list[Row]:
        lost = [number for number in range(len(self.objects)) if self._under(number, objects)]
        return [{**row, "loader": None} for row in self._grouped(lost, "class")]

    def _under(self, number: int, tops: list[int]) -> bool:
        while number not in (VIRTUAL_ROOT, *tops):
            number = self.dominator[number]
        return number != VIRTUAL_ROOT

    def retained_bytes_of(self, objects: list[int]) -> tuple[int, int]:
        gone = set(objects)
        waiting = [address for address in self.entry_points() if self.index[address] not in gone]
        reached = set(waiting)
        while waiting:
            for _, target in self.references(self.objects[self.index[waiting.pop()]]):
                number = self.index[target.address]
                if target.address not in reached and number not in gone:
                    reached.add(target.address)
                    waiting.append(target.address)
        lost = [one for one in self.objects if one.address not in reached]
        return len(lost), sum(self.shallow(one) for one in lost)

    def roots(self) -> list[Row]:
        groups: dict[str, Row] = {}
        for address, kinds in self.root_types.items():
            row = self._row(self.index[address])
            for kind in kinds:
                sums = ("objects", "distinct_objects", "shallow_bytes", "retained_bytes")
                group = groups.setdefault(kind, {"type": kind, **dict.fromkeys(sums, 0)})
                group["objects"] += 1
                group["distinct_objects"] += 1
                group["shallow_bytes"] += row["shallow_bytes"]
                group["retained_bytes"] += row["retained_bytes"]
        return sorted(groups.values(), key=lambda group: -int(group["objects"]))

    def root_objects(self, root_type: str, offset: int, limit: int) -> list[Row]:
        found = [address for address, kinds in self.root_types.items() if root_type in kinds]
        numbers = sorted(self.index[address] for address in found)
        return self.object_rows(numbers[offset : offset + limit])

    def dominates(self, above: int, below: int) -> bool:
        return self._under(below, [above])

    def dominators_of(self, object_index: int) -> list[Row]:
        chain = [object_index]
        while self.dominator[chain[-1]] != VIRTUAL_ROOT:
            chain.append(self.dominator[chain[-1]])
        return self.object_rows(chain)

    def outbound(self, object_index: int, offset: int, limit: int) -> list[Row]:
        found = [
            {**self._row(self.index[target.address]), "field": name}
            for name, target in self.references(self.objects[object_index])
        ]
        return found[offset : offset + limit]

    def inbound(self, object_index: int, offset: int, limit: int) -> list[Row]:
        wanted = self.objects[object_index]
        found = [
            {**self._row(self.index[one.address]), "field": name}
            for one in self.objects
            for name, target in self.references(one)
            if target is wanted
        ]
        return found[offset : offset + limit]

    def outbound_count(self, object_index: int) -> int:
        return len(self.outbound(object_index, 0, 1 << 30))

    def inbound_count(self, object_index: int) -> int:
        return len(self.inbound(object_index, 0, 1 << 30))

    def threads(self) -> list[Row]:
        return [self._thread(number) for number in range(len(self.threads_built))]

    def _thread(self, number: int) -> Row:
        thread, frames = self.builder.threads[number]
        locals_of: dict[int, list[Row]] = {}
        for target, kind, numbers in self.builder.roots:
            if kind == "Java Local" and numbers[0] == number + 1:
                row = self._row(self.index[target.address])
                keys = ("object_index", "address", "class_name", "shallow_bytes", "retained_bytes")
                local = {key: row[key] for key in (*keys, "value")}
                locals_of.setdefault(numbers[1], []).append({**local, "root_type": kind})
        row = self._row(self.index[thread.address])
        sizes = [local["retained_bytes"] for group in locals_of.values() for local in group]
        keys = ("object_index", "address", "class_name", "shallow_bytes", "retained_bytes")
        return {
            **{key: row[key] for key in keys},
            "name": row["value"],
            "max_local_retained_bytes": max(sizes, default=None),
            "context_class_loader": None,
            "is_daemon": False,
            "priority": 5,
            "state": "[alive, runnable]",
            "state_value": 5,
            "frames": [
                {"text": f"{name}.{method}()", "locals": locals_of.get(depth, [])}
                for depth, (name, method) in enumerate(frames)
            ],
        }

    def objects_csv(self, start: int, count: int) -> bytes:
        rows = self.object_rows(list(range(start, min(start + count, len(self.objects)))))
        lines = [
            f"{row['address']:#x},{row['shallow_bytes']},{row['retained_bytes']},{row['class_name']}\n"
            for row in rows
        ]
        return "".join(lines).encode()

    def phase_seconds(self) -> list[tuple[str, float]]:
        return []


def _declaring(klass: ClassObject, field: str) -> str:
    above: ClassObject | None = klass
    while above is not None and field not in above.fields:
        above = above.superclass
    return (above or klass).name
