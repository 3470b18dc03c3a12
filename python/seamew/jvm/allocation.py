"""How much a JVM allocates, from how its eden fills: a lower bound.

Large objects that go past eden are not seen, nor is what is allocated between a reading and a
collection that was not caused by a full eden. Where the counters are written at collections only,
nothing can be told.
"""

from __future__ import annotations

from .heap_counters import EDEN, HeapCounters
from .perfdata import PerfData

__all__ = ["AllocationWatch"]

_WHOLE_HEAP = "sun.gc.generation.1.space.0"
_EDEN_IS_FULL = frozenset({"Allocation Failure", "G1 Evacuation Pause"})


class AllocationWatch:
    """Adds up what is allocated. Poll it at least ten times a second."""

    def __init__(self, counters: PerfData, heap: HeapCounters) -> None:
        self._counters = counters
        self._heap = heap
        self._space = EDEN if heap.has_eden else _WHOLE_HEAP
        self._allocated_bytes = 0
        self._used, self._capacity = self._read()

    def poll(self) -> None:
        """Look at the space that new objects go to."""
        used, capacity = self._read()
        if used >= self._used:
            self._allocated_bytes += used - self._used
        elif self._heap.has_eden:
            full = self._counters.text("sun.gc.lastCause") in _EDEN_IS_FULL
            self._allocated_bytes += used + (self._capacity - self._used if full else 0)
        self._used, self._capacity = used, capacity

    def take(self) -> int | None:
        """The bytes seen since the last call; None: this JVM's counters do not tell."""
        taken, self._allocated_bytes = self._allocated_bytes, 0
        return taken if self._heap.is_used_current else None

    def _read(self) -> tuple[int, int]:
        used = self._counters.number(f"{self._space}.used") or 0
        return used, max(used, self._counters.number(f"{self._space}.capacity") or 0)
