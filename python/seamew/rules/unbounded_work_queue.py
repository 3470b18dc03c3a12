"""T2: tasks pile up in an executor's queue that has no bound."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Evidence, Finding, Healthy, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    Pool,
    application_frame,
    by_count,
    first_elements,
    object_fact,
    pool_threads,
    task_class,
    thread_fact,
    thread_pools,
    worse,
)

__all__ = ["RULE"]

_DELAYED = "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue"
_SUSPICIOUS_TASKS = 1_000
_MANY_TASKS = 10_000
_HUGE_NUMBER_OF_TASKS = 1_000_000
_SHOWN_FRAMES = 3
_BATCH = (".invokeAll(", ".invokeAny(", ".awaitTermination(")


def _find(heap: Examination) -> Iterator[Finding | Healthy]:
    for pool in thread_pools(heap):
        if pool.queue_class == _DELAYED or not pool.queued:
            continue
        if pool.capacity is not None:
            yield from _bounded(heap, pool)
        elif pool.queued >= _SUSPICIOUS_TASKS:
            yield _finding(heap, pool)


def _bounded(heap: Examination, pool: Pool) -> Iterator[Healthy]:
    if pool.queued < _SUSPICIOUS_TASKS:
        return
    because = Text(
        "{count} tasks wait in a queue that takes at most {capacity}",
        "{count} 个任务在最多容纳 {capacity} 个的队列中等待",
        count=format_count(pool.queued),
        capacity=format_count(pool.capacity or 0),
    )
    owner = heap.holding(pool.queue).owner
    name = None if owner is None else owner.name
    yield Healthy(RULE.id, name, heap.heap.row(pool.queue), because)


def _finding(heap: Examination, pool: Pool) -> Finding:
    retained_bytes = heap.heap.sizes(pool.queue)[1]
    task = task_class(heap, first_elements(heap, pool.queue))
    is_batch = _somebody_waits(heap)
    severity = worse(
        heap.severity(retained_bytes),
        by_count(pool.queued, medium=_MANY_TASKS, high=_HUGE_NUMBER_OF_TASKS),
    )
    found = Found(
        title=Text(
            "{count} tasks wait in an executor's queue without a bound",
            "{count} 个任务在执行器的无界队列中等待",
            count=format_count(pool.queued),
        ),
        summary=_summary(pool, task or "?"),
        evidence=_evidence(heap, pool, retained_bytes),
        advice=(_ADVICE,),
        doubts=(_BATCH_DOUBT,) if is_batch else (_DOUBT,),
        confidence=Confidence.POSSIBLE if is_batch else Confidence.LIKELY,
        severity=Severity.LOW if is_batch else severity,
        at=pool.queue,
        element_class=task,
        instances=pool.queued,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _somebody_waits(heap: Examination) -> bool:
    """Whether a thread waits for a whole batch to be done: then nothing is added for ever."""
    return any(one in frame.text for row in heap.threads for frame in row.frames for one in _BATCH)


def _summary(pool: Pool, task: str) -> Text:
    return Text(
        "{workers} threads (at most {maximum}) work on tasks of {task}; {queued} wait, and the"
        " queue takes any number more. What each task refers to is kept until it has run.",
        "{workers} 个线程（最多 {maximum} 个）在处理 {task} 的任务；有 {queued} 个在等待，而队列"
        "没有上限。每个任务引用的一切都会保留到它执行完为止。",
        workers=format_count(pool.workers),
        maximum=format_count(pool.maximum),
        task=task,
        queued=format_count(pool.queued),
    )


def _evidence(heap: Examination, pool: Pool, retained_bytes: int) -> tuple[Evidence, ...]:
    queue = Text(
        "{name} without a capacity holds {count} tasks and retains {size}",
        "未设容量的 {name} 中有 {count} 个任务，保持 {size}",
        name=pool.queue_class,
        count=format_count(pool.queued),
        size=format_bytes(retained_bytes),
    )
    executor = Text(
        "{workers} worker threads, maximumPoolSize {maximum}",
        "{workers} 个工作线程，maximumPoolSize 为 {maximum}",
        workers=format_count(pool.workers),
        maximum=format_count(pool.maximum),
    )
    return (
        object_fact(heap, queue, pool.queue),
        object_fact(heap, executor, pool.index),
        *_where_workers_are(heap, pool),
    )


def _where_workers_are(heap: Examination, pool: Pool) -> Iterator[Evidence]:
    for row in pool_threads(heap, pool)[:_SHOWN_FRAMES]:
        frame = application_frame(row)
        if frame is not None:
            said = Text(
                "worker {name} is in {frame}",
                "工作线程 {name} 正在 {frame}",
                name=row.name or "?",
                frame=frame,
            )
            yield thread_fact(heap, said, row)


_ADVICE = Text(
    "Give the queue a bound and say what happens when it is full: new ThreadPoolExecutor(n, n, 60,"
    " SECONDS, new ArrayBlockingQueue<>(1000), new CallerRunsPolicy()); and give the workers'"
    " calls a timeout.",
    "为队列设置上限并规定满时的处理：new ThreadPoolExecutor(n, n, 60, SECONDS, new"
    " ArrayBlockingQueue<>(1000), new CallerRunsPolicy())；并为工作线程中的调用设置超时。",
)
_DOUBT = Text(
    "A burst that the workers will clear: a second dump a minute later shows whether the queue"
    " shrinks, and the workers' stacks whether they are stuck.",
    "也可能只是可以消化的突发：一分钟后再取一次转储看队列是否变短，并看工作线程的栈是否卡住。",
)
_BATCH_DOUBT = Text(
    "A thread waits for a batch of tasks to end, so the queue may be that batch and shrink.",
    "有线程在等待一批任务结束，因此队列可能就是这一批，并会变短。",
)

RULE = Rule(
    id="unbounded-work-queue",
    catalogue=("T2",),
    topic=Topic.THREADS,
    title=Text("An executor's queue without a bound", "执行器的无界队列"),
    classes=("java.util.concurrent.ThreadPoolExecutor",),
    find=_find,
    page=Page(
        finds=Text(
            "Thread pools whose work queue has no capacity and holds 1,000 tasks or more.",
            "工作队列没有容量限制且积压 1,000 个以上任务的线程池。",
        ),
        why=Text(
            "Executors.newFixedThreadPool and newSingleThreadExecutor use a LinkedBlockingQueue"
            " that takes 2,147,483,647 tasks. When work comes faster than it is done, it grows"
            " until the heap is full.",
            "Executors.newFixedThreadPool 和 newSingleThreadExecutor 使用可容纳 2,147,483,647"
            " 个任务的 LinkedBlockingQueue。任务来得比处理得快时，它会一直增长到堆满。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Queues with a bound are healthy. A batch that somebody waits for is reported low.",
            "有上限的队列是健康的。有人等待其结束的批处理仅以低级别报告。",
        ),
        example="ExecutorService executor = Executors.newFixedThreadPool(4);",
        fixed="ExecutorService executor = new ThreadPoolExecutor(4, 4, 60, SECONDS,\n"
        "    new ArrayBlockingQueue<>(1000), new ThreadPoolExecutor.CallerRunsPolicy());",
        references=("java.base/java/util/concurrent/ThreadPoolExecutor.java (workQueue)",),
    ),
)
