"""Which garbage collector a JVM runs, and what it has done so far, from the counters.

The collectors count different things under the same names. `sun.gc.collector.N.time` is the time
of pauses for all but Shenandoah, which counts its concurrent phases there; Z counts pauses, of
which a cycle has several, not cycles; Z of 11 and Epsilon count nothing. What stops the program
is measured by the safepoint counters alone: they hold for every collector, and for every other
reason to stop it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .perfdata import PerfData
from .tasks import NativeThread

__all__ = [
    "CMS",
    "COLLECTORS",
    "EPSILON",
    "FULL",
    "G1",
    "GENERATIONAL_Z",
    "PARALLEL",
    "SERIAL",
    "SHENANDOAH",
    "GcActivity",
    "GcCount",
    "Z",
    "collector_by_option",
    "collector_by_threads",
    "find_collector",
    "gc_cpu_seconds",
    "is_collecting",
    "last_exit_seconds",
    "read_gc",
]

SERIAL, PARALLEL, CMS, G1 = "Serial", "Parallel", "CMS", "G1"
Z, GENERATIONAL_Z = "ZGC", "generational ZGC"
SHENANDOAH, EPSILON = "Shenandoah", "Epsilon"
COLLECTORS = (SERIAL, PARALLEL, CMS, G1, Z, GENERATIONAL_Z, SHENANDOAH, EPSILON)

FULL = "full"
"""What collections of the whole heap are counted as."""

_NO_COLLECTION = "No GC"
_FREQUENCY = "sun.os.hrt.frequency"
_NUMBERS = range(3)
_BY_POLICY = {
    "GarbageFirst": G1,
    "ParScav:MSC": PARALLEL,
    "Copy:MSC": SERIAL,
    "ParNew:CMS": CMS,
    "Copy:CMS": CMS,
}
_BY_OPTION = {
    "UseSerialGC": SERIAL,
    "UseParallelGC": PARALLEL,
    "UseParallelOldGC": PARALLEL,
    "UseConcMarkSweepGC": CMS,
    "UseG1GC": G1,
    "UseZGC": Z,
    "UseShenandoahGC": SHENANDOAH,
    "UseEpsilonGC": EPSILON,
}
# What each collector's counters count. Pauses are what the program waits for.
_COUNTED = {
    SERIAL: ("young", FULL),
    PARALLEL: ("young", FULL),
    CMS: ("young", "full and concurrent cycle pauses", "concurrent cycle pauses"),
    G1: ("young", FULL, "concurrent cycle pauses"),
    Z: ("", "", "cycle pauses"),
    GENERATIONAL_Z: ("minor cycle pauses", "", "major cycle pauses"),
    SHENANDOAH: ("", "phases"),
    EPSILON: (),
}
_THREAD_NAMES = (
    ("ZDriverMinor", GENERATIONAL_Z),
    ("ZDriver", Z),
    ("XDriver", Z),
    ("Shenandoah", SHENANDOAH),
    ("CMS ", CMS),
    ("Concurrent Mark", CMS),
    ("G1 ", G1),
    ("ParGC Thread#", PARALLEL),
    ("GC Thread#", PARALLEL),
)
_GC_THREADS = (
    "GC Thread#",
    "ParGC Thread#",
    "GC task thread",
    "Gang worker#",
    "G1 ",
    "CMS ",
    "Concurrent Mark",
    "ZDriver",
    "ZWorker",
    "XDriver",
    "XWorker",
    "RuntimeWorker#",
    "Shenandoah",
)
_VM_THREAD = "VM Thread"


@dataclass(frozen=True)
class GcCount:
    """How often something happened and how long it took in all.

    The time stopped the program if `are_pauses`; otherwise the program went on meanwhile.
    `last_ended_at_seconds` is since the start of the JVM; None: it has not happened yet.
    """

    what: str
    count: int
    seconds: float
    are_pauses: bool
    last_ended_at_seconds: float | None


@dataclass(frozen=True)
class GcActivity:
    """What the collector has done since the JVM started; None: this JVM does not count it.

    `pauses` and `pause_seconds` are all stops of the whole program, for whatever reason.
    `running_cause` is the cause of the collection that runs now; None: none runs.
    `last_ended_at_seconds` is when the last one (with Z the last pause, with Shenandoah the last
    phase) ended, since the start of the JVM.
    """

    collector: str | None
    counts: tuple[GcCount, ...]
    pauses: int | None
    pause_seconds: float | None
    running_cause: str | None
    last_cause: str | None
    last_ended_at_seconds: float | None


def find_collector(counters: PerfData) -> str | None:
    """One of `COLLECTORS`; None: one that is not known here."""
    policy = counters.text("sun.gc.policy.name")
    if policy:
        return _BY_POLICY.get(policy)
    names = [counters.text(f"sun.gc.collector.{number}.name") or "" for number in _NUMBERS]
    space = counters.text("sun.gc.generation.1.space.0.name")
    if any(name.startswith("Shenandoah") for name in names):
        return SHENANDOAH
    if any(name.startswith("ZGC minor") for name in names):
        return GENERATIONAL_Z
    if any(name.startswith("Z") for name in names):
        return Z
    # Neither Epsilon nor Z of 11 counts collections: their spaces have different names.
    return {"Heap": EPSILON, "space": Z}.get(space or "")


def collector_by_option(flags: dict[str, str]) -> str | None:
    """The collector that the options ask for; None: they leave it to the JVM."""
    for name, collector in _BY_OPTION.items():
        if flags.get(name) == "true":
            generational = collector == Z and flags.get("ZGenerational") == "true"
            return GENERATIONAL_Z if generational else collector
    return None


def collector_by_threads(names: Iterable[str]) -> str | None:
    """The collector by the native threads of a JVM of 11 or later; Serial has none of its own."""
    found = tuple(names)
    for start, collector in _THREAD_NAMES:
        if any(name.startswith(start) for name in found):
            return collector
    return SERIAL if _VM_THREAD in found else None


def read_gc(counters: PerfData) -> GcActivity:
    """What the collector has done. Costs some 20 us."""
    collector = find_collector(counters)
    frequency = counters.number(_FREQUENCY) or 0
    safepoint_ticks = counters.number("sun.rt.safepointTime")
    cause = counters.text("sun.gc.cause")
    last_cause = counters.text("sun.gc.lastCause")
    return GcActivity(
        collector=collector,
        counts=tuple(_counts(counters, collector, frequency)) if frequency else (),
        pauses=counters.number("sun.rt.safepoints"),
        pause_seconds=None
        if safepoint_ticks is None or not frequency
        else safepoint_ticks / frequency,
        running_cause=None if cause in {None, _NO_COLLECTION} else cause,
        last_cause=None if last_cause in {None, _NO_COLLECTION} else last_cause,
        last_ended_at_seconds=last_exit_seconds(counters),
    )


def is_collecting(counters: PerfData) -> bool:
    """Whether a collection runs: its figures are between the old and the new ones."""
    return counters.text("sun.gc.cause") not in {None, _NO_COLLECTION}


def last_exit_seconds(counters: PerfData, numbers: Iterable[int] = _NUMBERS) -> float | None:
    """When the last collection ended, in seconds since the JVM started; None: none did so far.

    `numbers` are those of the counters to look at.
    """
    frequency = counters.number(_FREQUENCY)
    exits = [counters.number(f"sun.gc.collector.{number}.lastExitTime") for number in numbers]
    latest = max((ticks for ticks in exits if ticks is not None), default=0)
    return latest / frequency if frequency and latest else None


def gc_cpu_seconds(threads: Iterable[NativeThread], collector: str | None) -> float | None:
    """The CPU time of the collector's own threads; None where that is not to be told.

    The Serial collector works in the VM thread, which does little else.
    """
    if collector is None:
        return None
    starts = (_VM_THREAD,) if collector == SERIAL else _GC_THREADS
    return round(sum(thread.cpu_seconds for thread in threads if thread.name.startswith(starts)), 2)


def _counts(counters: PerfData, collector: str | None, frequency: int) -> Iterable[GcCount]:
    for number, what in enumerate(_COUNTED.get(collector or "", ())):
        count = counters.number(f"sun.gc.collector.{number}.invocations")
        ticks = counters.number(f"sun.gc.collector.{number}.time")
        if what and count is not None and ticks is not None:
            yield GcCount(
                what=what,
                count=count,
                seconds=ticks / frequency,
                are_pauses=collector != SHENANDOAH,
                last_ended_at_seconds=last_exit_seconds(counters, (number,)),
            )
