"""Many objects of one class: who owns most of them, and one of those that shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from seamew.heap import ObjectSet
from seamew.holding import stable_class_name
from seamew.model import Confidence, Evidence, OwnerCount, Severity
from seamew.rules.examination import Examination
from seamew.rules.findings import Found
from seamew.wording import Text

__all__ = ["Crowd", "crowd", "crowd_found"]

_SAMPLED = 100
_OF_A_THREAD = "java.lang.Thread#"


@dataclass(frozen=True, slots=True)
class Crowd:
    """Owners of the objects, most first, and one object like most of the first owner's."""

    owners: tuple[OwnerCount, ...]
    example: int


def crowd(heap: Examination, objects: ObjectSet | Sequence[int]) -> Crowd:
    """Who owns the objects (at least one), by a sample of a hundred. Some tenths of a second."""
    owners = heap.owners(objects)
    sample = list(islice(iter(objects), 0, None, max(1, len(objects) // _SAMPLED)))
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index in sample:
        owner = heap.holding(index).owner
        # A thread is its own root: fields of Thread tell nothing.
        is_told = owner is not None and not owner.name.startswith(_OF_A_THREAD)
        name = "" if owner is None or not is_told else stable_class_name(owner.name)
        alike[name, heap.heap.class_name(index)].append(index)
    most = max(alike, key=lambda one: (bool(one[0]), len(alike[one])))
    told = tuple(one for one in owners if not one.name.startswith(_OF_A_THREAD))
    return Crowd(told, alike[most][0])


def crowd_found(
    heap: Examination,
    objects: ObjectSet,
    *,
    title: Text,
    summary: Text,
    evidence: tuple[Evidence, ...],
    advice: Text,
    doubt: Text,
    severity: Severity,
) -> Found:
    """What is found about a crowd: its owners, one member, its number and bytes."""
    kept = crowd(heap, objects)
    return Found(
        title=title,
        summary=summary,
        evidence=evidence,
        advice=(advice,),
        doubts=(doubt,),
        confidence=Confidence.LIKELY,
        severity=severity,
        at=kept.example,
        owners=kept.owners,
        element_class=stable_class_name(heap.heap.class_name(kept.example)),
        instances=len(objects),
        retained_bytes=heap.retained_bytes(objects),
    )
