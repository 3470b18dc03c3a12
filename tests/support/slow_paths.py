"""Sets of objects and paths of a built heap, by brute force. Answers like `_engine.Heap`."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from seamew.testing import ClassObject, HeapObject

from .slow_graph import VIRTUAL_ROOT, SlowGraph

Row = dict[str, Any]


@dataclass(frozen=True)
class SlowSet:
    """Answers like `_engine.ObjectSet`."""

    numbers: frozenset[int]
    graph: SlowGraph

    def __len__(self) -> int:
        return len(self.numbers)

    def shallow_bytes(self) -> int:
        return sum(self.graph.shallow(self.graph.objects[number]) for number in self.numbers)

    def ids(self, offset: int, limit: int) -> list[int]:
        return sorted(self.numbers)[offset : offset + limit]

    def union(self, other: SlowSet) -> SlowSet:
        return SlowSet(self.numbers | other.numbers, self.graph)

    def intersection(self, other: SlowSet) -> SlowSet:
        return SlowSet(self.numbers & other.numbers, self.graph)

    def difference(self, other: SlowSet) -> SlowSet:
        return SlowSet(self.numbers - other.numbers, self.graph)


class SlowPaths(SlowGraph):
    """What `_engine.Heap` says of sets and paths."""

    def _row(self, number: int) -> Row:
        raise NotImplementedError

    def ancestors(self, klass: ClassObject) -> Iterator[str]:
        """Names of a class and those above it."""
        above: ClassObject | None = klass
        while above is not None:
            yield above.name
            above = above.superclass

    def select(
        self,
        patterns: list[str],
        objects: list[int],
        *,
        subclasses: bool,
        class_objects: bool,
        loaded: bool,
    ) -> SlowSet:
        assert not class_objects
        assert not loaded
        expression = "|".join(".*".join(map(re.escape, one.split("*"))) for one in patterns)
        found = set(objects)
        for number, one in enumerate(self.objects):
            names = list(self.ancestors(self.class_of(one)))
            named = names if subclasses else names[:1]
            if any(re.fullmatch(expression, name) for name in named):
                found.add(number)
        return SlowSet(frozenset(found), self)

    def all_objects(self) -> SlowSet:
        return SlowSet(frozenset(range(len(self.objects))), self)

    # ---- paths

    def _excluded(self, one: HeapObject, field: str, excludes: Sequence[str]) -> bool:
        names = list(self.ancestors(self.class_of(one)))
        if isinstance(one, ClassObject):
            names.append(one.name)
        for exclude in excludes:
            name, _, wanted = exclude.partition("#")
            if name in names and (wanted == field or (not wanted and not field.startswith("<"))):
                return True
        return False

    def _followed(self, number: int, excludes: Sequence[str]) -> Iterator[tuple[int, str]]:
        one = self.objects[number]
        for field, target in self.references(one):
            if not self._excluded(one, field, excludes):
                yield self.index[target.address], field

    def _tree(self, excludes: Sequence[str]) -> dict[int, tuple[int, str]]:
        """Breadth-first tree from the roots: object -> (parent, field)."""
        found = {self.index[address]: (VIRTUAL_ROOT, "") for address in sorted(self.entry_points())}
        waiting = deque(found)
        while waiting:
            number = waiting.popleft()
            for below, field in self._followed(number, excludes):
                if below not in found:
                    found[below] = (number, field)
                    waiting.append(below)
        return found

    def _steps(self, path: Sequence[tuple[int, str]]) -> list[Row]:
        """Rows of a path of objects with the fields that hold them, the root first."""
        roots = self.root_types.get(self.objects[path[0][0]].address, [])
        return [
            {**self._row(number), "field": field, "root_types": [] if at else roots}
            for at, (number, field) in enumerate(path)
        ]

    def path_to_root(self, object_index: int, excludes: list[str]) -> list[Row]:
        tree = self._tree(excludes)
        path: list[tuple[int, str]] = []
        number = object_index
        while number in tree:
            parent, field = tree[number]
            path.append((number, field))
            if parent == VIRTUAL_ROOT:
                return self._steps(path[::-1])
            number = parent
        return []

    def paths_to_roots(self, object_index: int, excludes: list[str], count: int) -> Row:
        """A shortest path from each root that no other root stands before."""
        roots = {self.index[address] for address in self.entry_points()}
        held_by: dict[int, tuple[int, str]] = {object_index: (VIRTUAL_ROOT, "")}
        waiting = deque(held_by)
        while waiting:
            target = waiting.popleft()
            if target in roots and target != object_index:
                continue
            for holder in range(len(self.objects)):
                for below, field in self._followed(holder, excludes):
                    if below == target and field != "<class>" and holder not in held_by:
                        held_by[holder] = (target, field)
                        waiting.append(holder)
        paths = []
        for root in filter(roots.__contains__, held_by):
            path, number, through = [], root, ""
            while number != VIRTUAL_ROOT:
                path.append((number, through))
                number, through = held_by[number]
            paths.append(self._steps(path))
        return {"paths": paths[:count], "more": len(paths) > count}

    # ---- merged paths

    def _paths_to(self, objects: SlowSet, excludes: list[str]) -> dict[int, list[tuple[int, str]]]:
        tree = self._tree(excludes)
        paths = {}
        for wanted in objects.numbers & tree.keys():
            path, number = [], wanted
            while number != VIRTUAL_ROOT:
                path.append((number, tree[number][1]))
                number = tree[number][0]
            paths[wanted] = path[::-1]
        return paths

    def merged_paths(
        self,
        objects: SlowSet,
        excludes: list[str],
        *,
        levels: int | None,
        children: int | None,
        least_objects: int,
    ) -> Row:
        paths = self._paths_to(objects, excludes)

        def row(prefix: tuple[Any, ...], _numbers: set[int]) -> Row:
            number, field = prefix[-1]
            roots = self.root_types.get(self.objects[number].address, [])
            return {
                **self._row(number),
                "field": field,
                "root_types": roots if len(prefix) == 1 else [],
            }

        limits = (levels, children, least_objects)
        return self._merged(objects, paths, lambda step: step, row, limits)

    def merged_path_classes(
        self,
        objects: SlowSet,
        excludes: list[str],
        top: str,
        *,
        levels: int | None,
        children: int | None,
        least_objects: int,
    ) -> Row:
        paths = self._paths_to(objects, excludes)
        if top == "objects":
            paths = {wanted: path[::-1] for wanted, path in paths.items()}

        def row(prefix: tuple[Any, ...], numbers: set[int]) -> Row:
            return {
                "label": prefix[-1],
                "class_id": 0,
                "objects": len(numbers),
                "shallow_bytes": SlowSet(frozenset(numbers), self).shallow_bytes(),
            }

        def class_name(step: tuple[int, str]) -> str:
            return self.class_of(self.objects[step[0]]).name

        return self._merged(objects, paths, class_name, row, (levels, children, least_objects))

    def _merged(
        self,
        objects: SlowSet,
        paths: dict[int, list[tuple[int, str]]],
        key: Callable[[tuple[int, str]], Any],
        row: Callable[[tuple[Any, ...], set[int]], Row],
        limits: tuple[int | None, int | None, int],
    ) -> Row:
        """Paths that begin with the same keys stand under each other."""
        levels, children, least_objects = limits
        rows: list[Row] = []

        def below(prefix: tuple[Any, ...], parent: int) -> int:
            depth = len(prefix)
            groups: dict[Any, dict[int, int]] = {}
            for wanted, path in paths.items():
                keys = tuple(map(key, path))
                if keys[:depth] == prefix and depth < len(keys):
                    groups.setdefault(keys[depth], {})[wanted] = path[depth][0]
            if levels is not None and depth >= levels:
                return 0
            order = sorted(groups.items(), key=lambda group: -len(group[1]))
            shown = [group for group in order if len(group[1]) >= least_objects][:children]
            for name, covered in shown:
                place = len(rows)
                rows.append(
                    {
                        **row((*prefix, name), set(covered.values())),
                        "depth": depth,
                        "parent": parent,
                        **self._covered(objects, covered),
                    }
                )
                rows[place]["left_out"] = below((*prefix, name), place)
            return len(order) - len(shown)

        return {
            "left_out": below((), -1),
            "rows": rows,
            "objects": len(objects),
            "without_path": len(objects) - len(paths),
            "longest_path": max(map(len, paths.values()), default=0),
        }

    def _covered(self, objects: SlowSet, covered: dict[int, int]) -> Row:
        topmost = [number for number in covered if not self._is_nested(number, objects)]
        return {
            "covered_objects": len(covered),
            "covered_shallow_bytes": SlowSet(frozenset(covered), self).shallow_bytes(),
            "covered_retained_bytes": sum(self.retained[number] for number in topmost),
        }

    def _is_nested(self, number: int, objects: SlowSet) -> bool:
        above = self.dominator[number]
        while above != VIRTUAL_ROOT and above not in objects.numbers:
            above = self.dominator[above]
        return above != VIRTUAL_ROOT

    # ---- references by class

    def references_by_class(
        self, objects: SlowSet, *, inbound: bool, levels: int | None, children: int | None
    ) -> Row:
        rows: list[Row] = []

        def below(numbers: set[int], above: tuple[set[int], ...], parent: int) -> int:
            groups: dict[str, set[int]] = {}
            for number in numbers:
                name = self.class_of(self.objects[number]).name
                groups.setdefault(name, set()).add(number)
            order = sorted(groups.items(), key=lambda group: -self._bytes(group[1]))
            for name, group in order[:children]:
                repeated = group & set().union(*above)
                place = len(rows)
                rows.append(
                    {
                        "label": name,
                        "class_id": 0,
                        "depth": len(above),
                        "parent": parent,
                        "objects": len(group),
                        "shallow_bytes": self._bytes(group),
                        "repeated_objects": len(repeated),
                        "left_out": 0,
                    }
                )
                if repeated != group and (levels is None or len(above) + 1 < levels):
                    further = self._neighbours(group, inbound=inbound)
                    rows[place]["left_out"] = below(further, (*above, group), place)
            return max(0, len(order) - len(order[:children]))

        return {"left_out": below(set(objects.numbers), (), -1), "rows": rows}

    def _bytes(self, numbers: set[int]) -> int:
        return SlowSet(frozenset(numbers), self).shallow_bytes()

    def _neighbours(self, numbers: set[int], *, inbound: bool) -> set[int]:
        found = set()
        for holder in range(len(self.objects)):
            for target, field in self._followed(holder, ()):
                if inbound and target in numbers and field != "<class>":
                    found.add(holder)
                elif not inbound and holder in numbers:
                    found.add(target)
        return found
