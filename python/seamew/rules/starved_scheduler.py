"""T8: the only thread of a scheduler is stuck in one job, and the others wait."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Severity, ThreadRow, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    Pool,
    application_frame,
    first_elements,
    is_idle,
    object_fact,
    pool_threads,
    task_class,
    thread_fact,
    thread_pools,
    waiting_place,
)

__all__ = ["RULE"]

_EXECUTOR = "java.util.concurrent.ScheduledThreadPoolExecutor"
_DELAYED = f"{_EXECUTOR}$DelayedWorkQueue"
_FEW_JOBS = 2
_BACKLOG = 1_000  # from there on it is the rule about backlogs that speaks


def _find(heap: Examination) -> Iterator[Finding]:
    for pool in thread_pools(heap):
        if pool.queue_class != _DELAYED or pool.core > 1 or not _FEW_JOBS <= pool.queued < _BACKLOG:
            continue
        for row in pool_threads(heap, pool)[:1]:
            frame = application_frame(row)
            if not is_idle(row) and frame is not None:
                yield _finding(heap, pool, row, frame)


def _finding(heap: Examination, pool: Pool, row: ThreadRow, frame: str) -> Finding:
    place = waiting_place(row)
    jobs = format_count(pool.queued)
    state = row.thread_state or "?"
    busy = Text(
        "thread {name} ({state}) is in {frame}",
        "线程 {name}（{state}）正在 {frame}",
        name=row.name or "?",
        state=state,
        frame=frame,
    )
    queued = Text(
        "{count} jobs wait in its queue; corePoolSize is {core}",
        "其队列中有 {count} 个任务在等待；corePoolSize 为 {core}",
        count=jobs,
        core=format_count(pool.core),
    )
    found = Found(
        title=Text(
            "The only thread of a scheduler is busy; {count} jobs wait",
            "调度器唯一的线程在忙，{count} 个任务在等待",
            count=jobs,
        ),
        summary=Text(
            "Thread {name} runs one job at {frame}; none of the {count} other jobs of this"
            " scheduler starts before it ends. A sweeper among them does not sweep.",
            "线程 {name} 正在 {frame} 执行一个任务；在它结束之前，该调度器的其他 {count} 个任务都"
            "不会开始。其中若有清扫任务，也不会清扫。",
            name=row.name or "?",
            frame=frame,
            count=jobs,
        ),
        evidence=(thread_fact(heap, busy, row), object_fact(heap, queued, pool.queue)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.POSSIBLE,
        # A job that waits for a lock or the network may wait for ever; one that works will end.
        severity=Severity.MEDIUM if place and place[0].is_telling else Severity.LOW,
        at=pool.queue,
        element_class=task_class(heap, first_elements(heap, pool.queue)),
        instances=pool.queued,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Give the scheduler as many threads as it has jobs that may run long"
    " (spring.task.scheduling.pool.size, default 1), and each blocking call in a job a timeout.",
    "为调度器配置与可能长时间运行的任务数相当的线程（spring.task.scheduling.pool.size，默认 1），"
    "并为任务中的每个阻塞调用设置超时。",
)
_DOUBT = Text(
    "The job may have begun just now: a second thread dump a minute later shows whether it is"
    " still there.",
    "该任务可能刚刚开始：一分钟后再取线程转储即可看出它是否仍在那里。",
)

RULE = Rule(
    id="starved-scheduler",
    catalogue=("T8",),
    topic=Topic.THREADS,
    title=Text("A scheduler with one busy thread", "只有一个线程且在忙的调度器"),
    classes=(_EXECUTOR,),
    find=_find,
    page=Page(
        finds=Text(
            "Schedulers of one thread that is within application code while two or more jobs wait.",
            "只有一个线程的调度器：该线程正在执行业务代码，而有两个以上任务在等待。",
        ),
        why=Text(
            "Spring's @Scheduled methods share one thread by default. One that hangs stops all"
            " others, among them those that remove what has expired.",
            "Spring 的 @Scheduled 方法默认共用一个线程。其中一个挂住，其他所有任务都会停止，包括"
            "清除过期数据的任务。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "A job that runs at the moment of the dump and ends soon: reported low.",
            "恰好在转储时运行且很快结束的任务：以低级别报告。",
        ),
        references=("java.base/java/util/concurrent/ScheduledThreadPoolExecutor.java",),
    ),
)
