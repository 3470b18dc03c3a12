"""The heap's pools and what is known of their use, collector by collector, from the counters.

The counters are written when the collector finds it convenient. What they say of the space in use
right now:

Serial, Parallel, CMS   current up to Java 24 (sampled every 50 ms), later as of the last collection
G1                      current in whole regions
Shenandoah              current (10 times a second)
Z                       as of the last pause of a cycle
Metaspace               as of the last collection, with all collectors

After a collection the survivor and old spaces are what was left; eden fills up again. The last
pause of a cycle of Z comes before its garbage is freed: what it says is an upper bound only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .collectors import (
    CMS,
    EPSILON,
    G1,
    GENERATIONAL_Z,
    PARALLEL,
    SERIAL,
    SHENANDOAH,
    Z,
    find_collector,
    is_collecting,
    last_exit_seconds,
)
from .perfdata import PerfData

__all__ = [
    "EDEN",
    "AfterGc",
    "AfterGcWatch",
    "HeapUse",
    "MemoryPool",
    "read_heap",
    "read_metaspace",
]

EDEN = "eden"
"""The pool that is empty after each collection."""
OLD = "old"
"""The pool of what has lived long."""

_YOUNG, _OLD = "sun.gc.generation.0", "sun.gc.generation.1"
_EDEN, _S0, _S1 = (f"{_YOUNG}.space.{number}" for number in range(3))
_OLD_SPACE = f"{_OLD}.space.0"
_GENERATIONS = ((EDEN, _EDEN), ("survivor 0", _S0), ("survivor 1", _S1), (OLD, _OLD_SPACE))
_WHOLE = (("heap", _OLD_SPACE),)
_POOLS = {
    SERIAL: _GENERATIONS,
    PARALLEL: _GENERATIONS,
    CMS: _GENERATIONS,
    G1: ((EDEN, _EDEN), ("survivor", _S1), (OLD, _OLD_SPACE)),
    Z: _WHOLE,
    GENERATIONAL_Z: (("young", _EDEN), (OLD, _OLD_SPACE)),
    SHENANDOAH: _WHOLE,
    EPSILON: _WHOLE,
}
_SUM_OF_MAXIMA = {SERIAL, PARALLEL, CMS}
_EDEN_IS_EMPTY_AFTER = {SERIAL, PARALLEL, CMS, G1}
_AT_PAUSES_ONLY = {Z, GENERATIONAL_Z}
_SAMPLED = "sun.os.hrt.ticks"  # the sampler that went with Java 25 kept it up to date too
_G1_PADDING = 1024  # up to 21 G1 adds some bytes so that no capacity is 0


@dataclass(frozen=True)
class MemoryPool:
    """In bytes. `used_bytes` is current if `is_current`, else as of the last collection or pause.

    None: the counters do not tell, or there is no limit.
    """

    name: str
    used_bytes: int | None
    committed_bytes: int | None
    max_bytes: int | None
    is_current: bool


@dataclass(frozen=True)
class HeapUse:
    """The heap in bytes. `used_bytes` is what is used right now, garbage included.

    `after_gc_bytes` is what the last collection left, or at most that unless `is_after_gc_exact`;
    None: there was none, one runs right now, or the counters do not keep it (Shenandoah, see
    `AfterGcWatch`).
    """

    used_bytes: int | None
    committed_bytes: int | None
    max_bytes: int | None
    after_gc_bytes: int | None
    is_after_gc_exact: bool
    pools: tuple[MemoryPool, ...]


@dataclass(frozen=True)
class AfterGc:
    """What a collection left (at most that unless `is_exact`).

    `ended_at_seconds` counts from the start of the JVM, as the times in a GC log do.
    """

    used_bytes: int
    ended_at_seconds: float
    is_exact: bool


def read_heap(counters: PerfData) -> HeapUse | None:
    """The heap by its pools; None: a collector that is not known here. Costs some 40 us."""
    collector = find_collector(counters)
    if collector is None:
        return None
    is_current = _is_current(counters, collector)
    pools = tuple(
        _pool(counters, collector, name, space, is_current=is_current)
        for name, space in _POOLS[collector]
        if counters.number(f"{space}.capacity") is not None
    )
    return HeapUse(
        used_bytes=_sum(pool.used_bytes for pool in pools) if is_current else None,
        committed_bytes=_committed(counters, collector, pools),
        max_bytes=_max(counters, collector),
        after_gc_bytes=_left_by_last_gc(counters, collector),
        is_after_gc_exact=collector not in _AT_PAUSES_ONLY,
        pools=pools,
    )


def read_metaspace(counters: PerfData) -> tuple[MemoryPool, ...]:
    """Metaspace and, as a part of it, the compressed class space, as of the last collection."""
    pools = []
    for name, prefix in (
        ("metaspace", "sun.gc.metaspace"),
        ("class space", "sun.gc.compressedclassspace"),
    ):
        used, committed = counters.number(f"{prefix}.used"), counters.number(f"{prefix}.capacity")
        if committed:
            limit = counters.number(f"{prefix}.maxCapacity")
            pools.append(MemoryPool(name, used, committed, limit, is_current=False))
    return tuple(pools)


class AfterGcWatch:
    """What each collection leaves, for one who looks often.

    A collection has ended when a time of exit has changed and no cause is set any more; what the
    spaces say then is what it left. Eden is empty then, unless a full collection has found no other
    room for what lives in it. Collections between two looks are missed, and what the program
    allocates until the look counts in part: look 10 times a second or more often.
    """

    def __init__(self, counters: PerfData) -> None:
        self._counters = counters
        self._collector = find_collector(counters)
        self._seen = last_exit_seconds(counters)

    def look(self) -> AfterGc | None:
        """What the collection left that has ended since the last look; None: none has."""
        ended = last_exit_seconds(self._counters)
        if self._collector is None or ended is None or ended == self._seen:
            return None
        if is_collecting(self._counters):
            return None
        used = _sum([_left(self._counters, self._collector), self._left_in_eden()])
        if is_collecting(self._counters) or last_exit_seconds(self._counters) != ended:
            return None  # the next one has begun meanwhile
        self._seen = ended
        if used is None:
            return None
        return AfterGc(used, ended, is_exact=self._collector not in _AT_PAUSES_ONLY)

    def _left_in_eden(self) -> int | None:
        """What a full collection had no room for elsewhere; else it is what came since."""
        number = self._counters.number
        young, full = (number(f"sun.gc.collector.{one}.lastExitTime") or 0 for one in (0, 1))
        if self._collector not in _SUM_OF_MAXIMA or full < young:
            return 0
        used, room = number(f"{_EDEN}.used"), number(f"{_OLD_SPACE}.maxCapacity")
        taken = number(f"{_OLD_SPACE}.used")
        if used is None or room is None or taken is None:
            return None
        return used if used > room - taken else 0


def _is_current(counters: PerfData, collector: str) -> bool:
    if collector in _SUM_OF_MAXIMA:
        return counters.number(_SAMPLED) is not None
    return collector not in _AT_PAUSES_ONLY


def _pool(
    counters: PerfData, collector: str, name: str, space: str, *, is_current: bool
) -> MemoryPool:
    used = counters.number(f"{space}.used")
    if space == _EDEN and collector in _SUM_OF_MAXIMA and not is_current:
        used = None  # 0 since the last collection, whatever has been allocated
    return MemoryPool(
        name=name,
        used_bytes=used,
        committed_bytes=_capacity(counters, collector, f"{space}.capacity"),
        max_bytes=_capacity(counters, collector, f"{space}.maxCapacity"),
        is_current=is_current,
    )


def _capacity(counters: PerfData, collector: str, name: str) -> int | None:
    value = counters.number(name)
    return value - value % _G1_PADDING if value is not None and collector == G1 else value


def _committed(counters: PerfData, collector: str, pools: tuple[MemoryPool, ...]) -> int | None:
    if collector in {SHENANDOAH, EPSILON}:  # their space's capacity may be all that is reserved
        return counters.number(f"{_OLD}.capacity")
    return _sum(pool.committed_bytes for pool in pools)


def _max(counters: PerfData, collector: str) -> int | None:
    """The limit of the whole heap: only some collectors part it between the generations."""
    old = _capacity(counters, collector, f"{_OLD}.maxCapacity")
    if collector not in _SUM_OF_MAXIMA:
        return old
    return _sum([old, counters.number(f"{_YOUNG}.maxCapacity")])


def _left_by_last_gc(counters: PerfData, collector: str) -> int | None:
    """One look can tell where the spaces keep what the last collection left."""
    if collector in {SHENANDOAH, EPSILON} or is_collecting(counters):
        return None
    if counters.text("sun.gc.lastCause") in {None, "No GC"}:
        return None
    return _left(counters, collector)


def _left(counters: PerfData, collector: str) -> int | None:
    spaces = [
        space
        for _, space in _POOLS[collector]
        if space != _EDEN or collector not in _EDEN_IS_EMPTY_AFTER
    ]
    return _sum(counters.number(f"{space}.used") for space in spaces)


def _sum(values: Iterable[int | None]) -> int | None:
    """The sum; None: one of them is not known, or there are none."""
    known = list(values)
    return sum(value or 0 for value in known) if known and None not in known else None
