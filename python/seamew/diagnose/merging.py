"""Findings of one cause become one finding; what is explained as healthy is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from seamew.heap import Heap
from seamew.holding import stable_class_name
from seamew.model import Finding, Healthy, Topic

__all__ = ["merge_findings", "ranked"]

_SAME_MEMORY = 0.7
"""Findings whose memory overlaps by this share of the smaller one are of one cause."""


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """The worst first: by severity, bytes, confidence; equal ones by their id."""
    return sorted(
        findings,
        key=lambda one: (one.severity.rank, -one.retained_bytes, one.confidence.rank, one.id),
    )


def merge_findings(
    heap: Heap, findings: Sequence[Finding], healthy: Sequence[Healthy], general: Sequence[str]
) -> list[Finding]:
    """The findings without repetition, the worst first.

    `general` are the ids of rules that know no library: their findings go into those of the
    others about the same memory, and are dropped where it is healthy. Of two that are equally bad
    the first in `general` speaks.
    """
    kept: list[Finding] = []
    for one in sorted(ranked(findings), key=lambda finding: _speaking_order(finding, general)):
        if one.rule in general and any(_is_within(heap, one, fine) for fine in healthy):
            continue
        number = next(
            (n for n, head in enumerate(kept) if _is_same_cause(heap, head, one, general)), None
        )
        if number is None:
            kept.append(one)
        else:
            kept[number] = _merged(kept[number], one)
    return ranked(kept)


def _speaking_order(finding: Finding, general: Sequence[str]) -> tuple[int, int, int, int]:
    """Those that know the library first, then the worst, then those that know more."""
    if finding.rule not in general:
        return 0, 0, 0, 0
    return 1, finding.severity.rank, -finding.retained_bytes, general.index(finding.rule)


def _is_within(heap: Heap, one: Finding, fine: Healthy) -> bool:
    """Whether a finding is about the memory of something healthy."""
    inner = fine.object.object_index
    if any(step.object_index == inner for step in one.path):
        return True
    if one.object is None:
        return False
    outer = one.object.object_index
    is_most = fine.object.retained_bytes >= _SAME_MEMORY * one.retained_bytes
    return heap.dominates(inner, outer) or (is_most and heap.dominates(outer, inner))


def _is_same_cause(heap: Heap, head: Finding, other: Finding, general: Sequence[str]) -> bool:
    """Whether the owner is the same field, or most of the memory is the same.

    A rule that knows no library may see other elements in the same field than one that does.
    """
    if head.owner is not None and head.owner == other.owner:
        both = (head.element_class, other.element_class)
        elements = {stable_class_name(one) for one in both if one is not None}
        if len(elements) <= 1 or other.rule in general:
            return True
    return _overlap(heap, head, other)


def _overlap(heap: Heap, one: Finding, other: Finding) -> bool:
    """Whether the object of one retains that of the other, and little else.

    What a leak keeps may be wasteful too: that is another thing to say.
    """
    if (one.topic is Topic.WASTE) != (other.topic is Topic.WASTE):
        return False
    if one.object is None or other.object is None:
        return False
    smaller, bigger = sorted((one.retained_bytes, other.retained_bytes))
    if not bigger or smaller < _SAME_MEMORY * bigger:
        return False
    first, second = one.object.object_index, other.object.object_index
    return heap.dominates(first, second) or heap.dominates(second, first)


def _merged(head: Finding, other: Finding) -> Finding:
    """The finding with what another one about the same cause knows more."""
    known = {evidence.text for evidence in head.evidence}
    more = tuple(evidence for evidence in other.evidence if evidence.text not in known)
    advice = tuple(one for one in other.advice if one not in head.advice)
    rules = dict.fromkeys((*head.also, other.rule, *other.also))
    return replace(
        head,
        severity=min(head.severity, other.severity, key=lambda severity: severity.rank),
        confidence=min(head.confidence, other.confidence, key=lambda confidence: confidence.rank),
        owner=head.owner or other.owner,
        owner_kind=head.owner_kind or other.owner_kind,
        owners=head.owners or other.owners,
        element_class=head.element_class or other.element_class,
        retained_bytes=max(head.retained_bytes, other.retained_bytes),
        share=max(head.share, other.share),
        object=head.object or other.object,
        path=head.path or other.path,
        evidence=(*head.evidence, *more),
        advice=(*head.advice, *advice),
        also=tuple(rule for rule in rules if rule != head.rule),
    )
