"""T4: tasks that were cancelled stay in a scheduler's queue until their time has come."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Confidence, Evidence, Finding, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    by_count,
    flag,
    matching,
    object_fact,
    query_fact,
    size,
    target,
    task_class,
    worse,
)

__all__ = ["RULE"]

_EXECUTOR = "java.util.concurrent.ScheduledThreadPoolExecutor"
_TASK = "java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask"
_CANCELLED = 4  # FutureTask.CANCELLED; 5 and 6 are INTERRUPTING and INTERRUPTED
_SUSPICIOUS_TASKS = 1_000
_MANY_TASKS = 10_000
_HUGE_NUMBER_OF_TASKS = 1_000_000
_MOST_EXECUTORS = 1_000
_MOST_SLOTS = 2_000_000
_SAMPLE = 32


def _find(heap: Examination) -> Iterator[Finding]:
    for executor in heap.all_of(_EXECUTOR).page(limit=_MOST_EXECUTORS):
        queue = target(heap, executor, "workQueue")
        if queue is None or size(heap, executor, "workQueue") < _SUSPICIOUS_TASKS:
            continue
        waiting = _elements(heap, queue)
        cancelled = matching(heap, waiting, f"state>={_CANCELLED}")
        if len(cancelled) >= _SUSPICIOUS_TASKS:
            yield _finding(heap, queue, executor, cancelled)


def _elements(heap: Examination, queue: int) -> ObjectSet:
    array = target(heap, queue, "queue")
    if array is None:
        return heap.heap.no_objects()
    slots = heap.heap.element_ids(array, limit=_MOST_SLOTS)
    return heap.heap.set_of([one for one in slots if one is not None])


def _finding(heap: Examination, queue: int, executor: int, cancelled: ObjectSet) -> Finding:
    retained_bytes = heap.retained_bytes(cancelled)
    found = Found(
        title=Text(
            "{count} cancelled tasks stay in a scheduler's queue",
            "{count} 个已取消的任务仍留在调度器队列中",
            count=format_count(len(cancelled)),
        ),
        summary=Text(
            "A ScheduledThreadPoolExecutor keeps a cancelled task, and all it refers to, until the"
            " time comes at which it would have run, unless removeOnCancel is set.",
            "除非设置了 removeOnCancel，否则 ScheduledThreadPoolExecutor 会把已取消的任务及其引用"
            "的一切保留到原定执行时间。",
        ),
        evidence=_evidence(heap, executor, cancelled, size(heap, executor, "workQueue")),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN,
        severity=_severity(heap, len(cancelled), retained_bytes),
        at=queue,
        element_class=task_class(heap, cancelled.page(limit=_SAMPLE)),
        instances=len(cancelled),
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _severity(heap: Examination, tasks: int, retained_bytes: int) -> Severity:
    by_tasks = by_count(tasks, medium=_MANY_TASKS, high=_HUGE_NUMBER_OF_TASKS)
    return worse(heap.severity(retained_bytes), by_tasks)


def _evidence(
    heap: Examination, executor: int, cancelled: ObjectSet, queued: int
) -> tuple[Evidence, ...]:
    is_removing = flag(heap, executor, "removeOnCancel")
    counted = Text(
        "{count} of {queued} tasks in the queue are cancelled; they retain {size}",
        "队列中 {queued} 个任务有 {count} 个已取消，共保持 {size}",
        count=format_count(len(cancelled)),
        queued=format_count(queued),
        size=format_bytes(heap.retained_bytes(cancelled)),
    )
    setting = Text(
        "removeOnCancel is {value}", "removeOnCancel 为 {value}", value=str(is_removing).lower()
    )
    query = f"SELECT count(*) FROM {_TASK} t WHERE t.state >= {_CANCELLED}"
    return query_fact(heap, counted, query), object_fact(heap, setting, executor)


_ADVICE = Text(
    "Call setRemoveOnCancelPolicy(true) on the ScheduledThreadPoolExecutor (Spring:"
    " ThreadPoolTaskScheduler.setRemoveOnCancelPolicy(true)).",
    "对 ScheduledThreadPoolExecutor 调用 setRemoveOnCancelPolicy(true)（Spring："
    "ThreadPoolTaskScheduler.setRemoveOnCancelPolicy(true)）。",
)
_DOUBT = Text(
    "With short delays the queue empties by itself: the number is the rate of calls times the"
    " delay, and no leak as long as the heap bears it.",
    "若延迟很短，队列会自行清空：数量等于调用速率乘以延迟，只要堆能承受就不算泄漏。",
)

RULE = Rule(
    id="cancelled-tasks-kept",
    catalogue=("T4",),
    topic=Topic.THREADS,
    title=Text("Cancelled tasks kept in a scheduler", "调度器保留已取消的任务"),
    classes=(_EXECUTOR,),
    find=_find,
    page=Page(
        finds=Text(
            "1,000 or more FutureTask objects with state CANCELLED in a delayed work queue.",
            "延迟队列中有 1,000 个以上状态为 CANCELLED 的 FutureTask。",
        ),
        why=Text(
            "Timeouts are mostly cancelled. Without removeOnCancel each one stays for its whole"
            " delay, with the call, the buffers and the session that its task has captured.",
            "超时任务大多会被取消。若没有 removeOnCancel，每个任务都会带着它捕获的调用、缓冲区和"
            "会话留满整个延迟时间。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Few cancelled tasks, or short delays: fewer than 1,000 are not reported.",
            "已取消的任务很少或延迟很短：少于 1,000 个不报告。",
        ),
        example="timeout = scheduler.schedule(this::expire, 1, HOURS); ... timeout.cancel(false);",
        fixed="scheduler.setRemoveOnCancelPolicy(true);",
        references=(
            "java.base/java/util/concurrent/ScheduledThreadPoolExecutor.java (removeOnCancel)",
        ),
    ),
)
