"""The object that a suspect's path and owner speak of."""

from __future__ import annotations

from dataclasses import dataclass

from seamew.heap import Heap
from seamew.holding import (
    Holding,
    class_of,
    container_of,
    find_holding,
    frame_of_thread,
    is_application_class,
)
from seamew.model import ObjectRow, Owner, PathStep

from .candidates import Candidate

__all__ = ["Anchor", "find_anchor", "holding_at"]

_LOCAL_FIELD = "<Java Local>"
_CHAIN_RUN = 16
_INNER_LEVELS = 12
_COMPARED_MEMBERS = 100


@dataclass(frozen=True, slots=True)
class Anchor:
    """The object where a suspect's memory is held, and how it is reached.

    `top` is the suspect, or one member of a group. `chain` are the links below the anchor where
    the memory is one long chain. `weakly_held`: no path without weak references exists.
    """

    object: ObjectRow
    top: ObjectRow
    chain: tuple[int, ...]
    path: tuple[PathStep, ...]
    weakly_held: bool


def find_anchor(heap: Heap, candidate: Candidate) -> Anchor:
    """The accumulation point, or what comes nearest to it where MAT's walk found none.

    A single suspect without a point is a chain (a linked queue, say): its anchor is the object
    before the run of equal classes. A group without one is spread: the anchor is the first
    application object inside of its biggest member. An array that a local variable holds, maybe
    that of a method of the JDK, stands for the collection that it belongs to.
    """
    if candidate.object is not None:
        top, chain = candidate.object, _chain(heap, candidate)
    else:
        compared = heap.rows(candidate.members[:_COMPARED_MEMBERS])
        top, chain = max(compared, key=lambda row: row.retained_bytes), ()
    if candidate.point is not None:
        index = candidate.point
    elif candidate.object is None:
        index = _inner_object(heap, top)
    else:
        index = candidate.common_path[candidate.common_path.index(chain[0]) - 1]
    strong_path = heap.path(index)
    if strong_path and strong_path[-1].field.startswith(_LOCAL_FIELD):
        index = container_of(heap, index)
        strong_path = heap.path(index)
    path = strong_path or heap.path(index, excludes=())
    return Anchor(heap.row(index), top, chain, path, weakly_held=not strong_path)


def holding_at(heap: Heap, anchor: Anchor, held: tuple[tuple[str, ObjectRow], ...]) -> Holding:
    """Who owns the memory: the anchor itself by its biggest field, else who holds the anchor.

    Of a thread that is the anchor several local variables hold the memory together.
    """
    if held:
        kind = "static" if anchor.object.kind == "class" else "instance"
        return Holding(Owner(held[0][0], kind, anchor.object), anchor.path)
    if anchor.object.kind == "thread":
        frame = frame_of_thread(heap, anchor.object)
        if frame is not None:
            return Holding(frame, anchor.path)
    found = find_holding(heap, anchor.path)
    return found if found.owner is not None else Holding(_own_field(anchor), anchor.path)


def _own_field(anchor: Anchor) -> Owner | None:
    """The suspect's own field on the path, where there is nothing but the JDK on it."""
    for holder, held in zip(anchor.path, anchor.path[1:], strict=False):
        if holder.object_index == anchor.top.object_index and not held.field.startswith(("<", "[")):
            return Owner(f"{class_of(holder)}#{held.field}", "instance", holder)
    return None


def _chain(heap: Heap, candidate: Candidate) -> tuple[int, ...]:
    """The links of the chain that a walk without an end went down."""
    if candidate.point is not None:
        return ()
    path = candidate.common_path
    names = [row.class_name for row in heap.rows(path)]
    for start in range(1, len(names) - _CHAIN_RUN):
        if len(set(names[start : start + _CHAIN_RUN])) == 1:
            return path[start:]
    return path[1:]


def _inner_object(heap: Heap, top: ObjectRow) -> int:
    """The first application object down the biggest dominated children, or the top itself."""
    row = top
    for _ in range(_INNER_LEVELS):
        if is_application_class(row.class_name) and row.kind == "instance":
            return row.object_index
        children = heap.dominated(row.object_index, limit=1)
        if not children:
            break
        row = children[0]
    return top.object_index
