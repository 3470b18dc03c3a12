"""The part of the dominator tree that a page holds: what retains most, wherever it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Any

from seamew.heap import Heap
from seamew.model import ObjectRow

from .names import Names, Values, shortened

__all__ = ["TreeLimits", "dominator_tree"]

_FIRST_PAGE = 8
_LEAST_SHARE = 0.004
"""Objects that retain less than this share of the heap are small; the page's map draws none."""
_MOST_GROUPS = 8
KINDS = ("instance", "object_array", "primitive_array", "class", "thread", "class_loader")


@dataclass(frozen=True, slots=True)
class TreeLimits:
    """How much of the tree: rows in all, under the roots, under one object, and levels."""

    rows: int = 20_000
    topmost: int = 1_000
    children: int = 250
    levels: int = 100


@dataclass(slots=True)
class _Node:
    """A row of the tree. `children` are those taken in; `more` and `more_bytes` are the others."""

    row: ObjectRow
    above: _Node | None
    level: int
    children: list[_Node]
    number: int = -1
    more: int = 0
    more_bytes: int = 0

    @property
    def index(self) -> int | None:
        """The object; None for the roots."""
        return None if self.above is None else self.row.object_index


def dominator_tree(heap: Heap, names: Names, limits: TreeLimits, values: Values) -> dict[str, Any]:
    """Columns of the rows, parents before children, the children of one object side by side.

    The rows are those that retain most, biggest first, each with all above it. `more` says of a
    row (-1: of the roots) how many objects under it are left out, and what they retain; `groups`
    sums up by class the objects right under it, where the small ones among them hold much.
    """
    top = _Node(_roots(heap), None, 0, [])
    _choose(heap, top, limits)
    rows, more, groups = [], [], []
    for number, node in enumerate(_in_order(top), -1):
        if number >= 0:
            rows.append(node)
        if node.more:
            more.append((number, node.more, node.more_bytes))
        if found := _groups(heap, node, names):
            groups.append((number, found))
    return {
        "parents": [node.above.number for node in rows if node.above],
        "classes": [names.number(node.row.class_name) for node in rows],
        "kinds": [KINDS.index(node.row.kind) for node in rows],
        "addresses": [f"{node.row.address:x}" for node in rows],
        "shallow": [node.row.shallow_bytes for node in rows],
        "retained": [node.row.retained_bytes for node in rows],
        "lengths": [node.row.length for node in rows],
        "values": [_value(node.row, values) for node in rows],
        "more": more,
        "groups": groups,
    }


def _value(row: ObjectRow, values: Values) -> str | None:
    """The readable value; of a class object the name of its class, which is no secret."""
    if row.kind == "class":
        return None if row.value is None else shortened(row.value)
    return values.of(row.object_index, row.value)


def _roots(heap: Heap) -> ObjectRow:
    """What dominates the topmost objects, as if it were an object."""
    return ObjectRow(-1, 0, -1, "", "instance", 0, heap.facts.heap_bytes, None, None)


def _choose(heap: Heap, top: _Node, limits: TreeLimits) -> None:
    """Take in objects, the biggest first, until there are enough."""
    ties = count()  # objects of one size come in the order in which they were found
    waiting: list[tuple[int, int, ObjectRow, _Node, Iterator[ObjectRow]]] = []

    def next_of(node: _Node, rows: Iterator[ObjectRow]) -> None:
        row = next(rows, None)
        if row is not None:
            heappush(waiting, (-row.retained_bytes, next(ties), row, node, rows))

    def look_under(node: _Node) -> None:
        most = limits.topmost if node is top else limits.children
        node.more = heap.dominated_count(node.index)
        node.more_bytes = _bytes_below(node.row)
        if node.level < limits.levels:
            next_of(node, _dominated(heap, node.index, most))

    look_under(top)
    taken = 0
    while waiting and taken < limits.rows:
        _, _, row, above, others = heappop(waiting)
        node = _Node(row, above, above.level + 1, [])
        above.children.append(node)
        above.more -= 1
        above.more_bytes -= row.retained_bytes
        taken += 1
        next_of(above, others)
        if _bytes_below(row):
            look_under(node)


def _groups(heap: Heap, node: _Node, names: Names) -> list[tuple[int, int, int]]:
    """(class, objects, retained bytes) of all that an object dominates; none of small matter."""
    least_bytes = _LEAST_SHARE * heap.facts.heap_bytes
    big = [child.row.retained_bytes for child in node.children]
    seen = sum(size for size in big if size >= least_bytes)
    if _bytes_below(node.row) - seen < least_bytes:
        return []
    return [
        (names.number(group.label), group.objects, group.retained_bytes)
        for group in heap.dominated_groups(node.index, "class")[:_MOST_GROUPS]
        if group.retained_bytes >= least_bytes
    ]


def _dominated(heap: Heap, index: int | None, most: int) -> Iterator[ObjectRow]:
    """What an object (None: the roots) immediately dominates, biggest first, read as needed."""
    offset, limit = 0, _FIRST_PAGE
    while offset < most:
        limit = min(limit, most - offset)
        page = heap.dominated(index, offset=offset, limit=limit)
        yield from page
        if len(page) < limit:
            return
        offset, limit = offset + limit, limit * 4


def _bytes_below(row: ObjectRow) -> int:
    return row.retained_bytes - row.shallow_bytes


def _in_order(top: _Node) -> Iterator[_Node]:
    """The nodes level by level, numbered on the way; the top first, as -1."""
    level = [top]
    numbers = count(top.number)
    while level:
        for node in level:
            node.number = next(numbers)
            yield node
        level = [child for node in level for child in node.children]
