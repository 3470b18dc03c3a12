"""What a diagnosis says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .dump import HeapFacts
from .objects import ObjectRow
from .paths import PathStep
from .tables import GroupRow

__all__ = ["AccumulationPoint", "Consumers", "Diagnosis", "Owner", "Suspect", "SuspectKind"]


class SuspectKind(StrEnum):
    """What holds the memory of a suspect."""

    THREAD = "thread"
    CLASS_LOADER = "class_loader"
    CLASS = "class"
    INSTANCE = "instance"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class AccumulationPoint:
    """The object under which the memory of a suspect falls apart into many small pieces.

    For a group the bytes are what its members retain together. `share` is of the whole heap.
    `entries` counts the elements of the collection or array that the point belongs to, or the
    objects that it dominates where it is neither.
    """

    object: ObjectRow
    retained_bytes: int
    share: float
    entries: int | None
    element_class: str | None


@dataclass(frozen=True, slots=True)
class Owner:
    """The field of application code that holds the memory, `Class#field`.

    `kind` is static, instance or local (then `name` is the stack frame).
    """

    name: str
    kind: str
    object: ObjectRow


@dataclass(frozen=True, slots=True)
class Suspect:
    """Something that retains so much that it may be a leak.

    `objects` is 1, or the number of members of a group. `evidence` are facts with their numbers,
    `doubt` is what could make the finding wrong. `path` leads from a root to the accumulation
    point, or to the suspect where there is no such point.
    """

    kind: SuspectKind
    title: str
    explanation: str
    class_name: str
    objects: int
    shallow_bytes: int
    retained_bytes: int
    share: float
    object: ObjectRow | None
    owner: Owner | None
    owner_field: str | None
    accumulation_point: AccumulationPoint | None
    element_class: str | None
    path: tuple[PathStep, ...]
    dominated: tuple[GroupRow, ...]
    evidence: tuple[str, ...]
    doubt: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consumers:
    """What retains most: single objects, and the topmost dominators by class, loader, package."""

    objects: tuple[ObjectRow, ...]
    classes: tuple[GroupRow, ...]
    loaders: tuple[GroupRow, ...]
    packages: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer of `seamew diagnose`: overview, biggest retainers, suspects.

    `verdict` is one sentence; `not_analysed` says what the answer leaves out.
    """

    verdict: str
    overview: HeapFacts
    consumers: Consumers
    suspects: tuple[Suspect, ...]
    not_analysed: tuple[str, ...]
