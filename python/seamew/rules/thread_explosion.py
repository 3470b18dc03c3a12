"""T5: hundreds of threads of one pool, because nothing limits how many there may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from seamew.holding import Holding
from seamew.model import Confidence, Evidence, Finding, ThreadRow, Topic
from seamew.thread_pools import pools
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    Pool,
    application_frame,
    by_count,
    executor_holding,
    is_idle,
    object_fact,
    pool_threads,
    thread_pools,
)

__all__ = ["RULE"]

_EXECUTOR = "java.util.concurrent.ThreadPoolExecutor"
_TIMER_THREAD = "java.util.TimerThread"  # another rule's
_SUSPICIOUS_WORKERS = 200
_CROWD_OF_WORKERS = 1_000
_SUSPICIOUS_OF_ONE_NAME = 500
_UNLIMITED = 10_000


def _find(heap: Examination) -> Iterator[Finding]:
    told: set[int] = set()
    for pool in thread_pools(heap):
        if pool.workers < _SUSPICIOUS_WORKERS:
            continue
        threads = pool_threads(heap, pool)
        told.update(row.object_index for row in threads)
        if pool.maximum >= _UNLIMITED and pool.capacity == 0:
            yield _of_pool(heap, pool, threads)
    for name, rows in _by_name(heap, told).items():
        if len(rows) >= _SUSPICIOUS_OF_ONE_NAME:
            yield _of_name(heap, name, rows)


def _by_name(heap: Examination, told: set[int]) -> dict[str, list[ThreadRow]]:
    """Live platform threads by the pool that their names tell, without those told already."""
    rows = [
        row
        for row in heap.threads
        if row.is_alive
        and not row.is_virtual
        and row.object_index not in told
        and row.class_name != _TIMER_THREAD
    ]
    names = pools(row.name or "" for row in rows)
    groups: dict[str, list[ThreadRow]] = defaultdict(list)
    for row in rows:
        groups[names[row.name or ""]].append(row)
    return groups


def _of_pool(heap: Examination, pool: Pool, threads: Sequence[ThreadRow]) -> Finding:
    limits = Text(
        "{count} workers; maximumPoolSize {maximum}, and a queue that keeps nothing",
        "{count} 个工作线程；maximumPoolSize 为 {maximum}，且队列不保存任务",
        count=format_count(pool.workers),
        maximum=format_count(pool.maximum),
    )
    found = Found(
        title=Text(
            "{count} threads in a pool without a limit",
            "无上限线程池中有 {count} 个线程",
            count=format_count(pool.workers),
        ),
        summary=_summary(threads),
        evidence=(object_fact(heap, limits, pool.index), *_stack_facts(heap, threads)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=by_count(pool.workers, medium=_SUSPICIOUS_WORKERS, high=_CROWD_OF_WORKERS),
        at=pool.index,
        holding=executor_holding(heap, pool.index),
        element_class=threads[0].class_name if threads else "java.lang.Thread",
        instances=pool.workers,
        retained_bytes=heap.retained_bytes(
            heap.heap.set_of([pool.index, *(row.object_index for row in threads)])
        ),
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _of_name(heap: Examination, name: str, rows: Sequence[ThreadRow]) -> Finding:
    counted = Text(
        "{count} live threads are named {name}",
        "{count} 个存活线程名为 {name}",
        count=format_count(len(rows)),
        name=name or "-",
    )
    objects = heap.heap.set_of([row.object_index for row in rows])
    found = Found(
        title=Text(
            "{count} threads named {name}",
            "{count} 个名为 {name} 的线程",
            count=format_count(len(rows)),
            name=name or "-",
        ),
        summary=_summary(rows),
        evidence=(
            heap.evidence(counted, "threads", "--by", "pool"),
            *_stack_facts(heap, rows),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=by_count(len(rows), medium=_SUSPICIOUS_OF_ONE_NAME, high=_CROWD_OF_WORKERS),
        at=rows[0].object_index,
        holding=Holding(None, ()),
        element_class=rows[0].class_name,
        instances=len(rows),
        retained_bytes=heap.retained_bytes(objects),
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _summary(threads: Sequence[ThreadRow]) -> Text:
    idle = sum(is_idle(row) for row in threads)
    return Text(
        "Each thread costs a stack outside the heap (1 MB reserved, as a rule). {idle} of {count}"
        " have nothing to do.",
        "每个线程都占用堆外的栈（通常预留 1 MB）。{count} 个中有 {idle} 个无事可做。",
        idle=format_count(idle),
        count=format_count(len(threads)),
    )


def _stack_facts(heap: Examination, threads: Sequence[ThreadRow]) -> Iterator[Evidence]:
    places: dict[str, int] = defaultdict(int)
    for row in threads:
        frame = application_frame(row)
        if frame is not None:
            places[frame] += 1
    for frame, count in sorted(places.items(), key=lambda one: (-one[1], one[0]))[:3]:
        said = Text(
            "{count} of them are in {frame}",
            "其中 {count} 个在 {frame}",
            count=format_count(count),
            frame=frame,
        )
        yield heap.evidence(said, "threads", "--by", "stack")


_ADVICE = Text(
    "Limit the pool: new ThreadPoolExecutor(n, n, 60, SECONDS, new ArrayBlockingQueue<>(1000))"
    " instead of Executors.newCachedThreadPool(), and give the calls in its tasks a timeout.",
    "限制线程池：用 new ThreadPoolExecutor(n, n, 60, SECONDS, new ArrayBlockingQueue<>(1000))"
    " 代替 Executors.newCachedThreadPool()，并为任务中的调用设置超时。",
)
_DOUBT = Text(
    "A server that is configured for so many threads is no leak: compare the number with its"
    " setting, and see whether it grows from dump to dump.",
    "若服务器本就配置了这么多线程则不是泄漏：请与配置比较，并看数量是否逐次增长。",
)

RULE = Rule(
    id="thread-explosion",
    catalogue=("T5",),
    topic=Topic.THREADS,
    title=Text("A pool that makes threads without a limit", "无限创建线程的线程池"),
    classes=("java.lang.Thread",),
    find=_find,
    page=Page(
        finds=Text(
            "Pools without a limit (SynchronousQueue and a huge maximumPoolSize) with 200 threads"
            " or more, and 500 or more live threads of one name.",
            "无上限的线程池（SynchronousQueue 且 maximumPoolSize 极大）有 200 个以上线程，或同名"
            "存活线程达 500 个以上。",
        ),
        why=Text(
            "newCachedThreadPool starts a thread whenever none is free. When each task waits for"
            " something slow, there is a thread for each, until no more can be made.",
            "newCachedThreadPool 在没有空闲线程时就新建线程。当每个任务都在等待慢操作时，每个任务"
            "都占一个线程，直到再也无法创建。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Servers with a configured number of request threads; virtual threads do not count.",
            "配置了请求线程数的服务器；虚拟线程不计入。",
        ),
        example="ExecutorService executor = Executors.newCachedThreadPool();",
        fixed="ExecutorService executor = new ThreadPoolExecutor(50, 50, 60, SECONDS,\n"
        "    new ArrayBlockingQueue<>(1000));",
        references=("java.base/java/util/concurrent/Executors.java (newCachedThreadPool)",),
    ),
)
