"""How big a heap dump will be and how long the JVM will stand still for it: estimates, as ranges.

The figures are from dumps of 660 MB of small objects on two cores, and of 1.2 GB of big arrays;
other heaps, disks and machines differ by factors, so the ranges are wide on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass

from seamew.jvm.collectors import G1, SERIAL, Z

__all__ = ["GZ", "RAW", "STREAM", "DumpEstimate", "HeapState", "estimate_dump", "merges_segments"]

RAW, GZ, STREAM = "raw", "gz", "stream"
"""How the JVM gives the dump: as a file, as a gzip file, through a pipe."""

_MEGABYTE = 1 << 20
_SEGMENTS_SINCE = 22
# A byte[] takes in a dump what it takes in the heap; an Integer of 16 bytes takes 29. A whole heap
# of small objects with compressed references was measured at 1.6 times its bytes.
_LEAST_FACTOR, _EXPECTED_FACTOR, _MOST_FACTOR = 1.0, 1.6, 2.0
_NAMES_BYTES = 4 * _MEGABYTE  # the JVM's table of symbols, written to every dump
_BYTES_PER_CLASS = 2048
# Level 1 left a fifth; numbers, pictures and encrypted data hardly shrink.
_LEAST_PACKED, _EXPECTED_PACKED, _MOST_PACKED = 0.1, 0.3, 1.0
_MOST_TIMES_FASTER, _MOST_TIMES_SLOWER = 15.0, 2.0  # big arrays were 14 times as fast
# Megabytes of the raw dump a second, measured, by the first version of Java they hold for.
_OTHERS = ""
_RAW_RATES = (
    (25, {G1: 550.0, Z: 116.0, _OTHERS: 390.0}),
    (22, {Z: 116.0, _OTHERS: 390.0}),
    (21, {G1: 346.0, Z: 98.0, _OTHERS: 145.0}),
    (17, {G1: 190.0, Z: 98.0, SERIAL: 113.0, _OTHERS: 145.0}),
    (0, {_OTHERS: 97.0}),
)
_GZ_RATES = ((22, {Z: 30.0, _OTHERS: 75.0}), (0, {_OTHERS: 30.0}))
_STREAM_RATE_PER_CORE = 60.0
_COLLECTION_RATES = (80.0, 600.0)  # megabytes of the used heap a second, in a full collection


@dataclass(frozen=True)
class HeapState:
    """What an estimate is made from; None: the JVM does not tell.

    `used_bytes` counts dead objects too.
    """

    java_version: str
    java_major: int
    collector: str | None
    used_bytes: int
    loaded_classes: int | None


@dataclass(frozen=True)
class DumpEstimate:
    """Bytes of the raw dump, of the file that it becomes, and seconds without the program."""

    least_bytes: int
    expected_bytes: int
    most_bytes: int
    least_packed_bytes: int
    expected_packed_bytes: int
    most_packed_bytes: int
    least_pause_seconds: float
    most_pause_seconds: float


def merges_segments(java_major: int) -> bool:
    """Whether the JVM writes the heap to files of their own and then copies them into the dump."""
    return java_major >= _SEGMENTS_SINCE


def estimate_dump(heap: HeapState, *, live: bool, method: str, cores: int) -> DumpEstimate:
    """The ranges for a dump; with `live` nothing is known about how much of the heap is alive."""
    names = _NAMES_BYTES + _BYTES_PER_CLASS * (heap.loaded_classes or 0)
    least, expected, most = (
        int(heap.used_bytes * factor) + names
        for factor in (_LEAST_FACTOR, _EXPECTED_FACTOR, _MOST_FACTOR)
    )
    if live:
        least = names
    rate = _rate(heap, method, cores)
    collection = [heap.used_bytes / _MEGABYTE / one if live else 0.0 for one in _COLLECTION_RATES]
    return DumpEstimate(
        least_bytes=least,
        expected_bytes=expected,
        most_bytes=most,
        least_packed_bytes=int(least * _LEAST_PACKED),
        expected_packed_bytes=int(expected * _EXPECTED_PACKED),
        most_packed_bytes=int(most * _MOST_PACKED),
        least_pause_seconds=least / _MEGABYTE / (rate * _MOST_TIMES_FASTER) + collection[1],
        most_pause_seconds=most / _MEGABYTE / (rate / _MOST_TIMES_SLOWER) + collection[0],
    )


def _rate(heap: HeapState, method: str, cores: int) -> float:
    """Megabytes of the raw dump a second while the program stands still."""
    table = _GZ_RATES if method == GZ else _RAW_RATES
    rates = next(rates for major, rates in table if heap.java_major >= major)
    rate = rates.get(heap.collector or _OTHERS, rates[_OTHERS])
    if method == STREAM and not merges_segments(heap.java_major):
        return min(rate, _STREAM_RATE_PER_CORE * cores)
    return rate
