"""G3L: log4j2's asynchronous loggers keep events, with their arguments, in a ring that is full."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Confidence, Finding, Healthy, ObjectRow, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import matching, query_fact, worse

__all__ = ["RULE"]

_EVENT = "org.apache.logging.log4j.core.async.RingBufferLogEvent"
_FULL = 0.9


def _find(heap: Examination) -> Iterator[Finding | Healthy]:
    events = heap.all_of(_EVENT)
    if not len(events):
        return
    # An event is cleared when it has been written: what is populated waits.
    waiting = matching(heap, events, "populated=true")
    retained_bytes = heap.retained_bytes(events)
    by_bytes = heap.severity(retained_bytes)
    is_full = len(waiting) >= _FULL * len(events)
    if is_full or by_bytes in {Severity.HIGH, Severity.MEDIUM}:
        by_fill = Severity.MEDIUM if is_full else Severity.LOW
        yield _finding(heap, waiting, worse(by_bytes, by_fill))
    else:
        because = Text(
            "{count} of the {capacity} places of log4j2's ring wait to be written",
            "log4j2 环形缓冲区的 {capacity} 个位置中有 {count} 个等待写出",
            count=format_count(len(waiting)),
            capacity=format_count(len(events)),
        )
        yield Healthy(RULE.id, None, _ring(heap, next(iter(events))), because)


def _ring(heap: Examination, event: int) -> ObjectRow:
    """The array of the ring, which alone keeps its events; an event where others do as well."""
    chain = heap.heap.dominators_of(event)
    return chain[1] if len(chain) > 1 else chain[0]


def _finding(heap: Examination, waiting: ObjectSet, severity: Severity) -> Finding:
    events = heap.all_of(_EVENT)
    retained_bytes = heap.retained_bytes(events)
    counted = Text(
        "{count} of {capacity} places of the ring are taken (populated); the events retain {size}",
        "环形缓冲区 {capacity} 个位置中占用 {count} 个（populated）；事件保持 {size}",
        count=format_count(len(waiting)),
        capacity=format_count(len(events)),
        size=format_bytes(retained_bytes),
    )
    query = f"SELECT count(*) FROM {_EVENT} e WHERE e.populated = true"
    found = Found(
        title=Text(
            "{count} log events wait in log4j2's ring buffer",
            "{count} 条日志事件在 log4j2 环形缓冲区中等待",
            count=format_count(len(waiting)),
        ),
        summary=Text(
            "The thread that writes the log is behind. Each event keeps its message, and the"
            " message its arguments, until it is written; a full ring stops the threads that log.",
            "写日志的线程落后了。每条事件在写出之前都保持其消息及消息的参数；缓冲区满时，写日志"
            "的线程会停住。",
        ),
        evidence=(query_fact(heap, counted, query),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=severity,
        at=_ring(heap, next(iter(events))).object_index,
        element_class=_EVENT,
        instances=len(waiting),
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Make the appender faster or let it fail soon, log ids instead of objects, and take a smaller"
    " ring: -Dlog4j2.asyncLoggerRingBufferSize=16384 with"
    " -Dlog4j2.asyncQueueFullPolicy=Discard.",
    "让 appender 更快或尽早失败，记录 id 而不是对象，并使用更小的环：-Dlog4j2.asyncLoggerRingBuf"
    "ferSize=16384，配合 -Dlog4j2.asyncQueueFullPolicy=Discard。",
)
_DOUBT = Text(
    "A burst of log lines fills the ring for a moment: look at the stack of the Log4j2 thread.",
    "突发的大量日志会短暂填满缓冲区：请看 Log4j2 线程的栈。",
)

RULE = Rule(
    id="log4j2-ring-buffer",
    catalogue=("G3L",),
    topic=Topic.LOGGING,
    title=Text("log4j2's ring buffer is full", "log4j2 环形缓冲区已满"),
    classes=(_EVENT,),
    find=_find,
    page=Page(
        finds=Text(
            "Rings of log4j2's asynchronous loggers that are full, or retain a big part of the"
            " heap.",
            "已满或占据堆中很大一部分的 log4j2 异步日志环形缓冲区。",
        ),
        why=Text(
            "The ring has up to 262,144 places. With a slow appender each holds an event with all"
            " that its arguments refer to.",
            "环形缓冲区最多有 262,144 个位置。若 appender 很慢，每个位置都保存着一条事件及其参数"
            "引用的一切。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "A ring with room left whose empty events take little: said to be healthy.",
            "仍有空位且空事件占用很少的缓冲区：会说明为健康。",
        ),
        example='log.info("frame {}", frame);',
        fixed='log.info("frame {}", frame.id());',
        references=("Log4j: RingBufferLogEvent (populated, clear)",),
    ),
)
