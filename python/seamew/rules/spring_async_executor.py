"""T7: Spring's @Async with an executor that has no bound."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, ThreadRow, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    UNBOUNDED,
    application_frame,
    by_count,
    executor_holding,
    first_elements,
    number,
    object_fact,
    queue_size,
    target,
    task_class,
    text,
    thread_fact,
    worse,
)

__all__ = ["RULE"]

_SIMPLE = "org.springframework.core.task.SimpleAsyncTaskExecutor"
_POOLED = "org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor"
_SUSPICIOUS_THREADS = 50
_MANY_THREADS = 100
_CROWD_OF_THREADS = 500
_SUSPICIOUS_TASKS = 1_000
_MANY_TASKS = 10_000
_HUGE_NUMBER_OF_TASKS = 1_000_000
_MOST_EXECUTORS = 200


def _find(heap: Examination) -> Iterator[Finding]:
    for executor in heap.all_of(_SIMPLE).page(limit=_MOST_EXECUTORS):
        prefix = text(heap, executor, "threadNamePrefix")
        threads = [row for row in heap.threads if prefix and (row.name or "").startswith(prefix)]
        if len(threads) >= _SUSPICIOUS_THREADS:
            yield _of_threads(heap, executor, threads)
    for executor in heap.all_of(_POOLED).page(limit=_MOST_EXECUTORS):
        queue = target(heap, executor, "threadPoolExecutor.workQueue")
        if queue is None or number(heap, executor, "queueCapacity") != UNBOUNDED:
            continue
        waiting = queue_size(heap, queue)
        if waiting >= _SUSPICIOUS_TASKS:
            yield _of_queue(heap, executor, queue, waiting)


def _of_threads(heap: Examination, executor: int, threads: list[ThreadRow]) -> Finding:
    count = format_count(len(threads))
    limit = number(heap, executor, "concurrencyThrottle.concurrencyLimit")
    started = number(heap, executor, "threadCount.value") or len(threads)
    counted = Text(
        "{started} threads started, {count} live; concurrencyLimit {limit}",
        "已启动 {started} 个线程，存活 {count} 个；concurrencyLimit 为 {limit}",
        started=format_count(started),
        count=count,
        limit=Text("none", "无") if limit is None or limit < 0 else format_count(limit),
    )
    at = Text(
        "thread {name} is in {frame}",
        "线程 {name} 正在 {frame}",
        name=threads[0].name or "?",
        frame=application_frame(threads[0]) or "?",
    )
    found = Found(
        title=Text(
            "{count} threads of a SimpleAsyncTaskExecutor: one for each @Async call",
            "SimpleAsyncTaskExecutor 有 {count} 个线程：每次 @Async 调用一个",
            count=count,
        ),
        summary=Text(
            "SimpleAsyncTaskExecutor is no pool: it starts a thread for each task and has no limit"
            " unless one is set. {count} live now.",
            "SimpleAsyncTaskExecutor 不是线程池：它为每个任务启动一个线程，不设置就没有上限。现有"
            " {count} 个存活。",
            count=count,
        ),
        evidence=(object_fact(heap, counted, executor), thread_fact(heap, at, threads[0])),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=by_count(len(threads), medium=_MANY_THREADS, high=_CROWD_OF_THREADS),
        at=executor,
        holding=executor_holding(heap, executor),
        element_class=threads[0].class_name,
        instances=len(threads),
        retained_bytes=heap.retained_bytes(heap.heap.set_of([row.object_index for row in threads])),
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _of_queue(heap: Examination, executor: int, queue: int, waiting: int) -> Finding:
    retained_bytes = heap.heap.sizes(queue)[1]
    bean = text(heap, executor, "beanName") or "?"
    counted = Text(
        "bean {bean}: queueCapacity {capacity}, {count} tasks wait and retain {size}; maxPoolSize"
        " {maximum} is never reached while the queue takes more",
        "Bean {bean}：queueCapacity 为 {capacity}，{count} 个任务等待并保持 {size}；只要队列还能"
        "接收，就永远达不到 maxPoolSize {maximum}",
        bean=bean,
        capacity=format_count(UNBOUNDED),
        count=format_count(waiting),
        size=format_bytes(retained_bytes),
        maximum=format_count(number(heap, executor, "maxPoolSize") or 0),
    )
    found = Found(
        title=Text(
            "{count} @Async tasks wait for Spring's executor {bean}",
            "{count} 个 @Async 任务在等待 Spring 执行器 {bean}",
            count=format_count(waiting),
            bean=bean,
        ),
        summary=Text(
            "The queue of {bean} has no bound, so calls of @Async methods never fail and never"
            " slow their callers: they gather, with their arguments, until the heap is full.",
            "{bean} 的队列没有上限，@Async 方法的调用从不失败也不会让调用者变慢：它们带着参数不断堆"
            "积，直到堆满。",
            bean=bean,
        ),
        evidence=(object_fact(heap, counted, executor),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes),
            by_count(waiting, medium=_MANY_TASKS, high=_HUGE_NUMBER_OF_TASKS),
        ),
        at=queue,
        element_class=task_class(heap, first_elements(heap, queue)),
        instances=waiting,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Define the executor yourself: ThreadPoolTaskExecutor with setCorePoolSize(8),"
    " setMaxPoolSize(16), setQueueCapacity(500) and CallerRunsPolicy; in Spring Boot"
    " spring.task.execution.pool.queue-capacity=500 and max-size=16.",
    "自行定义执行器：ThreadPoolTaskExecutor，setCorePoolSize(8)、setMaxPoolSize(16)、"
    "setQueueCapacity(500) 和 CallerRunsPolicy；Spring Boot 中设置"
    " spring.task.execution.pool.queue-capacity=500 和 max-size=16。",
)
_DOUBT = Text(
    "A burst of calls that ends: a second dump shows whether the number falls.",
    "可能是会结束的突发调用：再取一次转储看数量是否下降。",
)

RULE = Rule(
    id="spring-async-executor",
    catalogue=("T7",),
    topic=Topic.THREADS,
    title=Text("@Async without a bound", "无上限的 @Async"),
    classes=(_SIMPLE, _POOLED),
    find=_find,
    page=Page(
        finds=Text(
            "Spring's SimpleAsyncTaskExecutor with 50 or more live threads, and"
            " ThreadPoolTaskExecutors without a queueCapacity that have 1,000 tasks waiting.",
            "有 50 个以上存活线程的 SimpleAsyncTaskExecutor，以及未设 queueCapacity 且有 1,000 "
            "个以上任务等待的 ThreadPoolTaskExecutor。",
        ),
        why=Text(
            "Without a bean of one's own, @Async uses an executor that starts a thread for each"
            " call, or in Spring Boot one of eight threads with an endless queue.",
            "若没有自定义 Bean，@Async 会为每次调用启动线程；在 Spring Boot 中则是八个线程加无界"
            "队列。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Short bursts; executors with a bounded queue.",
            "短暂突发；队列有上限的执行器。",
        ),
        example="@EnableAsync class Configuration { }",
        fixed="@Bean ThreadPoolTaskExecutor taskExecutor() {\n"
        "    executor.setQueueCapacity(500);\n    ...\n}",
        references=("Spring: ThreadPoolTaskExecutor, SimpleAsyncTaskExecutor",),
    ),
)
