"""What a diagnosis says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from seamew.wording import Text

from .dump import HeapFacts
from .objects import ObjectRow
from .paths import PathStep
from .tables import GroupRow
from .threads import LocalVariable

__all__ = [
    "AccumulationPoint",
    "Confidence",
    "Consumers",
    "Diagnosis",
    "Evidence",
    "Finding",
    "Healthy",
    "Owner",
    "OwnerCount",
    "RulesUsed",
    "Severity",
    "Suspect",
    "SuspectKind",
    "ThreadHolding",
    "Topic",
    "WasteRow",
]


class Severity(StrEnum):
    """How bad it is; the order is that of the members."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure it is; the order is that of the members."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"

    @property
    def rank(self) -> int:
        """0 is the surest."""
        return list(Confidence).index(self)


class Topic(StrEnum):
    """What a rule is about."""

    MEMORY = "memory"
    THREADS = "threads"
    CONNECTIONS = "connections"
    FRAMEWORKS = "frameworks"
    LOGGING = "logging"
    NATIVE = "native"
    CLASSES = "classes"
    WASTE = "waste"


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

    `kind` is static, instance, thread_local or local (then `name` is the stack frame).
    """

    name: str
    kind: str
    object: ObjectRow


@dataclass(frozen=True, slots=True)
class OwnerCount:
    """One of several owners: how much of what was found it holds.

    `retained_bytes` None: not measured for this owner alone.
    """

    name: str
    kind: str
    instances: int
    retained_bytes: int | None


@dataclass(frozen=True, slots=True)
class Suspect:
    """Something that retains so much that it may be a leak.

    `objects` is 1, or the number of members of a group. `evidence` are facts with their numbers,
    `doubt` is what could make the finding wrong. `path` leads from a root to the accumulation
    point, or to the suspect where there is no such point.
    """

    kind: SuspectKind
    title: Text
    explanation: Text
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
    evidence: tuple[Text, ...]
    doubt: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact with its numbers, and the command that shows it again (None: there is none)."""

    text: Text
    command: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, or may be: what, who holds it, how sure, and what to change.

    `id` is the rule and the owner, and so the same in each dump of a service. `owner` is
    `Class#field`; `owner_kind` says static, instance, thread_local or local (then `owner` is the
    stack frame). `owners` are all of them, where there are several. `instances` counts the
    elements, `retained_bytes` is what would be freed with them (0: not a matter of size), `share`
    its share of the heap. `object` is where the memory gathers, `path` leads there from a root.
    `doubts` say what would confirm or refute the finding. `also` are other rules that found the
    same cause.
    """

    id: str
    rule: str
    topic: Topic
    severity: Severity
    confidence: Confidence
    title: Text
    summary: Text
    owner: str | None
    owner_kind: str | None
    owners: tuple[OwnerCount, ...]
    element_class: str | None
    instances: int
    retained_bytes: int
    share: float
    object: ObjectRow | None
    path: tuple[PathStep, ...]
    evidence: tuple[Evidence, ...]
    advice: tuple[Text, ...]
    doubts: tuple[Text, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Healthy:
    """What looks like a leak and is none: a bounded cache, a table that is loaded once.

    Findings about memory that `object` retains are not made.
    """

    rule: str
    owner: str | None
    object: ObjectRow
    because: Text


@dataclass(frozen=True, slots=True)
class WasteRow:
    """Memory that holds nothing new, by the field that holds it.

    `kind` is the rule; `owner` is `Class#field` (None: not told apart); `instances` are the
    objects concerned.
    """

    kind: str
    owner: str | None
    class_name: str
    instances: int
    wasted_bytes: int


@dataclass(frozen=True, slots=True)
class RulesUsed:
    """Which rules looked, which had nothing to look at, and which could not read what they need.

    `failed` are (rule, reason).
    """

    looked: tuple[str, ...]
    not_applicable: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Consumers:
    """What retains most: single objects, and the topmost dominators by class, loader, package."""

    objects: tuple[ObjectRow, ...]
    classes: tuple[GroupRow, ...]
    loaders: tuple[GroupRow, ...]
    packages: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class ThreadHolding:
    """A thread and what it keeps alive: by itself, its thread-locals and its stack.

    `frame` is the stack frame whose local variable retains most, `local` that variable's object;
    None where the dump has no stack for it or no locals.
    """

    object_index: int
    address: int
    class_name: str
    name: str | None
    thread_state: str | None
    retained_bytes: int
    share: float
    frames: int
    frame: str | None
    local: LocalVariable | None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer of `seamew diagnose`.

    `verdict` is one sentence, `findings` are the worst first, `healthy` is what was looked at and
    found right, `suspects` is what Eclipse MAT's algorithm alone says. `not_analysed` says what the
    answer leaves out. `threads` are those that keep most alive.
    """

    verdict: Text
    overview: HeapFacts
    consumers: Consumers
    findings: tuple[Finding, ...]
    healthy: tuple[Healthy, ...]
    waste: tuple[WasteRow, ...]
    suspects: tuple[Suspect, ...]
    rules: RulesUsed
    not_analysed: tuple[Text, ...]
    threads: tuple[ThreadHolding, ...] = ()
