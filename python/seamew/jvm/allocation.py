"""How much a JVM allocates, from how its eden or heap fills: a lower bound.

Large objects that go past eden are not seen, nor is what is allocated between a collection and the
next reading, or between a reading and a collection that a full eden did not cause. Where the
counters are written at collections only, nothing can be told.
"""

from __future__ import annotations

from .collectors import CMS, G1, PARALLEL, SERIAL, find_collector
from .perfdata import PerfData
from .pools import read_heap

__all__ = ["AllocationWatch"]

_EDEN = "sun.gc.generation.0.space.0"
_WHOLE_HEAP = "sun.gc.generation.1.space.0"
_WITH_EDEN = {SERIAL, PARALLEL, CMS, G1}
_EDEN_IS_FULL = {"Allocation Failure", "G1 Evacuation Pause"}


class AllocationWatch:
    """Adds up what is allocated. Poll it ten times a second or more often."""

    def __init__(self, counters: PerfData) -> None:
        self._counters = counters
        self._has_eden = find_collector(counters) in _WITH_EDEN
        heap = read_heap(counters)
        self._can_tell = heap is not None and heap.used_bytes is not None
        self._space = _EDEN if self._has_eden else _WHOLE_HEAP
        self._allocated_bytes = 0
        self._used, self._capacity = self._read()

    def poll(self) -> None:
        """Look at the space that new objects go to."""
        used, capacity = self._read()
        if used >= self._used:
            self._allocated_bytes += used - self._used
        elif self._has_eden and self._counters.text("sun.gc.lastCause") in _EDEN_IS_FULL:
            self._allocated_bytes += self._capacity - self._used
        self._used, self._capacity = used, capacity

    def take(self) -> int | None:
        """The bytes seen since the last call; None: this JVM's counters do not tell."""
        taken, self._allocated_bytes = self._allocated_bytes, 0
        return taken if self._can_tell else None

    def _read(self) -> tuple[int, int]:
        used = self._counters.number(f"{self._space}.used") or 0
        return used, max(used, self._counters.number(f"{self._space}.capacity") or 0)
