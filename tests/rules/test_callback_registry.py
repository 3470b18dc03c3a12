"""Callbacks in maps, alone and sharing what they capture."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from rules.heaps import concurrent_map
from seamew.model import Confidence, Severity
from seamew.rules.callback_registry import RULE
from seamew.testing import HeapBuilder

CLOSURE = "com.acme.Plays$$Lambda$7"


def heap_with_callbacks(count: int, size: int, *, closure: str = CLOSURE) -> HeapBuilder:
    # Subscribe.SHARED -> Subscribe{ok, error}: id -> closure -> the same Server in both
    heap = HeapBuilder()
    heap.klass("com.acme.Server", fields={"ports": "object"})
    heap.klass(closure, fields={"arg$1": "object"})
    heap.klass("com.acme.Subscribe", fields={"ok": "object", "error": "object"})
    servers = [heap.instance("com.acme.Server", ports=heap.data(size)) for _ in range(count)]
    maps = [
        concurrent_map(
            heap,
            [
                (heap.string(f"call-{number}"), heap.instance(closure, **{"arg$1": one}))
                for number, one in enumerate(servers)
            ],
        )
        for _ in range(2)
    ]
    subscribe = heap.instance("com.acme.Subscribe", ok=maps[0], error=maps[1])
    owner = heap.klass("com.acme.Context", statics={"SHARED": subscribe})
    heap.root(owner, "System Class")
    return heap


@pytest.mark.parametrize("closure", [CLOSURE, "com.acme.Plays$1"])
def test_callbacks_that_share_what_they_capture(tmp_path: Path, closure: str) -> None:
    (found,) = findings(RULE, heap_with_callbacks(40, 200_000, closure=closure), tmp_path)

    names = {"com.acme.Subscribe#ok", "com.acme.Subscribe#error"}
    assert {one.name for one in found.owners} == names
    assert found.owner in names
    assert found.retained_bytes > 40 * 200_000
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.LIKELY)
    assert any("40 of 40 ids" in str(one.text) for one in found.evidence)
    assert found.element_class == closure


def test_callbacks_that_capture_little_are_none(tmp_path: Path) -> None:
    assert findings(RULE, heap_with_callbacks(40, 100), tmp_path) == []


def test_values_that_are_no_closures_are_none(tmp_path: Path) -> None:
    plain = heap_with_callbacks(40, 100_000, closure="com.acme.Play")

    assert findings(RULE, plain, tmp_path) == []
