"""Spring: caches without a bound, answers that nobody gives, beans for each request."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from rules.heaps import array_list, concurrent_map, hash_map, held_by
from seamew.model import Severity
from seamew.rules import deferred_results, spring_bean_per_request, spring_concurrent_map_cache
from seamew.testing import HeapBuilder

CACHE = "org.springframework.cache.concurrent.ConcurrentMapCache"
DEFERRED = "org.springframework.web.context.request.async.DeferredResult"
REGISTRY = "org.springframework.beans.factory.support.DefaultSingletonBeanRegistry"


def heap_with_cache(entries: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass(CACHE, fields={"name": "object", "store": "object"})
    heap.klass("com.acme.Quote", fields={"text": "object"})
    quotes = [heap.instance("com.acme.Quote", text=heap.data(4_000)) for _ in range(entries)]
    store = concurrent_map(heap, [(heap.string("id"), one) for one in quotes])
    cache = heap.instance(CACHE, name=heap.string("quotes"), store=store)
    held_by(heap, "com.acme.Caches#QUOTES", cache)
    return heap


def heap_with_results(count: int) -> HeapBuilder:
    heap = HeapBuilder()
    none = heap.instance("java.lang.Object")
    heap.klass(
        DEFERRED,
        fields={"result": "object", "expired": "boolean", "handler": "object"},
        statics={"RESULT_NONE": none},
    )
    results = [
        heap.instance(DEFERRED, result=none if number % 3 else heap.string("late"), expired=True)
        for number in range(count)
    ]
    waiting = hash_map(heap, [(heap.string("id"), one) for one in results])
    held_by(heap, "com.acme.Plays#WAITING", waiting)
    return heap


def heap_with_beans(count: int, table: str) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass(REGISTRY, fields={"disposableBeans": "object", "singletonObjects": "object"})
    heap.klass("com.acme.Report", fields={"rows": "object"})
    beans = [heap.instance("com.acme.Report", rows=heap.data(2_000)) for _ in range(count)]
    named = hash_map(heap, [(heap.string("report"), one) for one in beans])
    held_by(heap, "com.acme.App#FACTORY", heap.instance(REGISTRY, **{table: named}))
    return heap


def test_a_cache_without_a_bound(tmp_path: Path) -> None:
    (found,) = findings(spring_concurrent_map_cache.RULE, heap_with_cache(1_500), tmp_path)

    assert found.owner == "com.acme.Caches#QUOTES"
    assert (found.element_class, found.instances) == ("com.acme.Quote", 1_500)
    assert "quotes" in str(found.title)


def test_a_small_cache_is_none(tmp_path: Path) -> None:
    assert findings(spring_concurrent_map_cache.RULE, heap_with_cache(15), tmp_path) == []


def test_answers_that_nobody_gives(tmp_path: Path) -> None:
    (found,) = findings(deferred_results.RULE, heap_with_results(6_000), tmp_path)

    assert found.owner == "com.acme.Plays#WAITING"
    assert (found.instances, found.severity) == (6_000, Severity.MEDIUM)
    assert "4,000 of 6,000 have no result yet" in str(found.evidence[1].text)


def test_event_streams_that_stay(tmp_path: Path) -> None:
    heap = HeapBuilder()
    emitter = "org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter"
    heap.klass(emitter, fields={"complete": "boolean", "early": "object"})
    heap.klass(f"{emitter.rpartition('.')[0]}.SseEmitter", superclass=emitter)
    made = [
        heap.instance(f"{emitter.rpartition('.')[0]}.SseEmitter", early=heap.data(1_000))
        for _ in range(5_500)
    ]
    held_by(heap, "com.acme.Streams#OPEN", array_list(heap, made))
    (found,) = findings(deferred_results.RULE, heap, tmp_path)

    assert found.owner == "com.acme.Streams#OPEN"
    assert "5,500 x false" in str(found.evidence[1].text)


def test_a_few_open_answers_are_none(tmp_path: Path) -> None:
    assert findings(deferred_results.RULE, heap_with_results(200), tmp_path) == []


def test_disposable_beans_that_pile_up(tmp_path: Path) -> None:
    heap = heap_with_beans(3_500, "disposableBeans")
    (found,) = findings(spring_bean_per_request.RULE, heap, tmp_path)

    assert found.owner == "com.acme.App#FACTORY"
    assert (found.element_class, found.instances) == ("com.acme.Report", 3_500)
    assert found.severity is Severity.HIGH


@pytest.mark.parametrize(
    ("count", "table"), [(300, "disposableBeans"), (3_500, "singletonObjects")]
)
def test_the_beans_of_an_application_are_none(tmp_path: Path, count: int, table: str) -> None:
    heap = heap_with_beans(count, table)

    assert findings(spring_bean_per_request.RULE, heap, tmp_path) == []
