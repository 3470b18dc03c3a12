"""What the JDK's own objects tell: references, finalizers, buffers, class loaders, properties."""

from __future__ import annotations

from dataclasses import dataclass

from .objects import ObjectRow
from .paths import PathStep
from .tables import HistogramRow
from .threads import ThreadLocalRow, ThreadRow

__all__ = [
    "CleanerRow",
    "DirectBufferRow",
    "DirectBuffers",
    "FinalizerOverview",
    "LeakedReferent",
    "LoaderRow",
    "PropertyRow",
    "ReferenceStatistics",
    "RepeatedClassRow",
    "RepeatedLoaderRow",
    "RuntimeFacts",
]


@dataclass(frozen=True, slots=True)
class LeakedReferent:
    """A referent that can never go, and a path to it that no weak reference is part of."""

    object: ObjectRow
    path: tuple[PathStep, ...]


@dataclass(frozen=True, slots=True)
class ReferenceStatistics:
    """What references of some classes refer to by a field, by class of the referent.

    `only` are all objects that nothing but the field keeps alive, `kept` the referents that stay
    alive without it. `kept_by_references` are those of `kept` that only other fields of the same
    references keep alive, as in a map with weak keys whose values hold the keys: a leak, of which
    `examples` are a few.
    """

    classes: tuple[str, ...]
    field: str
    references: int
    cleared: int
    referents: tuple[HistogramRow, ...]
    only: tuple[HistogramRow, ...]
    kept: tuple[HistogramRow, ...]
    kept_by_references: tuple[HistogramRow, ...]
    examples: tuple[LeakedReferent, ...]


@dataclass(frozen=True, slots=True)
class CleanerRow:
    """Cleaners of one class that run one kind of action when their referent is gone."""

    class_name: str
    action: str
    cleaners: int
    shallow_bytes: int


@dataclass(frozen=True, slots=True)
class DirectBufferRow:
    """Direct buffers by kind and by what holds them, `Class#field`.

    `kind` is allocated (by the JVM, freed by a cleaner), mapped (a file) or foreign (memory that
    the JVM did not allocate).
    """

    kind: str
    holder: str
    buffers: int
    capacity_bytes: int


@dataclass(frozen=True, slots=True)
class DirectBuffers:
    """Memory outside the heap that direct buffers own; slices and duplicates are not counted.

    `reserved_bytes` and `limit_bytes` are the JVM's own counts, None where the dump has none.
    `unread_buffers` were too many to be looked at; `holders_seen` of the buffers have been asked
    for what holds them, the biggest first.
    """

    buffers: int
    capacity_bytes: int
    views: int
    rows: tuple[DirectBufferRow, ...]
    reserved_bytes: int | None
    limit_bytes: int | None
    unread_buffers: int
    holders_seen: int


@dataclass(frozen=True, slots=True)
class FinalizerOverview:
    """Objects with finalizers, the queue, the threads that work on it, cleaners, direct buffers.

    `waiting` of the `finalizable` objects are in the queue; `waiting_retained_bytes` is what those
    retain together. `processing` are in the hands of a finalizer thread.
    """

    finalizable: int
    finalizable_by_class: tuple[HistogramRow, ...]
    waiting: int
    waiting_by_class: tuple[HistogramRow, ...]
    waiting_retained_bytes: int
    processing: tuple[ObjectRow, ...]
    threads: tuple[ThreadRow, ...]
    thread_locals: tuple[ThreadLocalRow, ...]
    cleaners: tuple[CleanerRow, ...]
    direct_buffers: DirectBuffers


@dataclass(frozen=True, slots=True)
class LoaderRow:
    """A class loader. `name` is what it calls itself, or the first place it loads from.

    `objects` and `shallow_bytes` are of the instances of its classes, which retain at least
    `objects_retained_bytes`; `retained_bytes` is what the loader itself retains. `parent_index` is
    None for loaders that ask the system loader. `state` is what the loader, or the web application
    it belongs to, says of itself.
    """

    object_index: int
    address: int
    class_name: str
    parent_index: int | None
    classes: int
    objects: int
    shallow_bytes: int
    retained_bytes: int
    objects_retained_bytes: int
    name: str | None = None
    state: str | None = None
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class RepeatedLoaderRow:
    """Loaders of one class and one name: an application that was deployed again, it may be."""

    class_name: str
    name: str
    loaders: int
    retained_bytes: int


@dataclass(frozen=True, slots=True)
class RepeatedClassRow:
    """A name that several classes have: `loaders` class loaders have defined them.

    One loader may define many: hidden classes, as those of lambdas, share a name. The instances
    of all these classes retain at least `retained_bytes`, the loaders retain
    `loaders_retained_bytes` with all that they loaded.
    """

    class_name: str
    classes: int
    loaders: int
    objects: int
    shallow_bytes: int
    retained_bytes: int
    loaders_retained_bytes: int
    loader_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PropertyRow:
    """A setting. `source` is system (property), environment or argument (of the JVM).

    `value` is None where it is not in the dump. `is_masked`: it may be a secret, and what is shown
    of it is not all.
    """

    source: str
    name: str
    value: str | None
    is_masked: bool


@dataclass(frozen=True, slots=True)
class RuntimeFacts:
    """The JVM, the system and the process, as far as the dump tells."""

    java_version: str | None
    java_vendor: str | None
    java_home: str | None
    vm_name: str | None
    vm_version: str | None
    os: str | None
    processors: int | None
    time_zone: str | None
    charset: str | None
    user: str | None
    working_directory: str | None
    command: str | None
    started_at_ms: int | None
    uptime_ms: int | None
