"""Caffeine caches with and without a bound."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings, healthy
from rules.heaps import concurrent_map, held_by
from seamew.model import Severity
from seamew.rules.caffeine_cache_unbounded import RULE
from seamew.testing import HeapBuilder

PACKAGE = "com.github.benmanes.caffeine.cache"


def heap_with_cache(
    entries: int, class_name: str = f"{PACKAGE}.UnboundedLocalCache"
) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("com.acme.Result", fields={"text": "object"})
    results = [heap.instance("com.acme.Result", text=heap.data(4_000)) for _ in range(entries)]
    data = concurrent_map(heap, [(heap.string(f"{n}"), one) for n, one in enumerate(results)])
    heap.klass(f"{PACKAGE}.UnboundedLocalCache", fields={"data": "object"})
    heap.klass(f"{PACKAGE}.BoundedLocalCache", fields={"data": "object"})
    heap.klass(
        f"{PACKAGE}.SSMS", superclass=f"{PACKAGE}.BoundedLocalCache", fields={"maximum": "long"}
    )
    cache = heap.instance(class_name, data=data)
    if class_name.endswith("SSMS"):
        cache.values["maximum"] = 5_000
    held_by(heap, "com.acme.Search#RESULTS", cache)
    return heap


def test_a_cache_without_a_bound_is_found(tmp_path: Path) -> None:
    (found,) = findings(RULE, heap_with_cache(1_500), tmp_path)

    assert found.owner == "com.acme.Search#RESULTS"
    assert found.element_class == "com.acme.Result"
    assert (found.instances, found.severity) == (1_500, Severity.HIGH)


@pytest.mark.parametrize("entries", [0, 19])
def test_a_small_cache_is_none(tmp_path: Path, entries: int) -> None:
    assert findings(RULE, heap_with_cache(entries), tmp_path) == []


def test_a_bounded_cache_is_explained(tmp_path: Path) -> None:
    (fine,) = healthy(RULE, heap_with_cache(1_500, f"{PACKAGE}.SSMS"), tmp_path)

    assert "5,000" in str(fine.because)
