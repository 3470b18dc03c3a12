"""Garbage collections as they end, and what the heap held right after: from the counters alone.

A collection has ended when a collector's time of its last exit has changed and the cause is
"No GC" again; the count of invocations rises at its start and is no sign. What it left is then in
the counters of all spaces except eden, which is empty. Measured against the GC log: equal within
1 MB for Serial, Parallel and Shenandoah, within a region for G1. Z writes its counters in pauses
only, before it frees what it has moved: they tell for major collections, where young objects move
before the last pause, and for no others.
"""

from __future__ import annotations

from dataclasses import dataclass

from .heap_counters import HeapCounters
from .perfdata import PerfData

__all__ = ["NO_COLLECTION", "Collection", "CollectionWatch"]

NO_COLLECTION = "No GC"
_COLLECTORS = ("sun.gc.collector.0", "sun.gc.collector.1", "sun.gc.collector.2")
_Z, _MAJOR_Z = "Z", "ZGC major"
_NOT_OF_PAUSES = "Shenandoah"
_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True)
class Collection:
    """A garbage collection that has ended.

    `heap_after_bytes` is what the heap held right after; None: this collector does not tell.
    """

    ended_uptime_seconds: float
    collector: str
    cause: str
    heap_after_bytes: int | None


class CollectionWatch:
    """Sees collections end; of several between two polls it sees the last one.

    Poll it at least ten times a second. A poll costs some 5 us.
    """

    def __init__(self, counters: PerfData, heap: HeapCounters) -> None:
        self._counters = counters
        self._heap = heap
        self._ticks_per_second = counters.number("sun.os.hrt.frequency") or _NANOSECONDS
        names = {one: counters.text(f"{one}.name") for one in _COLLECTORS}
        self._names = {one: name for one, name in names.items() if name is not None}
        # Shenandoah counts the time of its concurrent phases as if they were pauses.
        self._pausing = [
            one for one, name in self._names.items() if not name.startswith(_NOT_OF_PAUSES)
        ]
        self._exits = self._read_exits()

    def seconds_of(self, ticks: int | None) -> float | None:
        """A time or duration of this JVM's counters."""
        return None if ticks is None else ticks / self._ticks_per_second

    @property
    def paused_seconds(self) -> float | None:
        """The time of all pauses that have ended; None: this collector does not count them."""
        times = [self._counters.number(f"{one}.time") or 0 for one in self._pausing]
        return self.seconds_of(sum(times)) if times else None

    @property
    def is_pausing(self) -> bool:
        """Whether a collector has the threads stopped right now."""
        number = self._counters.number
        return any(
            (number(f"{one}.lastExitTime") or 0) < (number(f"{one}.lastEntryTime") or 0)
            for one in self._pausing
        )

    def poll(self) -> Collection | None:
        """The collection that has ended since the last poll, if one has."""
        exits = self._read_exits()
        if exits == self._exits or not self._is_idle():
            return None
        after = self._heap.used_without_eden_bytes
        cause = self._counters.text("sun.gc.lastCause") or ""
        if self._read_exits() != exits or not self._is_idle():
            return None  # the next one has begun: what was read is no state in between
        last = max((one for one in exits if exits[one] != self._exits[one]), key=exits.__getitem__)
        self._exits = exits
        name = self._names[last]
        does_tell = not name.startswith(_Z) or name.startswith(_MAJOR_Z)
        return Collection(
            ended_uptime_seconds=exits[last] / self._ticks_per_second,
            collector=name,
            cause=cause,
            heap_after_bytes=after if does_tell else None,
        )

    def _read_exits(self) -> dict[str, int]:
        return {one: self._counters.number(f"{one}.lastExitTime") or 0 for one in self._names}

    def _is_idle(self) -> bool:
        return self._counters.text("sun.gc.cause") == NO_COLLECTION
