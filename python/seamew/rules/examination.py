"""A heap under examination: what several rules ask, asked once, and findings as they are made."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import islice

from seamew.heap import Heap, ObjectSet, ObjectView
from seamew.holding import Holding, find_holding, stable_class_name
from seamew.model import (
    CollectionRow,
    Evidence,
    HeapFacts,
    ObjectRow,
    OwnerCount,
    Severity,
    Suspect,
    ThreadRow,
)
from seamew.suspects import SuspectSettings, find_suspects
from seamew.wording import Text

__all__ = ["Examination"]

_MOST_COLLECTIONS = 2_000
_SAMPLED_OWNERS = 100
_LEAST_HIGH_BYTES = 2 << 20
_LEAST_MEDIUM_BYTES = 512 << 10
_LEAST_LOW_BYTES = 64 << 10
_HIGH_SHARE, _MEDIUM_SHARE, _LOW_SHARE = 0.20, 0.05, 0.01


class Examination:
    """What rules look at. All is read when it is first asked for, and kept.

    Object ids are those of `Heap`. The order of all answers is fixed by the dump.
    """

    def __init__(self, heap: Heap, settings: SuspectSettings | None = None) -> None:
        self.heap = heap
        self.settings = settings or SuspectSettings()
        self.facts: HeapFacts = heap.facts
        self._holdings: dict[int, Holding] = {}
        self._sets: dict[str, ObjectSet] = {}

    # ---- classes and their instances

    @cached_property
    def instances_by_class(self) -> dict[str, int]:
        """Instances of each class, subclasses not counted; classes of one name are added up."""
        counts: Counter[str] = Counter()
        for row in self.heap.histogram():
            counts[row.label] += row.objects
        return dict(counts)

    def has(self, class_name: str) -> bool:
        """Whether there are instances of a class, or of one below it."""
        return self.instances_by_class.get(class_name, 0) > 0 or len(self.all_of(class_name)) > 0

    def count(self, class_name: str) -> int:
        """How many instances a class and those below it have."""
        return len(self.all_of(class_name))

    def all_of(self, class_name: str) -> ObjectSet:
        """The instances of a class and of those below it; none where there is no such class."""
        if class_name not in self._sets:
            self._sets[class_name] = self.heap.of_class(class_name)
        return self._sets[class_name]

    def views(self, class_name: str, most: int = 10_000) -> list[ObjectView]:
        """The first instances of a class and of those below it, to read fields of."""
        return [self.heap.view(index) for index in islice(self.all_of(class_name), most)]

    # ---- what several rules look at

    @cached_property
    def threads(self) -> tuple[ThreadRow, ...]:
        """The threads."""
        return self.heap.threads()

    @cached_property
    def suspects(self) -> tuple[Suspect, ...]:
        """The suspects of Eclipse MAT's algorithm, biggest first."""
        return find_suspects(self.heap, self.settings)

    @cached_property
    def biggest_collections(self) -> tuple[CollectionRow, ...]:
        """The two thousand collections that retain most, with their sizes."""
        found = self.heap.collection_objects(order="retained", limit=_MOST_COLLECTIONS)
        return tuple(found.rows)

    # ---- who holds it

    def holding(self, index: int) -> Holding:
        """The owner of an object, and a path from a root through it. Some milliseconds."""
        if index not in self._holdings:
            path = self.heap.path(index) or self.heap.path(index, excludes=())
            self._holdings[index] = find_holding(self.heap, path)
        return self._holdings[index]

    def owners(self, objects: ObjectSet | Sequence[int]) -> tuple[OwnerCount, ...]:
        """Who owns the objects, most first; of many a sample evenly spread, scaled up."""
        total = len(objects)
        step = max(1, total // _SAMPLED_OWNERS)
        sample = list(islice(iter(objects), 0, None, step))
        counts: Counter[tuple[str, str]] = Counter()
        for index in sample:
            owner = self.holding(index).owner
            if owner is not None:
                counts[stable_class_name(owner.name), owner.kind] += 1
        return tuple(
            OwnerCount(name, kind, round(count * total / len(sample)), None)
            for (name, kind), count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        )

    def retained_bytes(self, objects: ObjectSet) -> int:
        """What the objects retain at least: each byte under one of them, counted once. Cheap."""
        return self.heap.minimum_retained(objects)

    def biggest(self, objects: Iterable[int]) -> ObjectRow | None:
        """The object that retains most; the first of equal ones."""
        rows = self.heap.rows(list(objects))
        return max(rows, key=lambda row: row.retained_bytes, default=None)

    # ---- findings

    def share(self, count: int) -> float:
        """The share of the heap that so many bytes are."""
        return count / self.facts.heap_bytes if self.facts.heap_bytes else 0.0

    def severity(self, retained_bytes: int) -> Severity:
        """How bad it is that so many bytes are held, by their share of the heap alone.

        In a small heap a few hundred kilobytes are a big share and still nothing.
        """
        share = self.share(retained_bytes)
        if share >= _HIGH_SHARE and retained_bytes >= _LEAST_HIGH_BYTES:
            return Severity.HIGH
        if share >= _MEDIUM_SHARE and retained_bytes >= _LEAST_MEDIUM_BYTES:
            return Severity.MEDIUM
        if share >= _LOW_SHARE and retained_bytes >= _LEAST_LOW_BYTES:
            return Severity.LOW
        return Severity.INFO

    def evidence(self, text: Text, command: str | None = None, *arguments: str) -> Evidence:
        """A fact; `command`, with arguments that follow the dump, shows it again."""
        if command is None:
            return Evidence(text)
        words = ["seamew", command, self.facts.path, *arguments]
        return Evidence(text, shlex.join(words))
