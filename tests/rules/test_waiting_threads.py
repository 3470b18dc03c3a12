"""Threads that wait: for each other, at one place, for a peer, for an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules import shapes
from rules.asking import findings
from seamew.model import Confidence, Severity
from seamew.rules import (
    blocked_writes,
    common_pool_blocked,
    deadlock,
    futures_never_completed,
    same_stack_crowd,
    unstarted_threads,
)
from seamew.testing import HeapBuilder, HeapObject, InstanceObject

REPORT = ("com.acme.Ledger", "report")
BORROW = [
    ("java.util.concurrent.locks.LockSupport", "park"),
    ("com.zaxxer.hikari.pool.HikariPool", "getConnection"),
    REPORT,
]
IDLE = [
    ("java.util.concurrent.locks.LockSupport", "park"),
    ("java.util.concurrent.LinkedBlockingQueue", "take"),
    REPORT,
]
WRITE = [
    ("sun.nio.ch.Net", "poll"),
    ("sun.nio.ch.NioSocketImpl", "implWrite"),
    ("com.acme.Sender", "send"),
]
AWAIT = [("java.util.concurrent.CountDownLatch", "await"), REPORT]


@pytest.mark.parametrize(
    ("frames", "status", "severity"),
    [
        ([REPORT], shapes.BLOCKED, Severity.MEDIUM),
        (BORROW, shapes.WAITING, Severity.MEDIUM),
        (AWAIT, shapes.WAITING, Severity.LOW),
    ],
)
def test_a_crowd_at_one_place(
    tmp_path: Path, frames: list[tuple[str, str]], status: int, severity: Severity
) -> None:
    heap = HeapBuilder()
    for number in range(40):
        shapes.running(heap, f"visitor-{number}", frames, status)

    (found,) = findings(same_stack_crowd.RULE, heap, tmp_path)
    assert (found.instances, found.severity) == (40, severity)
    assert found.owner is not None
    assert found.owner.startswith("com.acme.Ledger.report(Ledger.java:")
    assert found.owner_kind == "local"


@pytest.mark.parametrize(("frames", "threads"), [(IDLE, 200), ([REPORT], 200), (BORROW, 9)])
def test_threads_at_rest_at_work_or_few(
    tmp_path: Path, frames: list[tuple[str, str]], threads: int
) -> None:
    heap = HeapBuilder()
    for number in range(threads):
        shapes.running(heap, f"worker-{number}", frames, 5)
    assert findings(same_stack_crowd.RULE, heap, tmp_path) == []


def ring_heap(*, closed: bool) -> HeapBuilder:
    # two threads, each parked for a lock that the other owns; the ring is open when one is free
    heap = HeapBuilder()
    heap.klass("java.lang.Thread").fields["parkBlocker"] = "object"
    heap.klass(
        "java.util.concurrent.locks.AbstractOwnableSynchronizer",
        fields={"exclusiveOwnerThread": "object"},
    )
    sync = heap.klass(
        "java.util.concurrent.locks.ReentrantLock$NonfairSync",
        superclass="java.util.concurrent.locks.AbstractOwnableSynchronizer",
    )
    lock = [("java.util.concurrent.locks.ReentrantLock", "lock"), REPORT]
    one = shapes.running(heap, "transfer-in", lock)
    other = shapes.running(heap, "transfer-out", lock)
    first = heap.instance(sync, exclusiveOwnerThread=one)
    second = heap.instance(sync, exclusiveOwnerThread=other)
    one.values["parkBlocker"] = second
    if closed:
        other.values["parkBlocker"] = first
    shapes.held(heap, "com.acme.Ledger", LOCKS=shapes.array(heap, [first, second]))
    return heap


def test_a_ring_of_locks_is_a_deadlock(tmp_path: Path) -> None:
    (found,) = findings(deadlock.RULE, ring_heap(closed=True), tmp_path)

    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.CERTAIN)
    assert found.instances == 2
    assert "transfer-in" in str(found.summary)
    assert "transfer-out" in str(found.summary)


def test_a_chain_of_locks_is_none(tmp_path: Path) -> None:
    assert findings(deadlock.RULE, ring_heap(closed=False), tmp_path) == []


def futures_heap(unanswered: int, answered: int = 0) -> HeapBuilder:
    heap = HeapBuilder()
    future = heap.klass(
        "java.util.concurrent.CompletableFuture", fields={"result": "object", "stack": "object"}
    )
    action = heap.klass(
        "java.util.concurrent.CompletableFuture$UniWhenComplete", fields={"fn": "object"}
    )
    callbacks = shapes.things(heap, "com.acme.Callback", unanswered, 128)
    result = heap.string("done")
    pending: list[HeapObject] = [
        *(heap.instance(future, result=result) for _ in range(answered)),
        *(heap.instance(future, stack=heap.instance(action, fn=one)) for one in callbacks),
    ]
    shapes.held(heap, "com.acme.Rpc", pending=shapes.array_list(heap, pending))
    return heap


def test_futures_that_nobody_completes(tmp_path: Path) -> None:
    (found,) = findings(futures_never_completed.RULE, futures_heap(12_000), tmp_path)

    assert (found.instances, found.owner) == (12_000, "com.acme.Rpc#pending")
    assert found.severity is Severity.HIGH
    assert found.retained_bytes > 12_000 * (128 + 32)
    assert str(found.evidence[1].text) == "12,000 of them have dependent actions (stack)"


def test_futures_that_are_answered(tmp_path: Path) -> None:
    assert findings(futures_never_completed.RULE, futures_heap(999, 5_000), tmp_path) == []


@pytest.mark.parametrize(("count", "found"), [(49, 0), (50, 1)])
def test_threads_that_were_never_started(tmp_path: Path, count: int, found: int) -> None:
    heap = HeapBuilder()
    threads: list[HeapObject] = [
        heap.instance("java.lang.Thread", threadStatus=0) for _ in range(count)
    ]
    shapes.held(heap, "com.acme.Jobs", THREADS=shapes.array_list(heap, threads))

    answers = findings(unstarted_threads.RULE, heap, tmp_path)
    assert [one.owner for one in answers] == ["com.acme.Jobs#THREADS"] * found


def test_shutdown_hooks_are_to_be_unstarted(tmp_path: Path) -> None:
    heap = HeapBuilder()
    hooks: list[HeapObject] = [
        heap.instance("java.lang.Thread", threadStatus=0) for _ in range(100)
    ]
    table = heap.klass("java.util.IdentityHashMap", fields={"table": "object", "size": "int"})
    kept = heap.instance(table, table=shapes.array(heap, hooks), size=len(hooks))
    shapes.held(heap, "java.lang.ApplicationShutdownHooks", hooks=kept)
    assert findings(unstarted_threads.RULE, heap, tmp_path) == []


def common_pool(frames: list[list[tuple[str, str]]]) -> HeapBuilder:
    heap = HeapBuilder()
    name = "java.util.concurrent.ForkJoinWorkerThread"
    heap.klass(name, superclass="java.lang.Thread")
    for number, stack in enumerate(frames, 1):
        for class_name, _ in stack:
            heap.klass(class_name)
        thread = heap.thread(f"ForkJoinPool.commonPool-worker-{number}", stack, klass=name)
        thread.values["threadStatus"] = shapes.WAITING
    return heap


def test_a_common_pool_that_is_blocked(tmp_path: Path) -> None:
    (found,) = findings(common_pool_blocked.RULE, common_pool([BORROW, AWAIT]), tmp_path)
    assert (found.instances, found.severity) == (2, Severity.MEDIUM)


def test_a_common_pool_with_a_free_thread(tmp_path: Path) -> None:
    rest = [("java.util.concurrent.ForkJoinPool", "awaitWork")]
    assert findings(common_pool_blocked.RULE, common_pool([BORROW, AWAIT, rest]), tmp_path) == []


@pytest.mark.parametrize(("threads", "severity"), [(1, Severity.LOW), (5, Severity.MEDIUM)])
def test_writes_to_a_peer_that_does_not_read(
    tmp_path: Path, threads: int, severity: Severity
) -> None:
    heap = HeapBuilder()
    writers: list[InstanceObject] = [
        shapes.running(heap, f"sender-{number}", WRITE, 5) for number in range(threads)
    ]
    (found,) = findings(blocked_writes.RULE, heap, tmp_path)
    assert (found.instances, found.severity) == (len(writers), severity)
    assert found.owner == "com.acme.Sender.send(Sender.java:12)"


def test_threads_that_write_nothing(tmp_path: Path) -> None:
    heap = HeapBuilder()
    shapes.running(heap, "reader", [("sun.nio.ch.NioSocketImpl", "implRead"), REPORT], 5)
    assert findings(blocked_writes.RULE, heap, tmp_path) == []
