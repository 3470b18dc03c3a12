"""Guava caches with and without a bound."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings, healthy
from seamew.model import Confidence, Severity
from seamew.rules.guava_cache_unbounded import RULE
from seamew.testing import HeapBuilder

PACKAGE = "com.google.common.cache"
STRENGTHS = {"STRONG": 1, "SOFT": 2, "WEAK": 3}


def heap_with_cache(
    entries: int, *, most: int = -1, expires: int = 0, strength: str = "STRONG"
) -> HeapBuilder:
    # Thumbs.CACHE -> LocalCache -> Segment[] -> Segment{count, table} -> array -> byte[]
    heap = HeapBuilder()
    heap.klass("java.lang.Enum", fields={"name": "object", "ordinal": "int"})
    heap.klass(f"{PACKAGE}.LocalCache$Strength", superclass="java.lang.Enum")
    heap.klass(f"{PACKAGE}.LocalCache$Segment", fields={"count": "int", "table": "object"})
    heap.klass("java.util.concurrent.atomic.AtomicReferenceArray", fields={"array": "object"})
    heap.klass(
        f"{PACKAGE}.LocalCache",
        fields={
            "segments": "object",
            "maxWeight": "long",
            "expireAfterAccessNanos": "long",
            "expireAfterWriteNanos": "long",
            "keyStrength": "object",
            "valueStrength": "object",
        },
    )
    held = heap.instance(f"{PACKAGE}.LocalCache$Strength", name=heap.string(strength))
    values = heap.array("java.lang.Object[]", [heap.data(4_000) for _ in range(entries)])
    table = heap.instance("java.util.concurrent.atomic.AtomicReferenceArray", array=values)
    segment = heap.instance(f"{PACKAGE}.LocalCache$Segment", count=entries, table=table)
    cache = heap.instance(
        f"{PACKAGE}.LocalCache",
        segments=heap.array(f"{PACKAGE}.LocalCache$Segment[]", [segment]),
        maxWeight=most,
        expireAfterWriteNanos=expires,
        keyStrength=held,
        valueStrength=held,
    )
    owner = heap.klass("com.acme.Thumbs", statics={"CACHE": cache})
    heap.root(owner, "System Class")
    return heap


def test_a_cache_without_a_bound_is_found(tmp_path: Path) -> None:
    (found,) = findings(RULE, heap_with_cache(1_500), tmp_path)

    assert found.owner == "com.acme.Thumbs#CACHE"
    assert found.instances == 1_500
    assert found.severity is Severity.HIGH
    assert found.confidence is Confidence.LIKELY
    assert found.evidence[0].command is not None


@pytest.mark.parametrize("settings", [{"expires": 10}, {"strength": "WEAK"}, {"strength": "SOFT"}])
def test_a_cache_that_lets_entries_go_is_none(tmp_path: Path, settings: dict[str, int]) -> None:
    assert findings(RULE, heap_with_cache(1_500, **settings), tmp_path) == []  # type: ignore[arg-type]


def test_a_small_cache_is_none(tmp_path: Path) -> None:
    assert findings(RULE, heap_with_cache(10), tmp_path) == []


def test_a_bounded_cache_is_explained(tmp_path: Path) -> None:
    (fine,) = healthy(RULE, heap_with_cache(1_500, most=2_000), tmp_path)

    assert fine.owner == "com.acme.Thumbs#CACHE"
    assert "2,000" in str(fine.because)
