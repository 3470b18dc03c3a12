"""MyBatis sessions that stay open, and object streams that are never reset."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from rules.heaps import array_list, hash_map, held_by
from seamew.model import Confidence, Severity
from seamew.rules import mybatis_sessions, object_stream_handles
from seamew.testing import HeapBuilder

SESSION = "org.apache.ibatis.session.defaults.DefaultSqlSession"
EXECUTOR = "org.apache.ibatis.executor.BaseExecutor"
CACHE = "org.apache.ibatis.cache.impl.PerpetualCache"


def heap_with_sessions(count: int, results: int, *, closed: bool = False) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("com.acme.Product", fields={"text": "object"})
    heap.klass(CACHE, fields={"cache": "object"})
    heap.klass(EXECUTOR, fields={"localCache": "object", "closed": "boolean"})
    heap.klass(SESSION, fields={"executor": "object"})
    sessions = []
    for _ in range(count):
        rows = [heap.instance("com.acme.Product", text=heap.data(4_000)) for _ in range(results)]
        entries = [(heap.string("key"), array_list(heap, [row])) for row in rows]
        cache = heap.instance(CACHE, cache=hash_map(heap, entries))
        executor = heap.instance(EXECUTOR, localCache=cache, closed=closed)
        sessions.append(heap.instance(SESSION, executor=executor))
    held_by(heap, "com.acme.Job#SESSIONS", array_list(heap, sessions))
    return heap


def heap_with_stream(handles: int, size: int) -> HeapBuilder:
    heap = HeapBuilder()
    table = "java.io.ObjectOutputStream$HandleTable"
    heap.klass(table, fields={"size": "int", "objs": "object"})
    heap.klass("java.io.ObjectOutputStream", fields={"handles": "object"})
    heap.klass("com.acme.Event", fields={"text": "object"})
    objects = [heap.instance("com.acme.Event", text=heap.data(size)) for _ in range(handles)]
    objs = heap.array("java.lang.Object[]", [*objects, None])
    stream = heap.instance(
        "java.io.ObjectOutputStream", handles=heap.instance(table, size=handles, objs=objs)
    )
    held_by(heap, "com.acme.Journal#STREAM", stream)
    return heap


def test_a_session_that_remembers_its_results(tmp_path: Path) -> None:
    (found,) = findings(mybatis_sessions.RULE, heap_with_sessions(1, 1_200), tmp_path)

    assert found.owner == "com.acme.Job#SESSIONS"
    assert (found.element_class, found.instances) == ("com.acme.Product", 1_200)
    assert found.severity is Severity.HIGH


def test_sessions_that_are_never_closed(tmp_path: Path) -> None:
    (found,) = findings(mybatis_sessions.RULE, heap_with_sessions(600, 1), tmp_path)

    assert (found.element_class, found.instances) == (SESSION, 600)
    assert "600 MyBatis sessions are open" in str(found.title)


@pytest.mark.parametrize(("count", "closed"), [(20, False), (600, True)])
def test_a_few_or_closed_sessions_are_none(tmp_path: Path, count: int, closed: bool) -> None:  # noqa: FBT001
    heap = heap_with_sessions(count, 1, closed=closed)

    assert findings(mybatis_sessions.RULE, heap, tmp_path) == []


def test_a_stream_that_is_never_reset(tmp_path: Path) -> None:
    (found,) = findings(object_stream_handles.RULE, heap_with_stream(12_000, 400), tmp_path)

    assert found.owner == "com.acme.Journal#STREAM"
    assert (found.element_class, found.instances) == ("com.acme.Event", 12_000)
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.CERTAIN)


def test_a_stream_of_a_message_is_none(tmp_path: Path) -> None:
    assert findings(object_stream_handles.RULE, heap_with_stream(500, 400), tmp_path) == []
