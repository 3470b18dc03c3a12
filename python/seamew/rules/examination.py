"""A heap under examination: what several rules ask, asked once, and findings as they are made."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import islice
from typing import TypeVar, cast

from seamew.heap import Heap, ObjectSet, ObjectView
from seamew.holding import (
    OTHERS_CLASSES,
    Gathering,
    Held,
    Holding,
    HoldingField,
    fields_that_hold,
    find_gatherings,
    find_holding,
    held_in,
    is_application_class,
    is_framework_class,
    stable_class_name,
)
from seamew.model import (
    Evidence,
    FieldSumRow,
    HeapFacts,
    ObjectRow,
    Owner,
    OwnerCount,
    Severity,
    Suspect,
    ThreadRow,
)
from seamew.suspects import SuspectSettings, find_suspects
from seamew.wording import Text

__all__ = ["Examination"]

_Answer = TypeVar("_Answer")

_SAMPLED_OWNERS = 100
_SAMPLED_ELEMENTS = 12
_LEAST_HIGH_BYTES = 2 << 20
_LEAST_MEDIUM_BYTES = 512 << 10
_LEAST_LOW_BYTES = 64 << 10
# A small JVM that does nothing has one to three megabytes of its own: class data, the module
# system, locales, charsets, zip indexes. Less than that, found by its size alone, is no reason to
# wake anyone, whatever its share is. Services that leak have much more when a dump is taken.
_LEAST_HIGH_OF_ANY = 4 << 20
_LEAST_MEDIUM_OF_ANY = 3 << 20
_HANDFUL = 32
_MUCH_FOR_A_HANDFUL = 64 << 20
_MUCH_FOR_TABLES = 32 << 20
_HIGH_SHARE, _MEDIUM_SHARE, _LOW_SHARE = 0.20, 0.05, 0.01
_MOST_SHARE = 0.5
_INSIDE_JDK = ("com.sun.", "jdk.", "sun.")


class Examination:
    """What rules look at. All is read when it is first asked for, and kept.

    Object ids are those of `Heap`. The order of all answers is fixed by the dump.
    """

    def __init__(self, heap: Heap, settings: SuspectSettings | None = None) -> None:
        self.heap = heap
        self.settings = settings or SuspectSettings()
        self.facts: HeapFacts = heap.facts
        self._holdings: dict[int, Holding] = {}
        self._holders: dict[str, tuple[HoldingField, ...]] = {}
        self._sets: dict[str, ObjectSet] = {}
        self._answers: dict[str, object] = {}

    def once(self, name: str, ask: Callable[[Examination], _Answer]) -> _Answer:
        """What `ask` answers, asked when it is first wanted; `name` tells it from others."""
        if name not in self._answers:
            self._answers[name] = ask(self)
        return cast("_Answer", self._answers[name])

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
    def field_sums(self) -> tuple[FieldSumRow, ...]:
        """What each field of application code holds, most bytes first. One walk over the dump."""
        return self.heap.field_sums(skip=OTHERS_CLASSES)

    @cached_property
    def gatherings(self) -> tuple[Gathering, ...]:
        """The fields of application code that a hundredth of the heap gathers in, biggest first."""
        least_bytes = max(_LEAST_LOW_BYTES, int(_LOW_SHARE * self.facts.heap_bytes))
        return find_gatherings(self.heap, self.field_sums, least_bytes)

    # ---- who holds it

    def holders(self, gathering: Gathering) -> tuple[HoldingField, ...]:
        """All fields whose collections hold what has gathered, by a sample; most first.

        None where it is certain that only the gathering's own field does.
        """
        if not gathering.is_shared:
            return ()
        if gathering.label not in self._holders:
            sample = gathering.sample[:_SAMPLED_ELEMENTS]
            self._holders[gathering.label] = fields_that_hold(self.heap, sample)
        return self._holders[gathering.label]

    def holding_of(self, field: HoldingField) -> Holding:
        """The field that holds a collection as the owner, with a path to the collection."""
        kind = "static" if field.is_static else "instance"
        holder = self.heap.referrers_page(field.collection, limit=1)[0]
        path = self.holding(field.collection).path
        return Holding(Owner(field.label, kind, self.heap.row(holder)), path)

    def held_in(self, container: int) -> Held | None:
        """What a collection or array holds; None for other objects."""
        return held_in(self.heap, container)

    def owner_of(self, gathering: Gathering) -> tuple[Owner, int]:
        """The field to change, and the object where its elements gather.

        Of several fields that hold the same, the first; of a library's field the one of the users'
        own that leads there.
        """
        holders = self.holders(gathering)
        if holders:
            found = self.holding_of(holders[0]).owner
            if found is not None:
                return found, holders[0].collection
        owner = gathering.owner
        own = [one for one in gathering.chain if not is_framework_class(one)]
        if is_framework_class(owner.name) and own:
            owner = Owner(own[-1], "instance", owner.object)
        return owner, gathering.container

    def holding(self, index: int) -> Holding:
        """The owner of an object, and a path from a root through it. Some milliseconds."""
        if index not in self._holdings:
            path = self.heap.path(index) or self.heap.path(index, excludes=())
            self._holdings[index] = find_holding(self.heap, path)
        return self._holdings[index]

    def library_holding(self, index: int) -> Holding:
        """The same, where a library's own field tells more than the users' field above it."""
        path = self.heap.path(index) or self.heap.path(index, excludes=())
        return find_holding(self.heap, path, past_libraries=False)

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

    def severity_of(self, gathering: Gathering) -> Severity:
        """The same for what has gathered in a field.

        A handful of objects is a pool, or the parts of a service: they are as many as they are
        meant to be, until each of them is very big.
        """
        severity = self.severity_of_size(gathering.retained_bytes, grows=gathering.grows)
        owner, _ = self.owner_of(gathering)
        if self.is_of_others(owner.name, gathering.element_class):
            severity = self._capped(severity, gathering.retained_bytes)
        if not 1 < gathering.elements < _HANDFUL:
            return severity
        best = Severity.LOW if gathering.retained_bytes < _MUCH_FOR_A_HANDFUL else Severity.MEDIUM
        return max(severity, best, key=lambda one: one.rank)

    def severity_of_suspect(self, suspect: Suspect, *, grows: bool) -> Severity:
        """The same for what Eclipse MAT's algorithm suspects."""
        severity = self.severity_of_size(suspect.retained_bytes, grows=grows)
        owner = None if suspect.owner is None else suspect.owner.name
        if self.is_of_others(owner, suspect.element_class):
            return self._capped(severity, suspect.retained_bytes)
        return severity

    def is_of_others(self, owner: str | None, element_class: str | None) -> bool:
        """Whether owner and elements both belong to the JDK, to libraries, or to nobody."""
        names = [name for name in (owner, element_class) if name is not None]
        return all(not is_application_class(name) or is_framework_class(name) for name in names)

    def _capped(self, severity: Severity, retained_bytes: int) -> Severity:
        """Tables of the JDK, of compilers and of frameworks take some megabytes by design.

        Nobody can change them. They matter where they are much, or most of the heap.
        """
        best = Severity.INFO
        if retained_bytes >= _MUCH_FOR_TABLES:
            best = Severity.MEDIUM
        elif self.share(retained_bytes) >= _MOST_SHARE:
            best = Severity.LOW
        return max(severity, best, key=lambda one: one.rank)

    def is_of_any_jvm(self, suspect: Suspect) -> bool:
        """Whether a suspect is what each JVM has: classes with their statics, the JDK's tables.

        In a small heap they are a big share of it. What the JDK makes of its own inner classes (the
        certificates that it trusts) is the JDK's, also by way of a variable of the application.
        """
        if suspect.retained_bytes >= _LEAST_MEDIUM_OF_ANY:
            return False
        element = suspect.element_class or suspect.class_name
        owner = suspect.owner
        return element.startswith(_INSIDE_JDK) or (
            (not is_application_class(element))
            and (owner is None or not is_application_class(owner.name))
        )

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

    def severity_of_size(self, retained_bytes: int, *, grows: bool = True) -> Severity:
        """The same for memory that is found by its size, without knowing what it is.

        What does not grow by itself (one array, a structure without entries) is not above low.
        """
        severity = self.severity(retained_bytes)
        best = Severity.HIGH
        if not grows or retained_bytes < _LEAST_MEDIUM_OF_ANY:
            best = Severity.LOW
        elif retained_bytes < _LEAST_HIGH_OF_ANY:
            best = Severity.MEDIUM
        return max(severity, best, key=lambda one: one.rank)

    def evidence(self, text: Text, command: str | None = None, *arguments: str) -> Evidence:
        """A fact; `command`, with arguments that follow the dump, shows it again."""
        if command is None:
            return Evidence(text)
        words = ["seamew", command, self.facts.path, *arguments]
        return Evidence(text, shlex.join(words))
