"""G2L: logback's AsyncAppender has a full queue, because what it writes to is slow."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Healthy, Severity, ThreadRow, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    first_elements,
    flag,
    foreign_frame,
    method_of,
    number,
    object_fact,
    size,
    target,
    text,
    thread_fact,
    worse,
)

__all__ = ["RULE"]

_APPENDER = "ch.qos.logback.core.AsyncAppenderBase"
_FULL = 0.9
_MOST_APPENDERS = 100
_MANY_BLOCKED = 10


def _find(heap: Examination) -> Iterator[Finding | Healthy]:
    for appender in heap.all_of(_APPENDER).page(limit=_MOST_APPENDERS):
        queue = target(heap, appender, "blockingQueue")
        capacity = number(heap, appender, "queueSize") or 0
        if queue is None or not capacity:
            continue
        waiting = size(heap, appender, "blockingQueue")
        if waiting >= _FULL * capacity:
            yield _finding(heap, appender, queue, waiting)
        else:
            because = Text(
                "{count} of {capacity} places of the queue are taken",
                "队列 {capacity} 个位置中占用 {count} 个",
                count=format_count(waiting),
                capacity=format_count(capacity),
            )
            owner = heap.holding(queue).owner
            name = None if owner is None else owner.name
            yield Healthy(RULE.id, name, heap.heap.row(queue), because)


def _finding(heap: Examination, appender: int, queue: int, waiting: int) -> Finding:
    retained_bytes = heap.heap.sizes(queue)[1]
    blocked = [row for row in heap.threads if _waits_to_log(row)]
    first = first_elements(heap, queue, 1)
    by_threads = Severity.MEDIUM if blocked else Severity.LOW
    if len(blocked) >= _MANY_BLOCKED:
        by_threads = Severity.HIGH
    full = Text(
        "{count} of {capacity} places are taken and retain {size}; neverBlock is {never}",
        "{capacity} 个位置中占用 {count} 个，保持 {size}；neverBlock 为 {never}",
        count=format_count(waiting),
        capacity=format_count(number(heap, appender, "queueSize") or 0),
        size=format_bytes(retained_bytes),
        never=str(flag(heap, appender, "neverBlock")).lower(),
    )
    worker = next((row for row in heap.threads if _is_worker(heap, row, appender)), None)
    found = Found(
        title=Text(
            "The queue of AsyncAppender {name} is full: {count} events",
            "AsyncAppender {name} 的队列已满：{count} 条事件",
            name=text(heap, appender, "name") or "?",
            count=format_count(waiting),
        ),
        summary=Text(
            "Its worker does not write as fast as the program logs. {blocked} threads wait in"
            " put(); with neverBlock lines are lost instead. Each event keeps its arguments.",
            "其工作线程写得没有程序记录得快。{blocked} 个线程在 put() 中等待；若设置 neverBlock "
            "则会丢失日志。每条事件都保持其参数。",
            blocked=format_count(len(blocked)),
        ),
        evidence=(
            object_fact(heap, full, appender),
            *(() if worker is None else (thread_fact(heap, _worker_text(worker), worker),)),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(heap.severity(retained_bytes), by_threads),
        at=queue,
        element_class=heap.heap.class_name(first[0]) if first else None,
        instances=waiting,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _waits_to_log(row: ThreadRow) -> bool:
    return any(method_of(frame).startswith(f"{_APPENDER}.put") for frame in row.frames)


def _is_worker(heap: Examination, row: ThreadRow, appender: int) -> bool:
    if row.class_name != f"{_APPENDER}$Worker" or not row.frames:
        return False
    return target(heap, row.object_index, "this$0") == appender


def _worker_text(worker: ThreadRow) -> Text:
    return Text("its worker is in {frame}", "其工作线程正在 {frame}", frame=foreign_frame(worker))


_ADVICE = Text(
    "Make the appender behind it faster or let it fail soon (timeouts), keep queueSize small"
    " (256 is the default), and decide what may be lost: discardingThreshold, neverBlock=true.",
    "让后面的 appender 更快或尽早失败（超时），保持较小的 queueSize（默认 256），并决定可以丢弃"
    "什么：discardingThreshold、neverBlock=true。",
)
_DOUBT = Text(
    "A burst of log lines fills the queue for a moment: the worker's stack shows whether it hangs.",
    "突发的大量日志会短暂填满队列：工作线程的栈可以看出它是否挂住。",
)

RULE = Rule(
    id="logback-async-queue-full",
    catalogue=("G2L",),
    topic=Topic.LOGGING,
    title=Text("A full queue of logback's AsyncAppender", "logback AsyncAppender 队列已满"),
    classes=(_APPENDER,),
    find=_find,
    page=Page(
        finds=Text(
            "AsyncAppenders of logback whose queue is full to nine tenths or more.",
            "队列占用达九成以上的 logback AsyncAppender。",
        ),
        why=Text(
            "A full queue makes each thread that logs wait for the slow sink (a network, a disk),"
            " or loses lines; a big queue also keeps much memory in the events' arguments.",
            "队列满时，每个写日志的线程都要等待缓慢的输出端（网络、磁盘），或者丢失日志；很大的队列"
            "还会通过事件参数占用大量内存。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "A queue with room left is bounded and healthy, whatever its size.",
            "仍有空位的队列是有界且健康的，无论其大小。",
        ),
        references=("logback: AsyncAppenderBase (blockingQueue, queueSize, neverBlock)",),
    ),
)
