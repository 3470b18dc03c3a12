"""T1: a java.util.Timer, and so a thread, for each call."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Evidence, Finding, Severity, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding

__all__ = ["RULE"]

_THREAD = "java.util.TimerThread"
_SUSPICIOUS_TIMERS = 20
_MANY_TIMERS = 100


def _find(heap: Examination) -> Iterator[Finding]:
    threads = heap.all_of(_THREAD)
    if len(threads) < _SUSPICIOUS_TIMERS:
        return
    timers, tasks = heap.all_of("java.util.Timer"), heap.all_of("java.util.TimerTask")
    # Who keeps the Timer (to cancel it) keeps the thread; else the thread's own queue keeps tasks.
    held = next((one for one in (timers, tasks) if len(one)), threads)
    looked_at = heap.views(_THREAD)
    idle = sum(view.field("queue.size") == 0 for view in looked_at)
    is_crowd = len(threads) >= _MANY_TIMERS
    found = Found(
        title=_title(len(threads)),
        summary=_summary(len(threads), idle),
        evidence=_evidence(heap, len(threads), idle, len(looked_at)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN if is_crowd else Confidence.LIKELY,
        severity=Severity.HIGH if is_crowd else Severity.MEDIUM,
        at=next(iter(held)),
        owners=heap.owners(held),
        element_class=_THREAD,
        instances=len(threads),
        retained_bytes=heap.retained_bytes(threads | timers | tasks),
    )
    yield finding(heap, RULE.id, RULE.topic, found)


def _title(threads: int) -> Text:
    return Text(
        "{count} timer threads: one java.util.Timer for each call",
        "{count} 个定时器线程：每次调用都新建一个 java.util.Timer",
        count=format_count(threads),
    )


def _summary(threads: int, idle: int) -> Text:
    return Text(
        "Each java.util.Timer has a thread of its own, which lives until the timer is cancelled or"
        " collected. There are {count} of them; {idle} have no task any more.",
        "每个 java.util.Timer 都有自己的线程，直到被取消或被回收才结束。现有 {count} 个；"
        "其中 {idle} 个已没有任务。",
        count=format_count(threads),
        idle=format_count(idle),
    )


def _evidence(heap: Examination, threads: int, idle: int, looked_at: int) -> tuple[Evidence, ...]:
    count = format_count(threads)
    return (
        heap.evidence(
            Text("{count} x {name}", "{count} 个 {name}", count=count, name=_THREAD),
            "histogram",
            _THREAD,
        ),
        heap.evidence(
            Text(
                "{idle} of {count} looked at have an empty queue",
                "检查的 {count} 个中有 {idle} 个队列为空",
                idle=format_count(idle),
                count=format_count(looked_at),
            ),
            "query",
            f"SELECT count(*) FROM {_THREAD} t WHERE t.queue.size = 0",
        ),
    )


_ADVICE = Text(
    "Share one ScheduledThreadPoolExecutor with setRemoveOnCancelPolicy(true); keep the"
    " ScheduledFuture with the call, and cancel it in a finally block when the call ends.",
    "共用一个 ScheduledThreadPoolExecutor 并调用 setRemoveOnCancelPolicy(true)；把"
    " ScheduledFuture 与调用放在一起，调用结束时在 finally 中取消它。",
)
_DOUBT = Text(
    "Timers that libraries made for good (one each) are no leak: look at the owners, and whether"
    " the number grows with the calls.",
    "库为自身创建的少量定时器不是泄漏：请查看持有者，以及数量是否随调用增长。",
)

RULE = Rule(
    id="timer-per-call",
    catalogue=("T1",),
    topic=Topic.THREADS,
    title=Text("A Timer for each call", "每次调用一个 Timer"),
    classes=(_THREAD,),
    find=_find,
    page=Page(
        finds=Text(
            "Many java.util.TimerThread objects, most of them with an empty queue.",
            "大量 java.util.TimerThread 对象，其中多数队列为空。",
        ),
        why=Text(
            "A Timer owns a thread. The thread ends when cancel() is called, or when the Timer is"
            " found unreachable; a closure that holds the Timer (to cancel it later) keeps the"
            " thread as long as the closure lives. Each thread costs a stack outside the heap.",
            "Timer 拥有一个线程。只有调用 cancel()，或 Timer 不可达之后，线程才会结束；若某个闭包"
            "为了以后取消而持有 Timer，则闭包存活多久，线程就存活多久。每个线程还占用堆外的栈。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Programs with a small fixed number of timers: fewer than 20 are not reported.",
            "定时器数量固定且很少的程序：少于 20 个不报告。",
        ),
        example='new Timer("timeout-" + callId).schedule(task, timeoutMillis);',
        fixed="ScheduledFuture<?> timeout = scheduler.schedule(task, timeoutMillis, MILLIS);\n"
        "try { call.await(); } finally { timeout.cancel(false); }",
        references=("java.base/java/util/Timer.java (mainLoop, newTasksMayBeScheduled)",),
    ),
)
