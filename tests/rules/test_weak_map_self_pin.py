"""WeakHashMaps whose values lead back to the keys, and others."""

from __future__ import annotations

from pathlib import Path

from rules.asking import findings
from rules.heaps import held_by
from seamew.model import Confidence, Severity
from seamew.rules.weak_map_self_pin import RULE
from seamew.testing import HeapBuilder, HeapObject

ENTRY = "java.util.WeakHashMap$Entry"


def heap_with_map(count: int, *, by: str) -> HeapBuilder:
    # Views.ALL -> WeakHashMap -> Entry -> View -> WeakReference or Link -> Connection
    heap = HeapBuilder()
    heap.klass(
        ENTRY,
        superclass="java.lang.ref.WeakReference",
        fields={"value": "object", "hash": "int", "next": "object"},
    )
    heap.klass("java.util.WeakHashMap", fields={"table": "object", "size": "int"})
    heap.klass("com.acme.Connection", fields={"buffer": "object"})
    heap.klass("com.acme.Link", fields={"to": "object"})
    heap.klass("com.acme.View", fields={"source": "object"})
    entries: list[HeapObject] = []
    for _ in range(count):
        key = heap.instance("com.acme.Connection", buffer=heap.data(2_000))
        links = {
            "link": lambda key=key: heap.instance("com.acme.Link", to=key),
            "weak": lambda key=key: heap.instance("java.lang.ref.WeakReference", referent=key),
        }
        held_by(heap, f"com.acme.Open{len(entries)}#IT", key)
        value = heap.instance("com.acme.View", source=links[by]())
        entries.append(heap.instance(ENTRY, referent=key, value=value))
    weak_map = heap.instance(
        "java.util.WeakHashMap", table=heap.array(f"{ENTRY}[]", entries), size=count
    )
    held_by(heap, "com.acme.Views#ALL", weak_map)
    return heap


def test_values_that_lead_back_to_their_keys(tmp_path: Path) -> None:
    (found,) = findings(RULE, heap_with_map(1_100, by="link"), tmp_path)

    assert found.owner == "com.acme.Views#ALL"
    assert (found.element_class, found.instances) == ("com.acme.View", 1_100)
    assert found.confidence is Confidence.CERTAIN
    assert found.severity is not Severity.INFO


def test_values_that_hold_their_keys_weakly_are_none(tmp_path: Path) -> None:
    assert findings(RULE, heap_with_map(1_100, by="weak"), tmp_path) == []


def test_a_small_map_is_none(tmp_path: Path) -> None:
    assert findings(RULE, heap_with_map(10, by="link"), tmp_path) == []
