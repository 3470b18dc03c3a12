"""Suspects by Eclipse MAT's algorithm, with who owns them and where their memory gathers."""

from __future__ import annotations

from seamew.heap import Heap
from seamew.holding import (
    captured_classes,
    chain_element_class,
    element_class,
    entry_count,
    held_fields,
    is_application_class,
)
from seamew.model import AccumulationPoint, Suspect, SuspectKind, ThreadRow

from . import explanation
from .anchors import Anchor, find_anchor, holding_at
from .candidates import Candidate, SuspectSettings, find_candidates
from .explanation import Subject

__all__ = ["find_suspects"]

_SHOWN_GROUPS = 10


def find_suspects(heap: Heap, settings: SuspectSettings | None = None) -> tuple[Suspect, ...]:
    """The suspects, biggest first. Costs a grouping of the topmost dominators and some paths."""
    return tuple(_suspect(heap, one) for one in find_candidates(heap, settings))


def _suspect(heap: Heap, candidate: Candidate) -> Suspect:
    anchor = find_anchor(heap, candidate)
    index = anchor.object.object_index
    single = candidate.object is not None
    held = held_fields(heap, anchor.object) if single else ()
    holding = holding_at(heap, anchor, held)
    point = _accumulation_point(heap, candidate, anchor)
    element = _element_class(candidate, anchor, point)
    subject = Subject(
        kind=_kind(candidate),
        object=candidate.object,
        group=candidate.group,
        heap_bytes=heap.facts.heap_bytes,
        retained_bytes=candidate.retained_bytes,
        owner=holding.owner,
        point=point,
        element_class=element,
        path=holding.path,
        dominated=heap.dominated_groups(index, "class")[:_SHOWN_GROUPS] if single else (),
        held_fields=held,
        thread=_thread(heap, candidate),
        chain_length=len(anchor.chain),
        captured=captured_classes(heap, element),
        weakly_held=anchor.weakly_held,
        sampled=len(candidate.members),
    )
    return _worded(subject, candidate)


def _accumulation_point(
    heap: Heap, candidate: Candidate, anchor: Anchor
) -> AccumulationPoint | None:
    """MAT's point; where the memory is a chain, the object that holds the chain."""
    row, heap_bytes = anchor.object, heap.facts.heap_bytes
    if candidate.group is not None:
        if candidate.point is None:
            return None
        held = candidate.group
        share = held.retained_bytes / heap_bytes
        return AccumulationPoint(row, held.retained_bytes, share, held.objects, held.label)
    chain = anchor.chain
    element = chain_element_class(heap, chain) if chain else element_class(heap, row)
    entries = entry_count(heap, anchor.path, element if chain else None) if anchor.path else None
    share = row.retained_bytes / heap_bytes
    return AccumulationPoint(row, row.retained_bytes, share, entries, element)


def _element_class(
    candidate: Candidate, anchor: Anchor, point: AccumulationPoint | None
) -> str | None:
    if point is not None:
        return point.element_class
    inside = anchor.object.class_name
    return inside if is_application_class(inside) else candidate.class_name


def _kind(candidate: Candidate) -> SuspectKind:
    if candidate.object is None:
        return SuspectKind.GROUP
    kinds = {
        "thread": SuspectKind.THREAD,
        "class_loader": SuspectKind.CLASS_LOADER,
        "class": SuspectKind.CLASS,
    }
    return kinds.get(candidate.object.kind, SuspectKind.INSTANCE)


def _thread(heap: Heap, candidate: Candidate) -> ThreadRow | None:
    if _kind(candidate) is not SuspectKind.THREAD or candidate.object is None:
        return None
    wanted = candidate.object.object_index
    return next((row for row in heap.threads() if row.object_index == wanted), None)


def _worded(subject: Subject, candidate: Candidate) -> Suspect:
    owner = subject.owner
    return Suspect(
        kind=subject.kind,
        title=explanation.title(subject),
        explanation=explanation.explain(subject),
        class_name=candidate.class_name,
        objects=candidate.group.objects if candidate.group else 1,
        shallow_bytes=candidate.shallow_bytes,
        retained_bytes=subject.retained_bytes,
        share=subject.retained_bytes / subject.heap_bytes,
        object=subject.object,
        owner=owner,
        owner_field=owner.name if owner is not None and owner.kind != "local" else None,
        accumulation_point=subject.point,
        element_class=subject.element_class,
        path=subject.path,
        dominated=subject.dominated,
        evidence=explanation.evidence(subject),
        doubt=explanation.doubts(subject),
    )
