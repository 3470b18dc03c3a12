"""What a JVM's counters say over time: sizes now, shares of the time since the last look."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from .allocation import AllocationWatch
from .gc_watch import NO_COLLECTION, Collection, CollectionWatch
from .heap_counters import HeapCounters
from .perfdata import PerfData

__all__ = ["Counted", "CountersWatch"]

_MILLISECONDS = 1000


@dataclass(frozen=True)
class Counted:
    """A JVM's counters at a moment; None: this JVM's do not tell.

    Shares and the rate are of the time since the look before, None at the first.
    `heap_after_bytes` is what the heap held right after the last collection that told, and
    `collections` are those that have ended since. `pause_share` is the time in which all threads
    stood still, `gc_share` that of pauses for collections; both count a pause that still lasts.
    `allocated_bytes_per_second` is a lower bound.
    """

    uptime_seconds: float | None
    heap_used_bytes: int | None
    heap_committed_bytes: int | None
    heap_max_bytes: int | None
    heap_after_bytes: int | None
    collections: tuple[Collection, ...]
    is_collecting: bool
    pause_share: float | None
    gc_share: float | None
    allocated_bytes_per_second: float | None
    threads: int | None
    daemon_threads: int | None
    classes: int | None
    metaspace_used_bytes: int | None
    metaspace_committed_bytes: int | None


@dataclass(frozen=True)
class _Times:
    """A moment, and how long the threads have stood still until then."""

    now_seconds: float
    paused_seconds: float | None
    collected_seconds: float | None


class CountersWatch:
    """The counters of one JVM. Poll it at least ten times a second between two looks."""

    def __init__(
        self, counters: PerfData, ask_heap_used: Callable[[], int | None] | None = None
    ) -> None:
        self._counters = counters
        self._ask_heap_used = ask_heap_used or _do_not_ask
        self._heap = HeapCounters(counters)
        self._collection_watch = CollectionWatch(counters, self._heap)
        self._allocation_watch = AllocationWatch(counters, self._heap)
        self._seen: list[Collection] = []
        self._heap_after_bytes: int | None = None
        self._paused_since: float | None = None
        self._before: _Times | None = None

    def close(self) -> None:
        """Close the counters."""
        self._counters.close()

    def poll(self) -> None:
        """See whether a collection has begun or ended, and how eden has filled."""
        self._allocation_watch.poll()
        if not self._collection_watch.is_pausing:
            self._paused_since = None
        elif self._paused_since is None:
            self._paused_since = time.monotonic()
        collection = self._collection_watch.poll()
        if collection is None:
            return
        if collection.heap_after_bytes is None:
            collection = replace(collection, heap_after_bytes=self._ask_heap_used())
        if collection.heap_after_bytes is not None:
            self._heap_after_bytes = collection.heap_after_bytes
        self._seen.append(collection)

    def look(self) -> Counted:
        """What the counters say now, and have said since the last look."""
        self.poll()
        times = self._times()
        before, self._before = self._before or times, times
        since = times.now_seconds - before.now_seconds
        seen, self._seen = self._seen, []
        allocated = self._allocation_watch.take()
        heap, number = self._heap, self._counters.number
        return Counted(
            uptime_seconds=self._uptime(),
            heap_used_bytes=heap.used_bytes if heap.is_used_current else self._ask_heap_used(),
            heap_committed_bytes=heap.committed_bytes,
            heap_max_bytes=heap.max_bytes,
            heap_after_bytes=self._heap_after_bytes,
            collections=tuple(seen),
            is_collecting=self._counters.text("sun.gc.cause") not in {None, NO_COLLECTION},
            pause_share=_share(before.paused_seconds, times.paused_seconds, since),
            gc_share=_share(before.collected_seconds, times.collected_seconds, since),
            allocated_bytes_per_second=_rate(allocated, since),
            threads=number("java.threads.live"),
            daemon_threads=number("java.threads.daemon"),
            classes=self._classes(),
            metaspace_used_bytes=number("sun.gc.metaspace.used"),
            metaspace_committed_bytes=number("sun.gc.metaspace.capacity"),
        )

    def _times(self) -> _Times:
        now = time.monotonic()
        lasting = now - self._paused_since if self._paused_since is not None else 0.0
        watch = self._collection_watch
        paused = watch.seconds_of(self._counters.number("sun.rt.safepointTime"))
        collected = watch.paused_seconds
        return _Times(
            now,
            None if paused is None else paused + lasting,
            None if collected is None else collected + lasting,
        )

    def _uptime(self) -> float | None:
        """By the clock of this machine: wrong by as much as it was set since the JVM began."""
        began = self._counters.number("sun.rt.createVmBeginTime")
        return None if began is None else max(0.0, time.time() - began / _MILLISECONDS)

    def _classes(self) -> int | None:
        """Loaded now; shared ones come from the class data archive and are counted apart."""
        loaded = self._counters.number("java.cls.loadedClasses")
        if loaded is None:
            return None
        number = self._counters.number
        shared = number("java.cls.sharedLoadedClasses") or 0
        unloaded = number("java.cls.unloadedClasses") or 0
        return loaded + shared - unloaded - (number("java.cls.sharedUnloadedClasses") or 0)


def _do_not_ask() -> None:
    return None


def _share(before: float | None, now: float | None, since_seconds: float) -> float | None:
    if before is None or now is None or since_seconds <= 0:
        return None
    return min(1.0, max(0.0, (now - before) / since_seconds))


def _rate(amount: int | None, since_seconds: float) -> float | None:
    return None if amount is None or since_seconds <= 0 else amount / since_seconds
