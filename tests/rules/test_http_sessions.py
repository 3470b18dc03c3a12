"""Sessions of Tomcat: eternal, overdue, and with a living time-out."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import answers
from rules.heaps import concurrent_map, held_by
from seamew.model import Confidence, Finding, Healthy
from seamew.rules.http_sessions import RULE
from seamew.testing import HeapBuilder

PACKAGE = "org.apache.catalina.session"
DUMPED_AT_MS = 1_700_000_000_000


def heap_with_sessions(count: int, *, limit: int, idle_seconds: int) -> HeapBuilder:
    heap = HeapBuilder()
    fields = {"maxInactiveInterval": "int", "thisAccessedTime": "long", "attributes": "object"}
    heap.klass(f"{PACKAGE}.StandardSession", fields=fields)
    heap.klass(f"{PACKAGE}.ManagerBase", fields={"sessions": "object"})
    heap.klass(f"{PACKAGE}.StandardManager", superclass=f"{PACKAGE}.ManagerBase")
    last = DUMPED_AT_MS - idle_seconds * 1_000
    sessions = [
        heap.instance(
            f"{PACKAGE}.StandardSession",
            maxInactiveInterval=limit,
            thisAccessedTime=last,
            attributes=heap.data(2_000),
        )
        for _ in range(count)
    ]
    table = concurrent_map(heap, [(heap.string("id"), one) for one in sessions])
    held_by(
        heap, "com.acme.Web#MANAGER", heap.instance(f"{PACKAGE}.StandardManager", sessions=table)
    )
    return heap


def test_sessions_that_never_expire(tmp_path: Path) -> None:
    (found,) = answers(RULE, heap_with_sessions(1_200, limit=-1, idle_seconds=5), tmp_path)

    assert isinstance(found, Finding)
    assert found.owner == "com.acme.Web#MANAGER"
    assert (found.element_class, found.instances) == (f"{PACKAGE}.StandardSession", 1_200)
    assert found.confidence is Confidence.CERTAIN
    assert "never expire" in str(found.title)


def test_sessions_that_nobody_ends(tmp_path: Path) -> None:
    (found,) = answers(RULE, heap_with_sessions(1_200, limit=1800, idle_seconds=7_200), tmp_path)

    assert isinstance(found, Finding)
    assert "past their time-out" in str(found.title)
    assert any("2 h" in str(one.text) for one in found.evidence)


def test_sessions_with_a_living_time_out_are_explained(tmp_path: Path) -> None:
    (fine,) = answers(RULE, heap_with_sessions(1_200, limit=1800, idle_seconds=60), tmp_path)

    assert isinstance(fine, Healthy)


@pytest.mark.parametrize("limit", [-1, 1800])
def test_a_few_sessions_are_none(tmp_path: Path, limit: int) -> None:
    assert answers(RULE, heap_with_sessions(10, limit=limit, idle_seconds=60), tmp_path) == []
