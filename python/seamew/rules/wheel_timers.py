"""T15: Netty's HashedWheelTimers by the dozen, or full of timeouts."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Confidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, crowd_found, matching, number, object_fact, set_fact, worse

__all__ = ["RULE"]

_TIMER = "io.netty.util.HashedWheelTimer"
_TIMEOUT = "io.netty.util.HashedWheelTimer$HashedWheelTimeout"
_SHUT_DOWN = 2  # WORKER_STATE_SHUTDOWN
_SUSPICIOUS_TIMERS = 10
_MANY_TIMERS = 20
_CROWD_OF_TIMERS = 100
_SUSPICIOUS_TIMEOUTS = 10_000
_MANY_TIMEOUTS = 100_000
_HUGE_NUMBER_OF_TIMEOUTS = 2_000_000


def _find(heap: Examination) -> Iterator[Finding]:
    timers = matching(heap, heap.all_of(_TIMER), f"workerState!={_SHUT_DOWN}")
    if len(timers) >= _SUSPICIOUS_TIMERS:
        yield _many(heap, timers)
    for timer in timers.page(limit=_CROWD_OF_TIMERS):
        pending = number(heap, timer, "pendingTimeouts.value") or 0
        if pending >= _SUSPICIOUS_TIMEOUTS:
            yield _full(heap, timer, pending)


def _many(heap: Examination, timers: ObjectSet) -> Finding:
    count = format_count(len(timers))
    found = crowd_found(
        heap,
        timers,
        title=Text("{count} HashedWheelTimer objects", "{count} 个 HashedWheelTimer", count=count),
        summary=Text(
            "{count} wheel timers, each with a thread that wakes ten times a second and a wheel of"
            " 512 buckets. One is enough for a program.",
            "{count} 个时间轮定时器，每个都有一个每秒唤醒十次的线程和 512 个槽。一个程序只需要一"
            "个。",
            count=count,
        ),
        evidence=(set_fact(heap, _TIMER, timers),),
        advice=_ADVICE,
        doubt=_DOUBT,
        severity=by_count(len(timers), medium=_MANY_TIMERS, high=_CROWD_OF_TIMERS),
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _full(heap: Examination, timer: int, pending: int) -> Finding:
    retained_bytes = heap.heap.sizes(timer)[1]
    counted = Text(
        "pendingTimeouts is {count}; the timer retains {size}",
        "pendingTimeouts 为 {count}；定时器保持 {size}",
        count=format_count(pending),
        size=format_bytes(retained_bytes),
    )
    found = Found(
        title=Text(
            "{count} timeouts wait in a HashedWheelTimer",
            "{count} 个超时任务在 HashedWheelTimer 中等待",
            count=format_count(pending),
        ),
        summary=Text(
            "Each timeout keeps its task, and all the task has captured, until it is due or"
            " cancelled.",
            "每个超时任务及其捕获的一切都会保留到到期或取消。",
        ),
        evidence=(object_fact(heap, counted, timer),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.POSSIBLE,
        severity=worse(
            heap.severity(retained_bytes),
            by_count(pending, medium=_MANY_TIMEOUTS, high=_HUGE_NUMBER_OF_TIMEOUTS),
        ),
        at=timer,
        element_class=_TIMEOUT,
        instances=pending,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Share one HashedWheelTimer (pass it to the clients that take one), stop() those that are done"
    " with, cancel each Timeout when its call ends, and give the timer maxPendingTimeouts.",
    "共用一个 HashedWheelTimer（传给可接收它的客户端），对不再使用的调用 stop()，调用结束时取消"
    "其 Timeout，并为定时器设置 maxPendingTimeouts。",
)
_DOUBT = Text(
    "Timeouts of calls under way: their number is the rate of calls times the timeout.",
    "正在进行的调用的超时任务：数量等于调用速率乘以超时时间。",
)

RULE = Rule(
    id="wheel-timers",
    catalogue=("T15",),
    topic=Topic.THREADS,
    title=Text("Many HashedWheelTimers", "大量 HashedWheelTimer"),
    classes=(_TIMER,),
    find=_find,
    page=Page(
        finds=Text(
            "Ten or more wheel timers of Netty that run, or one with 10,000 timeouts.",
            "十个以上运行中的 Netty 时间轮定时器，或其中一个有 10,000 个以上超时任务。",
        ),
        why=Text(
            "Netty itself warns at 64 instances: a timer made for each client or call keeps its"
            " thread until stop() is called.",
            "Netty 自身在 64 个实例时就会警告：为每个客户端或调用创建的定时器会一直占用线程，直到调"
            "用 stop()。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "A few libraries with one timer each: fewer than ten are not reported.",
            "少数几个库各有一个定时器：少于十个不报告。",
        ),
        example="new HashedWheelTimer().newTimeout(task, 30, SECONDS);",
        fixed="Timeout timeout = SHARED_TIMER.newTimeout(task, 30, SECONDS);",
        references=("Netty: HashedWheelTimer (INSTANCE_COUNT_LIMIT, pendingTimeouts)",),
    ),
)
