"""What a JVM's counters say over time: sizes now, shares of the time since the last look."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from .allocation import AllocationWatch
from .collectors import SHENANDOAH, GcActivity, find_collector, read_gc
from .perfdata import PerfData
from .pools import AfterGc, AfterGcWatch, HeapUse, MemoryPool, read_heap, read_metaspace

__all__ = ["Counted", "CountersWatch"]

_COLLECTORS = tuple(f"sun.gc.collector.{number}" for number in range(3))


@dataclass(frozen=True)
class Counted:
    """A JVM's counters at a moment; None: this JVM's do not tell.

    Shares and the rate are of the time since the look before, None at the first. `after_gc` is
    what the last collection left, of those seen so far; `collections` are those since the look
    before. `pause_share` is the time in which all threads stood still, `gc_share` that of pauses
    for collections; both count a pause that still lasts. `asked_heap_used_bytes` is the JVM's own
    answer where its counters do not keep the size. The rate is a lower bound.
    """

    heap: HeapUse | None
    asked_heap_used_bytes: int | None
    metaspace: tuple[MemoryPool, ...]
    gc: GcActivity
    after_gc: AfterGc | None
    collections: tuple[AfterGc, ...]
    pause_share: float | None
    gc_share: float | None
    allocated_bytes_per_second: float | None
    threads: int | None
    daemon_threads: int | None
    classes: int | None

    @property
    def heap_used_bytes(self) -> int | None:
        """What the heap holds now, garbage included."""
        counted = self.heap.used_bytes if self.heap is not None else None
        return self.asked_heap_used_bytes if counted is None else counted


@dataclass(frozen=True)
class _Times:
    """A moment, and how long the threads have stood still until then."""

    now_seconds: float
    paused_seconds: float | None
    collected_seconds: float | None


class CountersWatch:
    """The counters of one JVM. Poll it ten times a second or more often between two looks."""

    def __init__(
        self, counters: PerfData, ask_heap_used: Callable[[], int | None] | None = None
    ) -> None:
        """`ask_heap_used` asks the JVM itself; it is called where the counters do not tell."""
        self._counters = counters
        self._ask_heap_used = ask_heap_used
        collector = find_collector(counters)
        # Shenandoah counts the time of its concurrent phases as if they were pauses.
        self._pausing = () if collector == SHENANDOAH else _COLLECTORS
        self._after_gc_watch = AfterGcWatch(counters)
        self._allocation_watch = AllocationWatch(counters)
        self._seen: list[AfterGc] = []
        self._after_gc: AfterGc | None = None
        self._paused_since: float | None = None
        self._before: _Times | None = None

    def close(self) -> None:
        """Close the counters."""
        self._counters.close()

    def poll(self) -> None:
        """See whether a collection has begun or ended, and how much was allocated."""
        self._allocation_watch.poll()
        if not self._is_pausing():
            self._paused_since = None
        elif self._paused_since is None:
            self._paused_since = time.monotonic()
        after = self._after_gc_watch.look()
        if after is None:
            return
        if not after.is_exact:
            asked = self._asked()
            after = (
                after if asked is None else AfterGc(asked, after.ended_at_seconds, is_exact=True)
            )
        self._after_gc = after
        self._seen.append(after)

    def look(self) -> Counted:
        """What the counters say now, and have said since the last look."""
        self._counters.refresh()
        self.poll()
        heap, gc = read_heap(self._counters), read_gc(self._counters)
        times = self._times(gc)
        before, self._before = self._before or times, times
        since = times.now_seconds - before.now_seconds
        seen, self._seen = self._seen, []
        is_told = heap is not None and heap.used_bytes is not None
        return Counted(
            heap=heap,
            asked_heap_used_bytes=None if is_told else self._asked(),
            metaspace=read_metaspace(self._counters),
            gc=gc,
            after_gc=self._after_gc,
            collections=tuple(seen),
            pause_share=_share(before.paused_seconds, times.paused_seconds, since),
            gc_share=_share(before.collected_seconds, times.collected_seconds, since),
            allocated_bytes_per_second=_rate(self._allocation_watch.take(), since),
            threads=self._counters.number("java.threads.live"),
            daemon_threads=self._counters.number("java.threads.daemon"),
            classes=self._classes(),
        )

    def _asked(self) -> int | None:
        return self._ask_heap_used() if self._ask_heap_used is not None else None

    def _is_pausing(self) -> bool:
        number = self._counters.number
        return any(
            (number(f"{one}.lastExitTime") or 0) < (number(f"{one}.lastEntryTime") or 0)
            for one in self._pausing
        )

    def _times(self, gc: GcActivity) -> _Times:
        now = time.monotonic()
        lasting = now - self._paused_since if self._paused_since is not None else 0.0
        pauses = [one.seconds for one in gc.counts if one.are_pauses]
        return _Times(
            now,
            None if gc.pause_seconds is None else gc.pause_seconds + lasting,
            sum(pauses) + lasting if pauses else None,
        )

    def _classes(self) -> int | None:
        """Loaded now; shared ones come from the class data archive and are counted apart."""
        number = self._counters.number
        loaded = number("java.cls.loadedClasses")
        if loaded is None:
            return None
        shared = number("java.cls.sharedLoadedClasses") or 0
        unloaded = number("java.cls.unloadedClasses") or 0
        return loaded + shared - unloaded - (number("java.cls.sharedUnloadedClasses") or 0)


def _share(before: float | None, now: float | None, since_seconds: float) -> float | None:
    if before is None or now is None or since_seconds <= 0:
        return None
    return min(1.0, max(0.0, (now - before) / since_seconds))


def _rate(amount: int | None, since_seconds: float) -> float | None:
    return None if amount is None or since_seconds <= 0 else amount / since_seconds
