"""Estimates: ranges that hold what was measured, and grow with what makes dumps slow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seamew.jvm.collectors import G1, PARALLEL, SERIAL, Z
from seamew.jvm.dump.estimate import GZ, RAW, STREAM, HeapState, estimate_dump

MB = 1 << 20
USED = 660 * MB
"""Of the heap of small objects that the figures below were measured with, on two cores."""


def heap(major: int, collector: str) -> HeapState:
    return HeapState(f"{major}.0.1", major, collector, USED, 1000)


# Bytes of the dump, and seconds without the program, as measured.
@pytest.mark.parametrize(
    ("major", "collector", "live", "method", "seconds"),
    [
        (11, G1, False, RAW, 10.7),
        (11, G1, True, RAW, 13.9),
        (17, G1, False, RAW, 5.5),
        (17, G1, True, RAW, 11.1),
        (17, SERIAL, False, RAW, 9.2),
        (17, PARALLEL, False, RAW, 7.2),
        (17, PARALLEL, True, RAW, 15.1),
        (17, G1, False, GZ, 33.0),
        (21, G1, False, RAW, 3.0),
        (21, G1, False, GZ, 47.0),
        (25, G1, False, RAW, 1.9),
        (25, G1, False, GZ, 13.0),
        (25, SERIAL, False, RAW, 2.7),
        (25, Z, False, RAW, 9.0),
        (25, Z, False, GZ, 34.0),
        (25, Z, True, RAW, 8.3),
    ],
)
def test_what_was_measured_is_within_the_range(
    major: int,
    collector: str,
    live: bool,  # noqa: FBT001
    method: str,
    seconds: float,
) -> None:
    found = estimate_dump(heap(major, collector), live=live, method=method, cores=2)
    assert found.least_bytes <= 1043_000_000 <= found.most_bytes
    assert 0.8 * found.expected_bytes < 1043_000_000 < 1.25 * found.expected_bytes
    assert found.least_packed_bytes <= 211_000_000 <= found.expected_packed_bytes
    assert found.least_pause_seconds < seconds < found.most_pause_seconds


def test_big_arrays_are_within_the_range_too() -> None:
    state = replace(heap(17, G1), used_bytes=1200 * MB)
    found = estimate_dump(state, live=False, method=RAW, cores=2)
    assert found.least_bytes < 1210 * MB
    assert found.least_pause_seconds < 0.48


def test_a_stream_that_is_compressed_by_few_cores_is_slow() -> None:
    one, many = (
        estimate_dump(heap(21, G1), live=False, method=STREAM, cores=cores).most_pause_seconds
        for cores in (1, 16)
    )
    assert one > 2 * many
    newer = estimate_dump(heap(25, G1), live=False, method=STREAM, cores=1)
    assert newer.most_pause_seconds == (
        estimate_dump(heap(25, G1), live=False, method=RAW, cores=1).most_pause_seconds
    )


def test_nobody_knows_how_much_is_alive() -> None:
    found = estimate_dump(heap(17, G1), live=True, method=RAW, cores=2)
    assert found.least_bytes < 10 * MB
    assert found.most_bytes > USED


def test_what_is_not_known_counts_as_slow() -> None:
    unknown = HeapState("unknown", 0, None, USED, None)
    found = estimate_dump(unknown, live=False, method=RAW, cores=2)
    known = estimate_dump(heap(17, G1), live=False, method=RAW, cores=2)
    assert found.most_pause_seconds > known.most_pause_seconds
