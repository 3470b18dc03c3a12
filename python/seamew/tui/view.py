"""All that the screen shows of a JVM, as it is now; the feed writes it, the panels draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from seamew.jvm.counted import Counted
from seamew.jvm.histogram import ClassGrowth, Histogram
from seamew.jvm.sampling import Sample
from seamew.jvm.threads import BusyThread

from .history import History
from .target import Target

__all__ = ["SORTS", "Classes", "Histories", "ThreadNames", "View", "heap_after_gc"]

SORTS = ("cpu", "name", "state")


@dataclass(frozen=True)
class ThreadNames:
    """Where the threads' names are from: a thread dump, or why there is none.

    `pause_seconds` is what the dump has cost the JVM; None: not known.
    """

    taken_at: datetime | None
    pause_seconds: float | None = None
    why_none: str = ""


@dataclass(frozen=True)
class Classes:
    """A histogram, dead objects included, and what has grown since the one before."""

    taken_at: datetime
    histogram: Histogram
    growth: tuple[ClassGrowth, ...]


@dataclass
class Histories:
    """What the sparklines show. Of sizes after collections the lowest tells most."""

    after_gc: History = field(default_factory=lambda: History(min))
    used: History = field(default_factory=lambda: History(max))
    collected: History = field(default_factory=History)
    cpu: History = field(default_factory=History)
    threads: History = field(default_factory=lambda: History(max))

    def add(self, sample: Sample) -> None:
        """The next sample; what it does not tell leaves a gap."""
        counted = sample.counted
        self.after_gc.add(heap_after_gc(counted)[0])
        self.used.add(counted.heap_used_bytes if counted is not None else None)
        share = counted.gc_share if counted is not None else None
        if counted is not None and share is None:  # Shenandoah: all stops are the next best
            share = counted.pause_share
        self.collected.add(share)
        self.cpu.add(sample.cpu_cores)
        java = counted.threads if counted is not None else None
        self.threads.add(sample.native_threads if java is None else java)


def heap_after_gc(counted: Counted | None) -> tuple[int | None, bool]:
    """What the last collection left, and whether that is exact; of one not seen by the counters."""
    if counted is None:
        return None, True
    if counted.after_gc is not None:
        return counted.after_gc.used_bytes, counted.after_gc.is_exact
    if counted.heap is None:
        return None, True
    return counted.heap.after_gc_bytes, counted.heap.is_after_gc_exact


@dataclass
class View:
    """A JVM on the screen. `ended_at` is set once: then nothing changes any more."""

    target: Target
    interval_seconds: float = 1.0
    sample: Sample | None = None
    why_no_counters: str = ""
    histories: Histories = field(default_factory=Histories)
    threads: Sequence[BusyThread] = ()
    names: ThreadNames = ThreadNames(None)
    classes: Classes | None = None
    sort: str = SORTS[0]
    scrolled: int = 0
    is_paused: bool = False
    classes_every_seconds: float = 0.0
    ended_at: datetime | None = None
    message: str = ""

    def sorted_threads(self) -> list[BusyThread]:
        """In the order that is chosen; the busiest first among equals."""
        rows = sorted(self.threads, key=lambda row: (-(row.cpu_share or 0.0), row.name))
        if self.sort == "name":
            rows.sort(key=lambda row: row.name)
        elif self.sort == "state":
            rows.sort(key=lambda row: row.state or "~")
        return rows
