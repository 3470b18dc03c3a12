"""What a dump file is, what it needed, and what was lost in reading it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DumpEntry", "DumpWarning", "HeapFacts", "MemoryPlan", "ProgressSnapshot"]


@dataclass(frozen=True, slots=True)
class DumpEntry:
    """One heap dump in a file that may hold several."""

    index: int
    offset: int
    bytes: int
    at_ms: int | None
    whole: bool


@dataclass(frozen=True, slots=True)
class DumpWarning:
    """An anomaly of the dump. `partial`: data was lost, so the answers cover a part only."""

    code: str
    message: str
    partial: bool = False
    offset: int | None = None
    count: int | None = None
    lost_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class HeapFacts:
    """The overview of an opened heap. Sizes are bytes, `at_ms` is Unix time.

    `heap_bytes`, `object_count` and `class_count` cover the objects kept (by default the
    reachable ones); the unreachable and HotSpot's filler objects are counted apart.
    `size_model` is gap or mat; `reference_bytes` is 4 with compressed oops or on 32 bits.
    """

    path: str
    format: str
    compression: str
    file_bytes: int
    dump_index: int
    dump_count: int
    at_ms: int | None
    identifier_bytes: int
    reference_bytes: int
    header_bytes: int
    object_alignment: int
    size_model: str
    keep_unreachable: bool
    heap_bytes: int
    object_count: int
    class_count: int
    loader_count: int
    root_count: int
    thread_count: int
    unreachable_objects: int
    unreachable_bytes: int
    filler_objects: int
    filler_bytes: int
    read_in_part: bool
    jvm: dict[str, str]
    index_path: str | None
    index_bytes: int
    index_reused: bool


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """What opening a dump will need. `tier` is memory or disk; limits and needs are bytes."""

    objects: int
    private_bytes: int
    disk_bytes: int
    tier: str
    limit_bytes: int | None


@dataclass(frozen=True, slots=True)
class ProgressSnapshot:
    """Where a long operation stands. `done` and `total` are in units of the phase; 0: unknown."""

    phase: str
    phase_index: int
    phase_count: int
    done: int
    total: int
