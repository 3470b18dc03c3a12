"""The main job: overview, biggest retainers, and suspects with owner, point and path."""

from __future__ import annotations

from seamew.heap import Heap
from seamew.model import (
    AccumulationPoint,
    Consumers,
    Diagnosis,
    HeapFacts,
    ObjectRow,
    Owner,
    PathStep,
    Suspect,
    SuspectKind,
    ThreadRow,
)
from seamew.units import format_bytes, format_count, format_share

from . import explanation
from .entries import element_class, entry_count
from .explanation import Subject, object_name
from .owners import find_owner, held_fields
from .suspects import Candidate, SuspectSettings, find_candidates

__all__ = ["biggest_consumers", "diagnose_heap"]

_SHOWN_GROUPS = 10
_SHOWN_BIGGEST = 3
_CHAIN_RUN = 16


def diagnose_heap(
    heap: Heap, settings: SuspectSettings | None = None, *, consumers: int | None = 10
) -> Diagnosis:
    """What leaks, who holds it, and how sure that is.

    `consumers` is the number of biggest retainers of each sort that are listed (None: all).
    """
    settings = settings or SuspectSettings()
    suspects = tuple(_suspect(heap, one, settings) for one in find_candidates(heap, settings))
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


def _suspect(heap: Heap, candidate: Candidate, settings: SuspectSettings) -> Suspect:
    anchor, chain = _anchor(heap, candidate, settings)
    strong_path = heap.path(anchor)
    path = strong_path or heap.path(anchor, excludes=())
    row = heap.row(anchor)
    single = candidate.object is not None
    held = held_fields(heap, row) if single else ()
    subject = Subject(
        kind=_kind(candidate),
        object=candidate.object,
        group=candidate.group,
        heap_bytes=heap.facts.heap_bytes,
        retained_bytes=candidate.retained_bytes,
        owner=_owner(heap, path, row, held),
        point=_accumulation_point(heap, candidate, path),
        element_class=element_class(heap, row) if single else candidate.class_name,
        path=path,
        dominated=heap.dominated_groups(anchor, "class")[:_SHOWN_GROUPS],
        held_fields=held,
        thread=_thread(heap, candidate),
        chain_length=chain,
        weakly_held=not strong_path,
        sampled=len(candidate.members),
    )
    return _worded(subject, candidate)


def _anchor(heap: Heap, candidate: Candidate, settings: SuspectSettings) -> tuple[int, int]:
    """The object that path and owner speak of, and the length of a chain below it (or 0).

    That is the accumulation point. Where the walk ended without one, a single suspect is a long
    chain (a linked queue, say), and the anchor is the object before its run of equal classes.
    """
    if candidate.point is not None:
        return candidate.point, 0
    if candidate.object is None:
        return (candidate.common_path or candidate.members)[-1], 0
    names = [row.class_name for row in heap.rows(candidate.common_path)]
    for start in range(1, len(names) - _CHAIN_RUN):
        if len(set(names[start : start + _CHAIN_RUN])) == 1:
            return candidate.common_path[start - 1], settings.max_depth
    return candidate.object.object_index, settings.max_depth


def _owner(
    heap: Heap,
    path: tuple[PathStep, ...],
    row: ObjectRow,
    held: tuple[tuple[str, ObjectRow], ...],
) -> Owner | None:
    """An application object that gathers the memory in its own fields owns it by the biggest."""
    if held:
        return Owner(held[0][0], "static" if row.kind == "class" else "instance", row)
    return find_owner(heap, path)


def _accumulation_point(
    heap: Heap, candidate: Candidate, path: tuple[PathStep, ...]
) -> AccumulationPoint | None:
    if candidate.point is None or not path:
        return None
    row = heap.row(candidate.point)
    heap_bytes = heap.facts.heap_bytes
    if candidate.group is not None:
        held = candidate.group
        share = held.retained_bytes / heap_bytes
        return AccumulationPoint(row, held.retained_bytes, share, held.objects, held.label)
    share, entries = row.retained_bytes / heap_bytes, entry_count(heap, path)
    return AccumulationPoint(row, row.retained_bytes, share, entries, element_class(heap, row))


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
