"""Sister maps that have the same keys, or have not."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from rules.jdk import hash_map, singleton
from rules.test_accumulation import order
from seamew.model import Confidence, Severity
from seamew.rules.companion_drift import RULE
from seamew.testing import HeapBuilder

COUNT = 300


def heap_with_maps(in_times: range, *, times: str = "java.util.Date") -> HeapBuilder:
    """SipSubscribe: the events by call, and when each was put in."""
    heap = HeapBuilder()
    heap.klass("java.util.Date", fields={"fastTime": "long"})
    heap.klass("com.acme.User", fields={"since": "long"})
    keys = [heap.string(f"call-{n}") for n in range(COUNT + 400)]
    events = hash_map(heap, ((keys[n], order(heap)) for n in range(COUNT)))
    dates = hash_map(heap, ((keys[n], heap.instance(times)) for n in in_times))
    heap.klass("com.acme.SipSubscribe", fields={"events": "object", "times": "object"})
    singleton(heap, heap.instance("com.acme.SipSubscribe", events=events, times=dates))
    return heap


def test_entries_that_are_removed_from_one_map_only(tmp_path: Path) -> None:
    (found,) = findings(RULE, heap_with_maps(range(40)), tmp_path)

    assert found.owner == "com.acme.SipSubscribe#events"
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.LIKELY)
    assert "260 keys are only in the one, 0 only in the other" in str(found.title)


def test_one_key_more_is_the_mark_of_a_sweeper_that_died(tmp_path: Path) -> None:
    (found,) = findings(RULE, heap_with_maps(range(COUNT + 1)), tmp_path)

    assert "0 keys are only in the one, 1 only in the other" in str(found.title)
    assert "sweeper" in str(found.summary)
    assert found.severity is Severity.LOW


def test_a_part_may_be_meant(tmp_path: Path) -> None:
    (found,) = findings(RULE, heap_with_maps(range(40), times="com.acme.User"), tmp_path)

    assert (found.severity, found.confidence) == (Severity.INFO, Confidence.POSSIBLE)


@pytest.mark.parametrize("keys", [range(COUNT), range(COUNT, COUNT + 300), range(10)])
def test_equal_unrelated_and_small_maps_are_none(tmp_path: Path, keys: range) -> None:
    assert findings(RULE, heap_with_maps(keys), tmp_path) == []


def test_keys_of_equal_text_are_the_same(tmp_path: Path) -> None:
    heap = HeapBuilder()
    maps = [
        hash_map(heap, ((heap.string(f"call-{n}"), order(heap)) for n in range(COUNT)))
        for _ in range(2)
    ]
    heap.klass("com.acme.Twice", fields={"one": "object", "other": "object"})
    singleton(heap, heap.instance("com.acme.Twice", one=maps[0], other=maps[1]))

    assert findings(RULE, heap, tmp_path) == []
