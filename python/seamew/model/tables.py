"""Rows of histograms, groups, roots and classes. All sizes are bytes."""

from __future__ import annotations

from dataclasses import dataclass

from .objects import ObjectRow

__all__ = [
    "ArrayRow",
    "ClassRow",
    "DropRow",
    "FieldSumRow",
    "FirstPass",
    "GroupRow",
    "GroupTreeRow",
    "HistogramDifference",
    "HistogramRow",
    "ImmediateDominatorRow",
    "RootRow",
]


@dataclass(frozen=True, slots=True)
class HistogramRow:
    """A class, superclass, loader or package with what its instances take.

    `retained_bytes` is the minimum retained size (each byte counted once for the label), or
    None where it was not asked for. `class_id` and `loader` are None where the label is no class.
    """

    label: str
    class_id: int | None
    loader: str | None
    objects: int
    shallow_bytes: int
    retained_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Objects with one dominator, grouped by class, loader or package."""

    label: str
    class_id: int | None
    objects: int
    shallow_bytes: int
    retained_bytes: int


@dataclass(frozen=True, slots=True)
class GroupTreeRow(GroupRow):
    """A group in the dominator tree, `depth` levels below where it starts, in preorder.

    Its objects are immediately dominated by those of the group above. `more` groups beside it
    are not listed; that is said on the last one listed.
    """

    depth: int
    more: int


@dataclass(frozen=True, slots=True)
class ImmediateDominatorRow:
    """Objects of one class that immediately dominate objects of a set.

    `class_id` is None for what only the roots hold. `biggest_dominator` is the object that
    dominates most of them.
    """

    label: str
    class_id: int | None
    dominators: int
    dominator_shallow_bytes: int
    dominated_objects: int
    dominated_shallow_bytes: int
    biggest_dominator: int | None


@dataclass(frozen=True, slots=True)
class DropRow(ObjectRow):
    """An object that retains `drop_bytes` more than the biggest of its `children`."""

    children: int
    biggest_child_retained_bytes: int
    drop_bytes: int


@dataclass(frozen=True, slots=True)
class FieldSumRow:
    """A field in all objects that have it; of a static field that is the class object.

    `class_name` declares the field. `field` None: what the objects of the class keep alive by no
    single field of theirs (two of its maps hold the same values, say). `holders` are the objects
    whose field refers to something; `owned` those that a holder refers to by the field and
    dominates, `retained_bytes` what they retain, no byte twice. `biggest` is the owned object that
    retains most, `biggest_holder` the one that holds it.
    """

    class_name: str
    field: str | None
    is_static: bool
    holders: int
    owned: int
    retained_bytes: int
    biggest: int
    biggest_retained_bytes: int
    biggest_holder: int

    @property
    def label(self) -> str:
        """`Class#field`, or the class alone."""
        return self.class_name if self.field is None else f"{self.class_name}#{self.field}"


@dataclass(frozen=True, slots=True)
class HistogramDifference:
    """A label in two histograms: what it has in the second, and how much more than before."""

    label: str
    objects: int
    shallow_bytes: int
    retained_bytes: int | None
    objects_grown: int
    shallow_bytes_grown: int
    retained_bytes_grown: int | None


@dataclass(frozen=True, slots=True)
class RootRow:
    """The roots of one type: `objects` counts root records, as MAT does.

    An object may have several; `distinct_objects` and the sizes count it once.
    """

    type: str
    objects: int
    distinct_objects: int
    shallow_bytes: int
    retained_bytes: int


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A loaded class."""

    class_id: int
    object_index: int
    name: str
    loader: str | None
    superclass: str | None
    objects: int
    shallow_bytes: int


@dataclass(frozen=True, slots=True)
class ArrayRow:
    """A big array, as the first pass meets it."""

    address: int
    class_name: str
    length: int
    shallow_bytes: int


@dataclass(frozen=True, slots=True)
class FirstPass:
    """What one pass over the file knows: every object, dead or alive."""

    histogram: tuple[HistogramRow, ...]
    arrays: tuple[ArrayRow, ...]
    object_count: int
    heap_bytes: int
