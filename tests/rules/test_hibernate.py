"""Hibernate: sessions full of entities, and plans of queries."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from rules.heaps import hash_map, held_by
from seamew.model import Severity
from seamew.rules import hibernate_query_plans, hibernate_session
from seamew.testing import HeapBuilder

CONTEXT = "org.hibernate.engine.internal.StatefulPersistenceContext"
CACHES = {
    "org.hibernate.engine.query.spi.QueryPlanCache": "org.hibernate.engine.query.spi.HQLQueryPlan",
    "org.hibernate.query.internal.QueryInterpretationCacheStandardImpl": (
        "org.hibernate.query.spi.SelectQueryPlan"
    ),
}


def heap_with_session(entities: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("com.acme.Track", fields={"points": "object"})
    heap.klass(CONTEXT, fields={"entitiesByKey": "object", "session": "object"})
    heap.klass("org.hibernate.internal.SessionImpl", fields={"persistenceContext": "object"})
    tracks = [heap.instance("com.acme.Track", points=heap.data(1_000)) for _ in range(entities)]
    by_key = hash_map(heap, [(heap.string("id"), one) for one in tracks])
    session = heap.instance("org.hibernate.internal.SessionImpl")
    session.values["persistenceContext"] = heap.instance(
        CONTEXT, entitiesByKey=by_key, session=session
    )
    held_by(heap, "com.acme.Import#SESSION", session)
    return heap


def heap_with_plans(cache_class: str, plans: int) -> HeapBuilder:
    heap = HeapBuilder()
    plan_class = CACHES[cache_class]
    heap.klass(plan_class, fields={"text": "object"})
    heap.klass(cache_class, fields={"queryPlanCache": "object"})
    listed = [heap.instance(plan_class, text=heap.data(20_000)) for _ in range(plans)]
    cache = heap.instance(
        cache_class, queryPlanCache=hash_map(heap, [(heap.string("q"), one) for one in listed])
    )
    held_by(heap, "com.acme.Factory#PLANS", cache)
    return heap


def test_a_session_with_thousands_of_entities(tmp_path: Path) -> None:
    (found,) = findings(hibernate_session.RULE, heap_with_session(6_000), tmp_path)

    assert found.owner == "com.acme.Import#SESSION"
    assert (found.element_class, found.instances) == ("com.acme.Track", 6_000)
    assert found.severity is Severity.HIGH


def test_a_session_of_a_request_is_none(tmp_path: Path) -> None:
    assert findings(hibernate_session.RULE, heap_with_session(200), tmp_path) == []


@pytest.mark.parametrize("cache_class", CACHES)
def test_plans_that_fill_the_heap(tmp_path: Path, cache_class: str) -> None:
    (found,) = findings(hibernate_query_plans.RULE, heap_with_plans(cache_class, 200), tmp_path)

    assert (found.element_class, found.instances) == (CACHES[cache_class], 200)
    assert found.owner == "com.acme.Factory#PLANS"


def test_a_few_plans_are_none(tmp_path: Path) -> None:
    few = heap_with_plans("org.hibernate.engine.query.spi.QueryPlanCache", 5)

    assert findings(hibernate_query_plans.RULE, few, tmp_path) == []
