"""Paths from the roots, and references between classes. All sizes are bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from .objects import ReferenceRow

__all__ = [
    "ClassReferenceRow",
    "ClassReferences",
    "MergedClassRow",
    "MergedPathRow",
    "MergedPaths",
    "PathStep",
    "PathsFromRoots",
]

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PathStep(ReferenceRow):
    """One step of a path from a root, the root first.

    `field` is the one through which the step before holds this object; on the root it is empty
    and `root_types` says why the object is a root. `skipped_steps` counts the steps left out before
    this one: of a very long path (a linked list) only the ends are listed.
    """

    root_types: tuple[str, ...] = ()
    skipped_steps: int = 0


@dataclass(frozen=True, slots=True)
class PathsFromRoots:
    """Paths to one object, shortest first; `more` says whether there are others."""

    paths: tuple[tuple[PathStep, ...], ...]
    more: bool


@dataclass(frozen=True, slots=True)
class MergedPathRow(ReferenceRow):
    """A node of the tree of shortest paths to many objects, in preorder.

    `field` is the one through which the node above holds this object; on roots it is empty and
    `root_types` says why they are. `parent` is the row number of the node above, or -1.
    `covered_objects` of the objects asked about lie at or under the node, and take
    `covered_shallow_bytes`; `covered_retained_bytes` adds up what they retain, without those that
    another of the objects asked about retains. `left_out` nodes right under this one are not
    listed.
    """

    root_types: tuple[str, ...]
    depth: int
    parent: int
    covered_objects: int
    covered_shallow_bytes: int
    covered_retained_bytes: int
    left_out: int


@dataclass(frozen=True, slots=True)
class MergedClassRow:
    """A node of shortest paths to many objects merged by class, in preorder.

    `objects` are the distinct objects of the class at this step of the paths; the rest is as in
    `MergedPathRow`.
    """

    label: str
    class_id: int
    depth: int
    parent: int
    objects: int
    shallow_bytes: int
    covered_objects: int
    covered_shallow_bytes: int
    covered_retained_bytes: int
    left_out: int


@dataclass(frozen=True, slots=True)
class MergedPaths(Generic[Row]):
    """A tree of merged paths: `rows` in preorder, the child that covers most objects first.

    Of the `objects` asked about, no path leads to `without_path`. The longest path has
    `longest_path` objects. `left_out` topmost nodes are not listed.
    """

    rows: tuple[Row, ...]
    objects: int
    without_path: int
    longest_path: int
    left_out: int


@dataclass(frozen=True, slots=True)
class ClassReferenceRow:
    """Objects of one class that refer to those of the row above, or that those refer to.

    `parent` is the number of the row above; -1 for the objects asked about. `repeated_objects` are
    in a row above already; where all are, the row is not followed. `left_out` rows right under
    this one are not listed.
    """

    label: str
    class_id: int
    depth: int
    parent: int
    objects: int
    shallow_bytes: int
    repeated_objects: int
    left_out: int


@dataclass(frozen=True, slots=True)
class ClassReferences:
    """A tree of classes in preorder, the biggest first; `left_out` topmost rows are not listed."""

    rows: tuple[ClassReferenceRow, ...]
    left_out: int
