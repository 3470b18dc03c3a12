"""G3L: log4j2's AsyncAppender has a full queue."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import first_elements, flag, number, object_fact, size, target, worse

__all__ = ["RULE"]

_APPENDER = "org.apache.logging.log4j.core.appender.AsyncAppender"
_FULL = 0.9
_MOST_APPENDERS = 100


def _find(heap: Examination) -> Iterator[Finding]:
    for appender in heap.all_of(_APPENDER).page(limit=_MOST_APPENDERS):
        queue = target(heap, appender, "queue")
        capacity = number(heap, appender, "queueSize") or 0
        waiting = size(heap, appender, "queue")
        if queue is not None and capacity and waiting >= _FULL * capacity:
            yield _finding(heap, appender, queue, waiting)


def _finding(heap: Examination, appender: int, queue: int, waiting: int) -> Finding:
    retained_bytes = heap.heap.sizes(queue)[1]
    is_blocking = flag(heap, appender, "blocking")
    first = first_elements(heap, queue, 1)
    full = Text(
        "{count} of {capacity} places are taken and retain {size}; blocking is {blocking}",
        "{capacity} 个位置中占用 {count} 个，保持 {size}；blocking 为 {blocking}",
        count=format_count(waiting),
        capacity=format_count(number(heap, appender, "queueSize") or 0),
        size=format_bytes(retained_bytes),
        blocking=str(is_blocking).lower(),
    )
    found = Found(
        title=Text(
            "The queue of a log4j2 AsyncAppender is full: {count} events",
            "log4j2 AsyncAppender 的队列已满：{count} 条事件",
            count=format_count(waiting),
        ),
        summary=Text(
            "What the appender writes to is slower than the program logs. Threads that log wait"
            " for it, or write themselves; each event keeps its arguments.",
            "appender 的输出端比程序记录得慢。写日志的线程会等待它或自己写；每条事件都保持其参数。",
        ),
        evidence=(object_fact(heap, full, appender),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes), Severity.MEDIUM if is_blocking else Severity.LOW
        ),
        at=queue,
        element_class=heap.heap.class_name(first[0]) if first else None,
        instances=waiting,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    'Make the appender behind it faster or let it fail soon (timeouts), keep bufferSize="1024",'
    ' and set blocking="false" with an errorRef where lines may be lost.',
    '让后面的 appender 更快或尽早失败（超时），保持 bufferSize="1024"；若允许丢失日志，可设置'
    ' blocking="false" 并指定 errorRef。',
)
_DOUBT = Text(
    "A burst of log lines fills the queue for a moment.",
    "突发的大量日志会短暂填满队列。",
)

RULE = Rule(
    id="log4j2-async-queue-full",
    catalogue=("G3L",),
    topic=Topic.LOGGING,
    title=Text("A full queue of log4j2's AsyncAppender", "log4j2 AsyncAppender 队列已满"),
    classes=(_APPENDER,),
    find=_find,
    page=Page(
        finds=Text(
            "AsyncAppenders of log4j2 whose queue is full to nine tenths or more.",
            "队列占用达九成以上的 log4j2 AsyncAppender。",
        ),
        why=Text(
            "With blocking, the default, each thread that logs waits for the slow sink.",
            "默认 blocking 时，每个写日志的线程都要等待缓慢的输出端。",
        ),
        fix=_ADVICE,
        false_alarms=Text("Short bursts.", "短暂突发。"),
        references=("Log4j: AsyncAppender (queue, blocking)",),
    ),
)
