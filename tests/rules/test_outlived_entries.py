"""Entries by their age."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings, healthy
from rules.jdk import hash_map, singleton
from seamew.heap import open_heap
from seamew.model import Severity
from seamew.rules.outlived_entries import RULE
from seamew.testing import HeapBuilder, Value

COUNT = 300
MINUTE_MS = 60_000


@pytest.fixture(scope="module")
def now_ms(tmp_path_factory: pytest.TempPathFactory) -> int:
    """When the heaps that tests build were dumped."""
    dump = HeapBuilder().write(tmp_path_factory.mktemp("time") / "heap.hprof")
    with open_heap(dump, use_index=False) as heap:
        assert heap.facts.at_ms is not None
        return heap.facts.at_ms


def heap_with_sessions(times_ms: list[int], ttl: str, ttl_ms: int, field: str) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("com.acme.Session", fields={field: "long", "data": "object"})
    entries = (
        (
            heap.string(f"session-{n}"),
            heap.instance("com.acme.Session", data=heap.data(20_000), **{field: time}),
        )
        for n, time in enumerate(times_ms)
    )
    heap.klass("com.acme.Sessions", fields={"sessions": "object", ttl: "long"})
    values: dict[str, Value] = {"sessions": hash_map(heap, entries), ttl: ttl_ms}
    singleton(heap, heap.instance("com.acme.Sessions", **values))
    return heap


def ages(now_ms: int, oldest_minutes: int) -> list[int]:
    """As many times as there are entries, evenly spread up to the oldest, in no order."""
    steps = (n * 7 % COUNT for n in range(COUNT))
    return [now_ms - step * oldest_minutes * MINUTE_MS // COUNT for step in steps]


def test_entries_beyond_their_time_to_live(tmp_path: Path, now_ms: int) -> None:
    heap = heap_with_sessions(ages(now_ms, 600), "timeToLiveMs", 30 * MINUTE_MS, "createdAt")

    (found,) = findings(RULE, heap, tmp_path)

    assert found.owner == "com.acme.Sessions#sessions"
    assert found.severity is Severity.HIGH
    assert "com.acme.Sessions#timeToLiveMs allows 0:30:00" in str(found.title)
    assert healthy(RULE, heap, tmp_path) == []


def test_entries_that_say_when_they_expire(tmp_path: Path, now_ms: int) -> None:
    heap = heap_with_sessions(ages(now_ms, 600), "count", 0, "expiresAt")

    (found,) = findings(RULE, heap, tmp_path)

    assert "entries that have expired" in str(found.title)


def test_entries_that_go_in_time_are_healthy(tmp_path: Path, now_ms: int) -> None:
    heap = heap_with_sessions(ages(now_ms, 29), "timeToLiveMs", 30 * MINUTE_MS, "createdAt")

    (fine,) = healthy(RULE, heap, tmp_path)

    assert "none much older than 0:30:00" in str(fine.because)
    assert findings(RULE, heap, tmp_path) == []


@pytest.mark.parametrize(
    ("oldest_minutes", "ttl", "field"),
    [(5, "timeToLiveMs", "createdAt"), (600, "count", "createdAt"), (600, "ttlMs", "weight")],
)
def test_young_entries_no_limit_and_no_dates_tell_nothing(
    tmp_path: Path, now_ms: int, oldest_minutes: int, ttl: str, field: str
) -> None:
    heap = heap_with_sessions(ages(now_ms, oldest_minutes), ttl, 30 * MINUTE_MS, field)

    assert findings(RULE, heap, tmp_path) == []
    assert healthy(RULE, heap, tmp_path) == []


def test_a_sister_map_keeps_the_times(tmp_path: Path, now_ms: int) -> None:
    heap = HeapBuilder()
    heap.klass("java.util.Date", fields={"fastTime": "long"})
    keys = [heap.string(f"call-{n}") for n in range(COUNT)]
    calls = hash_map(heap, ((key, heap.data(20_000)) for key in keys))
    dates = (heap.instance("java.util.Date", fastTime=time) for time in ages(now_ms, 600))
    times = hash_map(heap, zip(keys, dates, strict=True))
    heap.klass("com.acme.Calls", fields={"calls": "object", "times": "object", "ttl": "int"})
    singleton(heap, heap.instance("com.acme.Calls", calls=calls, times=times, ttl=300))

    (found,) = findings(RULE, heap, tmp_path)

    assert found.owner == "com.acme.Calls#calls"
    assert "com.acme.Calls#ttl allows 0:05:00" in str(found.title)
