"""Leak suspects by Eclipse MAT's algorithm, with a seeded sample.

1. Single suspects: the topmost dominators that retain more than a tenth of the heap.
2. Group suspects: the other topmost dominators by class, where a class sums up to more.
3. The accumulation point of a single suspect: down the biggest dominated child while it keeps
   at least 0.7 of its parent; the object at the big drop is the point.
4. The accumulation point of a group: down the merged shortest paths from the roots while one
   node covers more than 0.8 of the members, until the best child falls below 0.7 of the bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from seamew.heap import Heap
from seamew.model import GroupRow, MergedPathRow, ObjectRow

__all__ = ["Candidate", "SuspectSettings", "find_candidates"]

_PAGE = 100
_NODES = frozenset({"Node", "Entry", "TreeNode"})
_MOST_COLLECTIONS = 10_000


@dataclass(frozen=True, slots=True)
class SuspectSettings:
    """Thresholds, with MAT's defaults. `seed` fixes the sample of a group's members."""

    threshold_percent: int = 10
    big_drop_ratio: float = 0.7
    path_ratio: float = 0.8
    max_paths: int = 10_000
    max_depth: int = 1_000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A suspect before it is explained: one object, or a group of one class.

    `common_path` are the objects from a root that most members of a group share; for a single
    suspect the dominators from it down to the point. `point` is None where the walk found none.
    """

    object: ObjectRow | None
    group: GroupRow | None
    members: tuple[int, ...]
    common_path: tuple[int, ...]
    point: int | None

    @property
    def retained_bytes(self) -> int:
        """What the object, or the members of the group together, retain."""
        return self._measured.retained_bytes

    @property
    def shallow_bytes(self) -> int:
        """The object's own size, or that of the members of the group together."""
        return self._measured.shallow_bytes

    @property
    def class_name(self) -> str:
        """The class of the object or of the members."""
        measured = self._measured
        return measured.label if isinstance(measured, GroupRow) else measured.class_name

    @property
    def _measured(self) -> ObjectRow | GroupRow:
        if self.object is not None:
            return self.object
        if self.group is None:
            raise AssertionError
        return self.group


def find_candidates(heap: Heap, settings: SuspectSettings | None = None) -> tuple[Candidate, ...]:
    """The suspects, biggest first. Costs a grouping of the topmost dominators and some paths."""
    settings = settings or SuspectSettings()
    limit = heap.facts.heap_bytes * settings.threshold_percent // 100
    singles = _biggest(heap, limit)
    taken = [row.object_index for row in singles]
    found = [_single(heap, row, settings) for row in singles]
    found += [
        _group(heap, group, taken, settings)
        for group in _groups(heap, singles)
        if group.retained_bytes > limit
    ]
    return tuple(sorted(found, key=_rank))


def _rank(candidate: Candidate) -> tuple[int, bool, int, str, int]:
    return (
        -candidate.retained_bytes,
        candidate.object is None,
        -candidate.shallow_bytes,
        candidate.class_name,
        candidate.members[0] if candidate.members else 0,
    )


def _biggest(heap: Heap, limit: int) -> list[ObjectRow]:
    """The topmost dominators above the threshold; the rest follows in falling order."""
    found: list[ObjectRow] = []
    for offset in count(0, _PAGE):
        page = heap.dominated(offset=offset, limit=_PAGE)
        above = [row for row in page if row.retained_bytes > limit]
        found += above
        if len(above) < _PAGE:
            return found
    raise AssertionError


def _groups(heap: Heap, singles: list[ObjectRow]) -> list[GroupRow]:
    """The topmost dominators by class, without the single suspects."""
    return [
        _without(group, [row for row in singles if row.class_id == group.class_id])
        for group in heap.dominated_groups()
    ]


def _without(group: GroupRow, rows: list[ObjectRow]) -> GroupRow:
    return GroupRow(
        label=group.label,
        class_id=group.class_id,
        objects=group.objects - len(rows),
        shallow_bytes=group.shallow_bytes - sum(row.shallow_bytes for row in rows),
        retained_bytes=group.retained_bytes - sum(row.retained_bytes for row in rows),
    )


def _single(heap: Heap, row: ObjectRow, settings: SuspectSettings) -> Candidate:
    path = [row.object_index]
    current = row
    for depth in count():
        children = heap.dominated(current.object_index, limit=1)
        if not children or (
            depth < settings.max_depth
            and _drops(children[0].retained_bytes, current.retained_bytes, settings)
        ):
            return Candidate(row, None, (row.object_index,), tuple(path), current.object_index)
        if depth == settings.max_depth:
            break
        current = children[0]
        path.append(current.object_index)
    return Candidate(row, None, (row.object_index,), tuple(path), None)


def _drops(child_bytes: int, parent_bytes: int, settings: SuspectSettings) -> bool:
    return child_bytes < settings.big_drop_ratio * parent_bytes


def _group(heap: Heap, group: GroupRow, taken: list[int], settings: SuspectSettings) -> Candidate:
    collection = _collection_of_nodes(heap, group)
    if collection is not None:
        return Candidate(None, group, (collection,), (collection,), collection)
    members = heap.sample_dominated(
        None, group.class_id or 0, excluded=taken, limit=settings.max_paths, seed=settings.seed
    )
    tree = heap.merged_paths(members).rows or heap.merged_paths(members, excludes=()).rows
    path, point = _common_path(tree, len(members), settings)
    return Candidate(None, group, tuple(members), path, point)


def _collection_of_nodes(heap: Heap, group: GroupRow) -> int | None:
    """The collection that most objects of a group are nodes of.

    Something beside it refers to a node (a method that adds one), so that it does not dominate
    them. The merged paths to the nodes of a list would be as long as the list.
    """
    name, _, inner = group.label.rpartition("$")
    if inner not in _NODES or not name.startswith("java.util."):
        return None
    owners = heap.of_class(name).page(limit=_MOST_COLLECTIONS)
    sizes = {owner: heap.collection_size(owner) or 0 for owner in owners}
    biggest = max(sizes, key=lambda owner: (sizes[owner], -owner), default=None)
    return biggest if biggest is not None and sizes[biggest] * 2 >= group.objects else None


def _common_path(
    tree: tuple[MergedPathRow, ...], members: int, settings: SuspectSettings
) -> tuple[tuple[int, ...], int | None]:
    """The objects that most paths share, and the object where they part."""
    children: dict[int, list[int]] = {}
    for number, row in enumerate(tree):
        children.setdefault(row.parent, []).append(number)
    path: list[int] = []
    best = _widest(tree, children.get(-1, []))
    while best is not None and tree[best].covered_objects > settings.path_ratio * members:
        row = tree[best]
        path.append(row.object_index)
        below = _widest(tree, children.get(best, []))
        if below is None or _drops(
            tree[below].covered_retained_bytes, row.covered_retained_bytes, settings
        ):
            return tuple(path), row.object_index
        best = below
    return tuple(path), None


def _widest(tree: tuple[MergedPathRow, ...], numbers: list[int]) -> int | None:
    return max(numbers, key=lambda number: tree[number].covered_objects, default=None)
