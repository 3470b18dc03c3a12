"""Component reports: of a set of objects, and of each big class loader."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import WEAK_REFERENCES, Heap, What
from seamew.holding import object_name
from seamew.model import ComponentReport, LoaderRow, TopComponent

from .checks import CHECKS, Component

__all__ = ["component_report", "top_components"]

_SHOWN_CLASSES = 15
_SHOWN_OBJECTS = 10
_SYSTEM_LOADER = "<system class loader>"


def component_report(heap: Heap, what: What, name: str) -> ComponentReport:
    """What the objects keep alive, and what of that is waste.

    Some ten walks over the dump: about ten seconds a gigabyte of it.
    """
    members = heap.as_set(what)
    retained = heap.retained_objects(members, cut=WEAK_REFERENCES)
    component = Component(heap, retained)
    histogram = heap.set_histogram(retained)
    own = heap.set_histogram(members)
    loaders = sorted({row.loader for row in own if row.loader is not None})
    return ComponentReport(
        name=name,
        objects=len(members),
        shallow_bytes=members.shallow_bytes,
        retained_objects=len(retained),
        retained_bytes=component.bytes,
        heap_bytes=heap.facts.heap_bytes,
        classes=len(own),
        loaders=tuple(loaders),
        histogram=histogram[:_SHOWN_CLASSES],
        biggest=heap.rows(heap.biggest(heap.topmost(retained), limit=_SHOWN_OBJECTS)),
        findings=tuple(check(component) for check in CHECKS),
    )


def top_components(heap: Heap, least_share: float = 0.01) -> tuple[TopComponent, ...]:
    """A report on each class loader whose classes' objects retain `least_share` of the heap."""
    least_bytes = least_share * heap.facts.heap_bytes
    return tuple(_of_loader(heap, row) for row in _big_loaders(heap, least_bytes))


def _big_loaders(heap: Heap, least_bytes: float) -> Iterator[LoaderRow]:
    rows = sorted(heap.loaders(), key=lambda row: -row.objects_retained_bytes)
    return (row for row in rows if row.objects_retained_bytes >= max(1, least_bytes))


def _of_loader(heap: Heap, row: LoaderRow) -> TopComponent:
    members = heap.select(row.object_index, loaded=True)
    # The system class loader is no object: its row has no address.
    name = object_name(heap.row(row.object_index)) if row.address else _SYSTEM_LOADER
    return TopComponent(
        loader=name,
        loader_index=row.object_index,
        classes=row.classes,
        objects=row.objects,
        retained_bytes=row.objects_retained_bytes,
        report=component_report(heap, members, name),
    )
