"""The state of thread pools: java.util.concurrent.ThreadPoolExecutor and what is below it.

Fields by java.base/java/util/concurrent/ThreadPoolExecutor.java, the same from JDK 7 to 25.
"""

from __future__ import annotations

from dataclasses import dataclass

from seamew.model import ThreadRow
from seamew.rules.examination import Examination

from .elements import queue_size
from .fields import number, size, target

__all__ = ["UNBOUNDED", "Pool", "pool_threads", "thread_pools"]

UNBOUNDED = 2**31 - 1
_EXECUTOR = "java.util.concurrent.ThreadPoolExecutor"
_MOST_POOLS = 2_000
_MOST_WORKERS = 10_000


@dataclass(frozen=True, slots=True)
class Pool:
    """A thread pool. `capacity` None: the queue has no bound; `queued` are the tasks in it.

    `is_running` is false after shutdown() or shutdownNow().
    """

    index: int
    class_name: str
    core: int
    maximum: int
    workers: int
    queue: int
    queue_class: str
    queued: int
    capacity: int | None
    is_running: bool


def thread_pools(heap: Examination) -> list[Pool]:
    """The thread pools, the first two thousand."""
    found = heap.all_of(_EXECUTOR).page(limit=_MOST_POOLS)
    return [pool for pool in (_pool(heap, index) for index in found) if pool is not None]


def pool_threads(heap: Examination, pool: Pool) -> list[ThreadRow]:
    """The threads of a pool, by the Worker objects that run in them."""
    workers = target(heap, pool.index, "workers")
    if workers is None:
        return []
    entries = heap.heap.entries(workers).page(limit=_MOST_WORKERS)
    indices = {target(heap, entry.value_id, "thread") for entry in entries}
    return [row for row in heap.threads if row.object_index in indices]


def _pool(heap: Examination, index: int) -> Pool | None:
    queue = target(heap, index, "workQueue")
    if queue is None:
        return None
    return Pool(
        index=index,
        class_name=heap.heap.class_name(index),
        core=number(heap, index, "corePoolSize") or 0,
        maximum=number(heap, index, "maximumPoolSize") or 0,
        workers=size(heap, index, "workers"),
        queue=queue,
        queue_class=heap.heap.class_name(queue),
        queued=queue_size(heap, queue),
        capacity=_capacity(heap, queue),
        is_running=(number(heap, index, "ctl.value") or -1) < 0,
    )


def _capacity(heap: Examination, queue: int) -> int | None:
    """The bound of a queue; a hand-over (SynchronousQueue) has room for none."""
    if heap.heap.class_name(queue) == "java.util.concurrent.SynchronousQueue":
        return 0
    capacity = number(heap, queue, "capacity")
    if capacity is not None:
        return None if capacity == UNBOUNDED else capacity
    items = target(heap, queue, "items")
    return None if items is None else heap.heap.length(items)
