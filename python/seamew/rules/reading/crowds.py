"""Many objects of one class: who owns most of them, and one of those that shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from seamew.heap import ObjectSet
from seamew.holding import stable_class_name
from seamew.model import OwnerCount
from seamew.rules.examination import Examination

__all__ = ["Crowd", "crowd"]

_SAMPLED = 100


@dataclass(frozen=True, slots=True)
class Crowd:
    """Owners of the objects, most first, and one object of the first owner."""

    owners: tuple[OwnerCount, ...]
    example: int


def crowd(heap: Examination, objects: ObjectSet | Sequence[int]) -> Crowd:
    """Who owns the objects (at least one), by a sample of a hundred. Some tenths of a second."""
    owners = heap.owners(objects)
    sample = list(objects)[:: max(1, len(objects) // _SAMPLED)]
    by_owner: Counter[str] = Counter()
    examples: dict[str, int] = {}
    for index in sample:
        owner = heap.holding(index).owner
        name = "" if owner is None else stable_class_name(owner.name)
        examples.setdefault(name, index)
        by_owner[name] += 1
    named = [name for name, _ in by_owner.most_common() if name]
    return Crowd(owners, examples[named[0]] if named else sample[0])
