"""The checks of a component report, each a function, and the list of them.

The limits are those of Eclipse MAT's component report: what takes over a twentieth of the
component is worth a look, a table filled to a fifth is sparse, four fifths of collisions are many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from seamew.heap import CollectionFilter, Heap, ObjectSet
from seamew.model import CollectionSums, ComponentFinding, HistogramRow
from seamew.rules.reading import SPARSE_FILL
from seamew.units import format_bytes, format_counted, format_share

__all__ = ["CHECKS", "Component"]

NOTABLE_SHARE = 0.05
MANY_COLLISIONS = 0.8
SHOWN_DETAILS = 5
SHOWN_CHARACTERS = 60

Details = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Component:
    """What the checks look at: the retained objects of a component."""

    heap: Heap
    retained: ObjectSet

    @cached_property
    def bytes(self) -> int:
        """What they take."""
        return self.retained.shallow_bytes

    def finding(
        self, check: str, title: str, verdict: str, wasted_bytes: int, details: Details = ()
    ) -> ComponentFinding:
        """A finding that is notable when it is over a twentieth of the component."""
        share = wasted_bytes / self.bytes if self.bytes else 0.0
        return ComponentFinding(
            check, title, verdict, wasted_bytes, share, share > NOTABLE_SHARE, details
        )


def duplicate_strings(component: Component) -> ComponentFinding:
    """Strings of equal text, each but one of them lost."""
    found = component.heap.duplicate_strings(component.retained, limit=SHOWN_DETAILS)
    details = tuple((_cut(row.value or ""), row.objects, row.lost_bytes) for row in found.rows)
    verdict = (
        f"{format_counted(found.objects, 'string')} hold {found.distinct:,} different texts; "
        f"the copies take {format_bytes(found.lost_bytes)}"
    )
    return component.finding(
        "duplicate-strings", "Duplicate strings", verdict, found.lost_bytes, details
    )


def empty_collections(component: Component) -> ComponentFinding:
    """Collections that hold nothing, with what they retain."""
    return _collections(
        component,
        ("empty-collections", "Empty collections"),
        CollectionFilter(most_size=0),
        "hold nothing",
    )


def sparse_collections(component: Component) -> ComponentFinding:
    """Collections whose arrays are nearly empty, with the places that nothing is in."""
    return _collections(
        component,
        ("sparse-collections", "Sparse collections"),
        CollectionFilter(least_size=1, most_fill=SPARSE_FILL),
        f"fill at most {format_share(SPARSE_FILL)} of their arrays",
    )


def _collections(
    component: Component, named: tuple[str, str], only: CollectionFilter, what: str
) -> ComponentFinding:
    rows = component.heap.collections(component.retained, only=only).rows
    count = sum(row.collections for row in rows)
    wasted = sum(_lost(row, only) for row in rows)
    details = tuple(
        (row.class_name, row.collections, _lost(row, only)) for row in rows[:SHOWN_DETAILS]
    )
    verdict = f"{format_counted(count, 'collection')} {what}, {format_bytes(wasted)}"
    return component.finding(*named, verdict, wasted, details)


def _lost(row: CollectionSums, only: CollectionFilter) -> int:
    return row.retained_bytes if only.most_size == 0 else row.wasted_bytes


def map_collisions(component: Component) -> ComponentFinding:
    """Hash tables most of whose entries share their bucket: a bad hashCode."""
    rows = component.heap.collection_collisions(component.retained).rows
    bad = [row for row in rows if row.upto is not None and row.upto > MANY_COLLISIONS]
    tables = sum(row.collections for row in bad)
    entries = sum(row.elements for row in bad)
    verdict = (
        f"{format_counted(tables, 'hash table')} with {format_counted(entries, 'entry/entries')}"
        f" have over {format_share(MANY_COLLISIONS)} of them in buckets that are taken"
    )
    return ComponentFinding(
        "map-collisions", "Map collisions", verdict, None, None, is_notable=tables > 0
    )


def zero_length_arrays(component: Component) -> ComponentFinding:
    """Arrays of length 0, of which one of a class would do."""
    table = component.heap.arrays(component.retained)
    empty = [row for row in table.lengths if row.length == 0]
    wasted = sum(row.shallow_bytes for row in empty)
    count = sum(row.objects for row in empty)
    classes = sorted(table.classes, key=lambda row: -row.empty_objects)
    details = tuple(
        (row.class_name, row.empty_objects, wasted * row.empty_objects // max(1, count))
        for row in classes[:SHOWN_DETAILS]
        if row.empty_objects
    )
    verdict = f"{format_counted(count, 'array')} of length 0, {format_bytes(wasted)}"
    return component.finding("zero-length-arrays", "Zero-length arrays", verdict, wasted, details)


def sparse_arrays(component: Component) -> ComponentFinding:
    """Object arrays nearly all of whose elements are null."""
    rows = [
        row
        for row in component.heap.array_fill(component.retained)
        if row.up_to_share is not None and row.up_to_share <= SPARSE_FILL
    ]
    count = sum(row.objects for row in rows)
    wasted = sum(row.null_bytes for row in rows)
    verdict = (
        f"{format_counted(count, 'object array')} with at most {format_share(SPARSE_FILL)} of the "
        f"elements set, {format_bytes(wasted)} of nulls"
    )
    return component.finding("sparse-arrays", "Sparse arrays", verdict, wasted)


def constant_arrays(component: Component) -> ComponentFinding:
    """Primitive arrays all of whose elements have one value."""
    found = component.heap.constant_arrays(component.retained)
    details = tuple(
        (f"{row.class_name} of {row.length:,} times {row.value}", row.objects, row.shallow_bytes)
        for row in found.rows[:SHOWN_DETAILS]
    )
    verdict = (
        f"{format_counted(found.objects, 'primitive array')} of one value, "
        f"{format_bytes(found.shallow_bytes)}"
    )
    return component.finding(
        "constant-arrays", "Primitive arrays of one value", verdict, found.shallow_bytes, details
    )


def soft_references(component: Component) -> ComponentFinding:
    """What only soft references of the component keep alive."""
    return _references(component, "java.lang.ref.SoftReference", "soft")


def weak_references(component: Component) -> ComponentFinding:
    """What only weak references of the component keep alive."""
    return _references(component, "java.lang.ref.WeakReference", "weak")


def _references(component: Component, class_name: str, kind: str) -> ComponentFinding:
    heap = component.heap
    named = (f"{kind}-references", f"{kind.capitalize()} references")
    references = heap.of_class(class_name) & component.retained
    if not len(references):
        return component.finding(*named, f"no {kind} references", 0)
    found = heap.reference_statistics(references)
    only = sum(row.shallow_bytes for row in found.only)
    verdict = (
        f"{format_counted(found.references, f'{kind} reference')}, "
        f"{format_bytes(only)} are kept alive by them only"
    )
    details = _biggest(found.only)
    if found.kept_by_references:
        held = sum(row.objects for row in found.kept_by_references)
        verdict += f"; {format_counted(held, 'referent')} held by the values of their own keys"
    return ComponentFinding(
        *named, verdict, only, None, is_notable=bool(found.kept_by_references), details=details
    )


def finalizable_objects(component: Component) -> ComponentFinding:
    """Objects that wait for their finalizer or will have to."""
    heap = component.heap
    finalizers = heap.of_class("java.lang.ref.Finalizer")
    targets = heap.field_targets(finalizers, "referent") & component.retained
    details = _biggest(heap.set_histogram(targets)) if len(targets) else ()
    verdict = f"{format_counted(len(targets), 'object')} with a finalizer"
    return ComponentFinding(
        "finalizers", "Finalizers", verdict, None, None, is_notable=False, details=details
    )


def _biggest(rows: Sequence[HistogramRow]) -> Details:
    return tuple((row.label, row.objects, row.shallow_bytes) for row in rows[:SHOWN_DETAILS])


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


CHECKS: tuple[Callable[[Component], ComponentFinding], ...] = (
    duplicate_strings,
    empty_collections,
    sparse_collections,
    map_collisions,
    zero_length_arrays,
    sparse_arrays,
    constant_arrays,
    soft_references,
    weak_references,
    finalizable_objects,
)
