"""Soft references with much and with little behind them."""

from __future__ import annotations

from pathlib import Path

from rules.asking import findings
from rules.heaps import array_list, held_by
from seamew.model import Severity
from seamew.rules.soft_cache import RULE
from seamew.testing import HeapBuilder


def heap_with_tiles(count: int, *, also_strong: bool = False) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("java.lang.ref.SoftReference", superclass="java.lang.ref.Reference")
    heap.klass("com.acme.Tile", fields={"pixels": "object"})
    tiles = [heap.instance("com.acme.Tile", pixels=heap.data(100_000)) for _ in range(count)]
    soft = [heap.instance("java.lang.ref.SoftReference", referent=one) for one in tiles]
    held_by(heap, "com.acme.Tiles#CACHE", array_list(heap, soft))
    held_by(heap, "com.acme.Ballast#BLOCK", heap.data(1_000_000))
    if also_strong:
        held_by(heap, "com.acme.Shown#TILES", array_list(heap, tiles))
    return heap


def test_a_heap_full_of_softly_held_tiles(tmp_path: Path) -> None:
    (found,) = findings(RULE, heap_with_tiles(100), tmp_path)

    assert found.owner == "com.acme.Tiles#CACHE"
    assert found.element_class == "com.acme.Tile"
    assert found.severity is Severity.HIGH
    assert 100 * 100_000 < found.retained_bytes < 101 * 100_100


def test_a_small_soft_cache_is_none(tmp_path: Path) -> None:
    assert findings(RULE, heap_with_tiles(20), tmp_path) == []


def test_what_is_held_strongly_as_well_is_none(tmp_path: Path) -> None:
    assert findings(RULE, heap_with_tiles(100, also_strong=True), tmp_path) == []
