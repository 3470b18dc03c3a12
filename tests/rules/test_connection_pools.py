"""Pools of connections: all lent out, some left, and statistics that grow."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules import shapes
from rules.asking import findings
from seamew.model import Severity
from seamew.rules import (
    commons_pool_borrowed,
    druid_pool_exhausted,
    druid_sql_stat,
    hikari_pool_exhausted,
    httpclient_pool_exhausted,
    jdbc_rows_in_memory,
    jdbc_statements_open,
    mysql_cleanup_references,
)
from seamew.testing import HeapBuilder, HeapObject

TAKEN_AT_MS = 1_700_000_000_000  # what HeapBuilder writes
HIKARI = "com.zaxxer.hikari.pool."


def hikari_heap(states: list[int], maximum: int, waiters: int = 0) -> HeapBuilder:
    heap = HeapBuilder()
    entry = shapes.kind(
        heap,
        f"{HIKARI}PoolEntry",
        state="int",
        lastBorrowed="long",
        lastAccessed="long",
        openStatements="object",
    )
    second = 1_000_000_000
    entries: list[HeapObject] = [
        heap.instance(entry, state=state, lastBorrowed=place * second, lastAccessed=place * second)
        for place, state in enumerate(states, 1)
    ]
    bag = heap.instance(
        shapes.kind(
            heap, "com.zaxxer.hikari.util.ConcurrentBag", sharedList="object", waiters="object"
        ),
        sharedList=shapes.copy_on_write_list(heap, entries),
        waiters=shapes.atomic(heap, waiters),
    )
    config = heap.instance(
        shapes.kind(
            heap,
            "com.zaxxer.hikari.HikariConfig",
            maxPoolSize="int",
            leakDetectionThreshold="long",
        ),
        maxPoolSize=maximum,
    )
    pool = heap.instance(
        shapes.kind(
            heap, f"{HIKARI}HikariPool", connectionBag="object", poolName="object", config="object"
        ),
        connectionBag=bag,
        poolName=heap.string("orders"),
        config=config,
    )
    shapes.held(heap, "com.acme.Orders", pool=pool)
    return heap


def test_a_hikari_pool_with_nothing_left(tmp_path: Path) -> None:
    (found,) = findings(hikari_pool_exhausted.RULE, hikari_heap([1] * 90, 90, 3), tmp_path)

    assert (found.instances, found.severity) == (90, Severity.HIGH)
    assert str(found.title) == "orders: all 90 lent out, 3 callers wait"
    facts = [str(one.text) for one in found.evidence]
    assert facts[0] == "lent 90, limit 90, waiting 3; the first is out for 1 min 29 s"
    assert facts[1] == "leakDetectionThreshold is off"
    assert found.owner == "com.acme.Orders#pool"


def test_a_full_pool_that_nobody_waits_for(tmp_path: Path) -> None:
    (found,) = findings(hikari_pool_exhausted.RULE, hikari_heap([1] * 10, 10), tmp_path)
    assert found.severity is Severity.LOW


def test_a_hikari_pool_with_idle_connections(tmp_path: Path) -> None:
    assert findings(hikari_pool_exhausted.RULE, hikari_heap([1] * 9 + [0], 10), tmp_path) == []


def druid_heap(active: int, maximum: int, waiting: int) -> HeapBuilder:
    heap = HeapBuilder()
    shapes.kind(
        heap,
        "com.alibaba.druid.pool.DruidAbstractDataSource",
        name="object",
        maxActive="int",
        removeAbandoned="boolean",
        activeConnections="object",
    )
    source = shapes.kind(
        heap,
        "com.alibaba.druid.pool.DruidDataSource",
        superclass="com.alibaba.druid.pool.DruidAbstractDataSource",
        activeCount="int",
        notEmptyWaitThreadCount="int",
    )
    pool = heap.instance(
        source, activeCount=active, maxActive=maximum, notEmptyWaitThreadCount=waiting
    )
    shapes.held(heap, "com.acme.Alarms", dataSource=pool)
    return heap


def test_a_druid_pool_with_nothing_left(tmp_path: Path) -> None:
    (found,) = findings(druid_pool_exhausted.RULE, druid_heap(30, 30, 12), tmp_path)
    assert (found.instances, found.severity) == (30, Severity.HIGH)
    assert found.owner == "com.acme.Alarms#dataSource"


def test_a_druid_pool_with_some_left(tmp_path: Path) -> None:
    assert findings(druid_pool_exhausted.RULE, druid_heap(29, 30, 0), tmp_path) == []


@pytest.mark.parametrize(("texts", "found"), [(1_000, 0), (6_000, 1)])
def test_statistics_of_druid(tmp_path: Path, texts: int, found: int) -> None:
    heap = HeapBuilder()
    entries = shapes.things(heap, "com.alibaba.druid.stat.JdbcSqlStat", texts)
    kept = shapes.hash_map(heap, [(one, one) for one in entries])
    kind = shapes.kind(
        heap, "com.alibaba.druid.stat.JdbcDataSourceStat", sqlStatMap="object", maxSqlSize="int"
    )
    statistics = heap.instance(kind, sqlStatMap=kept, maxSqlSize=1000)
    shapes.held(heap, "com.acme.Data", statistics=statistics)

    answers = findings(druid_sql_stat.RULE, heap, tmp_path)
    assert [one.instances for one in answers] == [texts] * found


def commons_heap(lent: int, idle: int, maximum: int) -> HeapBuilder:
    heap = HeapBuilder()
    pooled = shapes.kind(
        heap,
        "org.apache.commons.pool2.impl.DefaultPooledObject",
        object="object",
        lastBorrowTime="long",
    )
    lent_at = TAKEN_AT_MS - 600_000
    made: list[tuple[HeapObject, HeapObject]] = [
        (one, heap.instance(pooled, object=one, lastBorrowTime=lent_at))
        for one in shapes.things(heap, "com.acme.Encoder", lent + idle)
    ]
    deque = heap.instance(
        shapes.kind(
            heap,
            "org.apache.commons.pool2.impl.LinkedBlockingDeque",
            count="int",
            notEmpty="object",
        ),
        count=idle,
        notEmpty=heap.instance("java.lang.Object"),
    )
    shapes.kind(heap, "org.apache.commons.pool2.impl.BaseGenericObjectPool", maxTotal="int")
    pool = shapes.kind(
        heap,
        "org.apache.commons.pool2.impl.GenericObjectPool",
        superclass="org.apache.commons.pool2.impl.BaseGenericObjectPool",
        allObjects="object",
        idleObjects="object",
    )
    kept = shapes.hash_map(heap, made, concurrent=True)
    shapes.held(
        heap,
        "com.acme.Encoders",
        POOL=heap.instance(pool, allObjects=kept, idleObjects=deque, maxTotal=maximum),
    )
    return heap


@pytest.mark.parametrize(
    ("lent", "maximum", "severity"),
    [(8, 8, Severity.MEDIUM), (100, -1, Severity.MEDIUM), (1_000, -1, Severity.HIGH)],
)
def test_objects_that_are_not_given_back(
    tmp_path: Path, lent: int, maximum: int, severity: Severity
) -> None:
    (found,) = findings(commons_pool_borrowed.RULE, commons_heap(lent, 0, maximum), tmp_path)
    assert (found.instances, found.severity) == (lent, severity)
    assert "out for 10 min 00 s" in str(found.evidence[0].text)


@pytest.mark.parametrize(("lent", "idle", "maximum"), [(0, 64, 64), (99, 0, -1), (7, 1, 8)])
def test_pools_with_objects_left(tmp_path: Path, lent: int, idle: int, maximum: int) -> None:
    assert findings(commons_pool_borrowed.RULE, commons_heap(lent, idle, maximum), tmp_path) == []


def httpclient_heap(leased: int, pending: int, name: str) -> HeapBuilder:
    heap = HeapBuilder()
    pool = shapes.kind(
        heap,
        name,
        leased="object",
        **{"pending" if "AbstractConnPool" in name else "pendingRequests": "object"},
        maxTotal="int",
    )
    lent = shapes.hash_set(heap, shapes.things(heap, "com.acme.Entry", leased))
    waiting = shapes.array_list(heap, shapes.things(heap, "com.acme.Request", pending))
    made = heap.instance(pool, leased=lent, maxTotal=20)
    made.values["pending" if "AbstractConnPool" in name else "pendingRequests"] = waiting
    shapes.held(heap, "com.acme.Prices", pool=made)
    return heap


POOLS = ["org.apache.http.pool.AbstractConnPool", "org.apache.hc.core5.pool.StrictConnPool"]


@pytest.mark.parametrize("name", POOLS)
def test_a_pool_of_httpclient_with_nothing_left(tmp_path: Path, name: str) -> None:
    (found,) = findings(httpclient_pool_exhausted.RULE, httpclient_heap(20, 15, name), tmp_path)
    assert (found.instances, found.severity) == (20, Severity.HIGH)


@pytest.mark.parametrize("name", POOLS)
def test_a_pool_of_httpclient_with_some_left(tmp_path: Path, name: str) -> None:
    assert findings(httpclient_pool_exhausted.RULE, httpclient_heap(5, 0, name), tmp_path) == []


@pytest.mark.parametrize(("statements", "found"), [(50, 0), (1_500, 1)])
def test_statements_that_are_not_closed(tmp_path: Path, statements: int, found: int) -> None:
    heap = HeapBuilder()
    opened = shapes.things(heap, "com.mysql.cj.jdbc.StatementImpl", statements)
    kind = shapes.kind(heap, "com.mysql.cj.jdbc.ConnectionImpl", openStatements="object")
    connection = heap.instance(kind, openStatements=shapes.copy_on_write_list(heap, opened))
    shapes.held(heap, "com.acme.Events", connection=connection)

    answers = findings(jdbc_statements_open.RULE, heap, tmp_path)
    assert [(one.instances, one.element_class) for one in answers] == [
        (statements, "com.mysql.cj.jdbc.StatementImpl")
    ] * found


@pytest.mark.parametrize(("rows", "found"), [(500, 0), (20_000, 1)])
def test_rows_of_a_result(tmp_path: Path, rows: int, found: int) -> None:
    heap = HeapBuilder()
    kind = shapes.kind(heap, "com.mysql.cj.protocol.a.result.ResultsetRowsStatic", rows="object")
    read = shapes.array_list(heap, shapes.things(heap, "com.mysql.cj.Row", rows))
    shapes.held(heap, "com.acme.Export", rows=heap.instance(kind, rows=read))
    heap.root(heap.data(4 << 20))

    answers = findings(jdbc_rows_in_memory.RULE, heap, tmp_path)
    assert [one.instances for one in answers] == [rows] * found


@pytest.mark.parametrize(("references", "connections", "found"), [(900, 1, 1), (900, 600, 0)])
def test_references_of_the_clean_up(
    tmp_path: Path, references: int, connections: int, found: int
) -> None:
    heap = HeapBuilder()
    kind = shapes.kind(heap, "com.mysql.cj.jdbc.ConnectionImpl", openStatements="object")
    live: list[HeapObject] = [heap.instance(kind) for _ in range(connections)]
    shapes.held(heap, "com.acme.Pool", CONNECTIONS=shapes.array_list(heap, live))
    phantoms = shapes.things(heap, "com.acme.Phantom", references)
    shapes.held(
        heap,
        "com.mysql.cj.jdbc.AbandonedConnectionCleanupThread",
        connectionFinalizerPhantomRefs=shapes.hash_set(heap, phantoms),
    )

    answers = findings(mysql_cleanup_references.RULE, heap, tmp_path)
    assert [one.instances for one in answers] == [references] * found
