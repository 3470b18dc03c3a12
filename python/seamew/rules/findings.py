"""Making a finding of what a rule knows."""

from __future__ import annotations

from dataclasses import dataclass, field

from seamew.holding import Holding
from seamew.model import (
    Confidence,
    Evidence,
    Finding,
    ObjectRow,
    OwnerCount,
    PathStep,
    Severity,
    Topic,
)
from seamew.wording import Text

from .examination import Examination

__all__ = ["Found", "finding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a rule has found; the rest of a finding follows from it.

    `at` is the object where it gathers: owner and path are its, unless `holding` says otherwise.
    `names_library`: the owner is the library's field, not the users' that leads there.
    `severity` None: by the share of the heap that `retained_bytes` are.
    """

    title: Text
    summary: Text
    evidence: tuple[Evidence, ...]
    advice: tuple[Text, ...]
    doubts: tuple[Text, ...]
    confidence: Confidence
    severity: Severity | None = None
    at: int | None = None
    names_library: bool = False
    holding: Holding | None = None
    owners: tuple[OwnerCount, ...] = ()
    element_class: str | None = None
    instances: int = 1
    retained_bytes: int = 0
    also: tuple[str, ...] = field(default=())


def finding(heap: Examination, rule: str, topic: Topic, found: Found) -> Finding:
    """The finding of a rule (by its id), with owner, path and share."""
    holding = found.holding
    if holding is None and found.at is not None:
        ask = heap.library_holding if found.names_library else heap.holding
        holding = ask(found.at)
    owner = None if holding is None else holding.owner
    name = owner.name if owner is not None else None
    path: tuple[PathStep, ...] = () if holding is None else holding.path
    row: ObjectRow | None = None if found.at is None else heap.heap.row(found.at)
    return Finding(
        id=f"{rule}/{name or found.element_class or ''}".rstrip("/"),
        rule=rule,
        topic=topic,
        severity=found.severity or heap.severity(found.retained_bytes),
        confidence=found.confidence,
        title=found.title,
        summary=found.summary,
        owner=name,
        owner_kind=None if owner is None else owner.kind,
        owners=found.owners,
        element_class=found.element_class,
        instances=found.instances,
        retained_bytes=found.retained_bytes,
        share=heap.share(found.retained_bytes),
        object=row,
        path=path,
        evidence=found.evidence,
        advice=found.advice,
        doubts=found.doubts,
        also=found.also,
    )
