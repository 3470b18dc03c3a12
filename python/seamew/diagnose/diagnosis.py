"""The main job: overview, biggest retainers, and suspects with owner, point and path."""

from __future__ import annotations

from seamew.heap import Heap
from seamew.model import (
    AccumulationPoint,
    Consumers,
    Diagnosis,
    HeapFacts,
    Suspect,
    SuspectKind,
    ThreadRow,
)
from seamew.units import format_bytes, format_count, format_share

from . import explanation
from .anchors import Anchor, find_anchor, holding_at
from .entries import captured_classes, chain_element_class, element_class, entry_count
from .explanation import Subject, object_name
from .owners import held_fields, is_application_class
from .suspects import Candidate, SuspectSettings, find_candidates

__all__ = ["biggest_consumers", "diagnose_heap"]

_SHOWN_GROUPS = 10
_SHOWN_BIGGEST = 3


def diagnose_heap(
    heap: Heap, settings: SuspectSettings | None = None, *, consumers: int | None = 10
) -> Diagnosis:
    """What leaks, who holds it, and how sure that is.

    `consumers` is the number of biggest retainers of each sort that are listed (None: all).
    """
    settings = settings or SuspectSettings()
    suspects = tuple(_suspect(heap, one) for one in find_candidates(heap, settings))
    biggest = biggest_consumers(heap, consumers)
    return Diagnosis(
        verdict=_verdict(suspects, biggest, heap.facts, settings.threshold_percent),
        overview=heap.facts,
        consumers=biggest,
        suspects=suspects,
        not_analysed=_not_analysed(heap.facts),
    )


def biggest_consumers(heap: Heap, limit: int | None) -> Consumers:
    """The biggest topmost dominators, alone and by class, loader and package (None: all)."""
    return Consumers(
        objects=heap.dominated(limit=heap.dominated_count() if limit is None else limit),
        classes=heap.dominated_groups(by="class")[:limit],
        loaders=heap.dominated_groups(by="loader")[:limit],
        packages=heap.dominated_groups(by="package")[:limit],
    )


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


def _verdict(
    suspects: tuple[Suspect, ...], biggest: Consumers, facts: HeapFacts, threshold_percent: int
) -> str:
    if len(suspects) == 1:
        return f"1 suspect: {suspects[0].title}."
    if suspects:
        return f"{len(suspects)} suspects; the biggest: {suspects[0].title}."
    three = ", ".join(
        f"{object_name(row)} ({format_bytes(row.retained_bytes)},"
        f" {format_share(row.retained_bytes / facts.heap_bytes)})"
        for row in biggest.objects[:_SHOWN_BIGGEST]
    )
    return (
        f"No leak suspect: nothing retains more than {threshold_percent} % of the heap"
        f" ({format_bytes(facts.heap_bytes)}). The biggest: {three or 'none, the heap is empty'}."
    )


def _not_analysed(facts: HeapFacts) -> tuple[str, ...]:
    """What the answer leaves out."""
    found = [
        "growth: one dump shows one moment",
        "native memory: threads' stacks, direct buffers, metaspace",
    ]
    if facts.unreachable_objects and not facts.keep_unreachable:
        found.insert(
            0,
            f"{format_count(facts.unreachable_objects)} unreachable objects"
            f" ({format_bytes(facts.unreachable_bytes)}): garbage at the time of the dump",
        )
    if facts.read_in_part:
        found.insert(0, "the part of the dump that could not be read (see the warnings)")
    return tuple(found)
