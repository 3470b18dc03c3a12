"""Queues, pools and schedulers of java.util.concurrent."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules import shapes
from rules.asking import findings, healthy
from seamew.model import Confidence, Finding, Severity
from seamew.rules import (
    cancelled_tasks_kept,
    executor_per_call,
    scheduled_backlog,
    starved_scheduler,
    thread_explosion,
    unbounded_work_queue,
)
from seamew.testing import HeapBuilder

WORKING = [
    ("java.util.concurrent.locks.LockSupport", "park"),
    ("com.acme.Job", "run"),
    ("java.util.concurrent.ThreadPoolExecutor", "runWorker"),
]
AT_REST = [
    ("java.util.concurrent.locks.LockSupport", "park"),
    ("java.util.concurrent.ThreadPoolExecutor", "getTask"),
]
IN_A_LOCK = [("java.util.concurrent.locks.ReentrantLock", "lock"), *WORKING[1:]]
BATCH = [("java.util.concurrent.AbstractExecutorService", "invokeAll")]


def queue_heap(tasks: int, capacity: int = shapes.UNBOUNDED, payload: int = 0) -> HeapBuilder:
    # com.acme.Service.executor -> ThreadPoolExecutor -> LinkedBlockingQueue -> Job, Job ...
    heap = HeapBuilder()
    jobs = shapes.things(heap, "com.acme.Job", tasks, payload)
    worker = shapes.running(heap, "pool-1-thread-1", WORKING)
    pool = shapes.executor(heap, shapes.linked_queue(heap, jobs, capacity), [worker])
    shapes.held(heap, "com.acme.Service", executor=pool)
    return heap


def test_a_queue_without_a_bound_is_found(tmp_path: Path) -> None:
    (found,) = findings(unbounded_work_queue.RULE, queue_heap(20_000, payload=300), tmp_path)

    assert found.owner == "com.acme.Service#executor"
    assert (found.instances, found.element_class) == (20_000, "com.acme.Job")
    assert found.severity is Severity.HIGH
    assert found.retained_bytes > 20_000 * 356
    assert "worker pool-1-thread-1 is in com.acme.Job.run(Job.java:11)" in texts(found)


def test_a_few_tasks_are_no_backlog(tmp_path: Path) -> None:
    assert findings(unbounded_work_queue.RULE, queue_heap(999), tmp_path) == []


def test_a_queue_with_a_bound_is_healthy(tmp_path: Path) -> None:
    heap = queue_heap(2_000, capacity=5_000)

    (fine,) = healthy(unbounded_work_queue.RULE, heap, tmp_path)
    assert str(fine.because) == "2,000 tasks wait in a queue that takes at most 5,000"
    assert findings(unbounded_work_queue.RULE, heap, tmp_path) == []


def test_a_batch_that_somebody_waits_for_is_doubtful(tmp_path: Path) -> None:
    heap = queue_heap(20_000)
    shapes.running(heap, "main", BATCH)

    (found,) = findings(unbounded_work_queue.RULE, heap, tmp_path)
    assert (found.severity, found.confidence) == (Severity.LOW, Confidence.POSSIBLE)


def scheduler_heap(
    waiting: int, cancelled: int = 0, frames: list[tuple[str, str]] | None = None
) -> HeapBuilder:
    heap = HeapBuilder()
    calls = shapes.things(heap, "com.acme.Call", waiting + cancelled)
    states = [4] * cancelled + [0] * waiting
    tasks = [shapes.future(heap, one, state) for one, state in zip(calls, states, strict=True)]
    worker = shapes.running(heap, "scheduling-1", AT_REST if frames is None else frames)
    queue = shapes.delayed_queue(heap, tasks)
    pool = shapes.executor(heap, queue, [worker], scheduled=True)
    shapes.held(heap, "com.acme.Timeouts", scheduler=pool)
    return heap


def test_cancelled_tasks_are_found_by_their_state(tmp_path: Path) -> None:
    (found,) = findings(cancelled_tasks_kept.RULE, scheduler_heap(10, cancelled=12_000), tmp_path)

    assert found.instances == 12_000
    assert found.owner == "com.acme.Timeouts#scheduler"
    assert found.element_class == "com.acme.Call"
    assert found.confidence is Confidence.CERTAIN
    assert "removeOnCancel is false" in texts(found)


def test_some_cancelled_tasks_are_normal(tmp_path: Path) -> None:
    assert findings(cancelled_tasks_kept.RULE, scheduler_heap(5_000, cancelled=999), tmp_path) == []


def test_a_busy_scheduler_has_a_backlog(tmp_path: Path) -> None:
    heap = scheduler_heap(12_000, frames=WORKING)

    (found,) = findings(scheduled_backlog.RULE, heap, tmp_path)
    assert (found.instances, found.owner) == (12_000, "com.acme.Timeouts#scheduler")
    assert found.confidence is Confidence.LIKELY
    assert healthy(scheduled_backlog.RULE, heap, tmp_path) == []


def test_a_scheduler_at_rest_has_no_task_that_is_due(tmp_path: Path) -> None:
    heap = scheduler_heap(2_000)
    heap.root(heap.data(16 << 20))  # so that the tasks are a small part of the heap

    assert findings(scheduled_backlog.RULE, heap, tmp_path) == []
    (fine,) = healthy(scheduled_backlog.RULE, heap, tmp_path)
    assert fine.owner == "com.acme.Timeouts#scheduler"


def test_cancelled_tasks_are_no_backlog(tmp_path: Path) -> None:
    heap = scheduler_heap(100, cancelled=5_000, frames=WORKING)
    assert findings(scheduled_backlog.RULE, heap, tmp_path) == []


@pytest.mark.parametrize(
    ("frames", "severity"), [(WORKING, Severity.LOW), (IN_A_LOCK, Severity.MEDIUM)]
)
def test_a_scheduler_whose_only_thread_is_busy(
    tmp_path: Path, frames: list[tuple[str, str]], severity: Severity
) -> None:
    (found,) = findings(starved_scheduler.RULE, scheduler_heap(5, frames=frames), tmp_path)
    assert (found.severity, found.instances) == (severity, 5)


@pytest.mark.parametrize("heap", [scheduler_heap(5), scheduler_heap(1, frames=WORKING)])
def test_a_scheduler_that_is_free_or_has_one_job(tmp_path: Path, heap: HeapBuilder) -> None:
    assert findings(starved_scheduler.RULE, heap, tmp_path) == []


def cached_pool_heap(threads: int) -> HeapBuilder:
    heap = HeapBuilder()
    names = [f"pool-1-thread-{number}" for number in range(threads)]
    workers = [shapes.running(heap, name, WORKING) for name in names]
    handover = heap.instance(heap.klass("java.util.concurrent.SynchronousQueue"))
    pool = shapes.executor(heap, handover, workers, maximum=shapes.UNBOUNDED)
    shapes.held(heap, "com.acme.Queries", executor=pool)
    return heap


def test_a_pool_without_a_limit_has_made_many_threads(tmp_path: Path) -> None:
    (found,) = findings(thread_explosion.RULE, cached_pool_heap(250), tmp_path)

    assert (found.instances, found.severity) == (250, Severity.MEDIUM)
    assert found.owner == "com.acme.Queries#executor"
    assert "250 of them are in com.acme.Job.run(Job.java:11)" in texts(found)


def test_a_pool_without_a_limit_and_few_threads(tmp_path: Path) -> None:
    assert findings(thread_explosion.RULE, cached_pool_heap(199), tmp_path) == []


@pytest.mark.parametrize(("threads", "found"), [(499, 0), (500, 1)])
def test_threads_of_one_name(tmp_path: Path, threads: int, found: int) -> None:
    heap = HeapBuilder()
    for number in range(threads):
        shapes.running(heap, f"receiver-{number}", WORKING)
    assert len(findings(thread_explosion.RULE, heap, tmp_path)) == found


def pools_heap(count: int) -> HeapBuilder:
    heap = HeapBuilder()
    report = heap.klass("com.acme.Report", fields={"executor": "object"})
    pools = [shapes.executor(heap, shapes.linked_queue(heap, [])) for _ in range(count)]
    reports = [heap.instance(report, executor=pool) for pool in pools]
    shapes.held(heap, "com.acme.Reports", ALL=shapes.array(heap, reports))
    return heap


def test_an_executor_for_each_call(tmp_path: Path) -> None:
    (found,) = findings(executor_per_call.RULE, pools_heap(120), tmp_path)

    assert (found.instances, found.severity) == (120, Severity.MEDIUM)
    assert found.owner == "com.acme.Report#executor"
    assert [one.instances for one in found.owners] == [120]


def test_many_parts_with_a_pool_each_are_normal(tmp_path: Path) -> None:
    heap = HeapBuilder()
    for number in range(60):
        pool = shapes.executor(heap, shapes.linked_queue(heap, []))
        shapes.held(heap, f"com.acme.part{number}.Part", executor=pool)
    assert findings(executor_per_call.RULE, heap, tmp_path) == []
    assert findings(executor_per_call.RULE, pools_heap(49), tmp_path) == []


def texts(found: Finding) -> list[str]:
    return [str(one.text) for one in found.evidence]
