"""F7: messages that wait for WebSocket clients that do not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seamew.model import Confidence, Finding, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import crowd, number, object_fact, size, target, value_class

__all__ = ["RULE"]

_DECORATOR = "org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator"
_MOST_SESSIONS = 20_000
_SUSPICIOUS_MESSAGES = 1_000


def _find(heap: Examination) -> Iterator[Finding]:
    sessions = heap.all_of(_DECORATOR).page(limit=_MOST_SESSIONS)
    waiting = [(one, size(heap, one, "buffer")) for one in sessions]
    behind = [(one, count) for one, count in waiting if count]
    messages = sum(count for _, count in behind)
    buffers = [target(heap, one, "buffer") for one, _ in behind]
    objects = heap.heap.set_of(sorted(one for one in buffers if one is not None))
    retained_bytes = heap.retained_bytes(objects)
    is_much = heap.severity(retained_bytes).rank <= Severity.MEDIUM.rank
    if behind and (is_much or messages >= _SUSPICIOUS_MESSAGES):
        yield _finding(heap, behind, messages, retained_bytes)


def _finding(
    heap: Examination, behind: Sequence[tuple[int, int]], messages: int, retained_bytes: int
) -> Finding:
    worst, most = max(behind, key=lambda one: one[1])
    limits = Text(
        "the worst has {count} messages, {bytes} of its limit of {limit}; sendTimeLimit is {time}"
        " ms",
        "最严重的有 {count} 条消息，{bytes}，上限 {limit}；sendTimeLimit 为 {time} 毫秒",
        count=format_count(most),
        bytes=format_bytes(number(heap, worst, "bufferSize.value") or 0),
        limit=format_bytes(number(heap, worst, "bufferSizeLimit") or 0),
        time=format_count(number(heap, worst, "sendTimeLimit") or 0),
    )
    buffer = target(heap, worst, "buffer")
    found = Found(
        title=Text(
            "{messages} messages wait for {count} WebSocket clients, {size}",
            "{messages} 条消息在等待 {count} 个 WebSocket 客户端，{size}",
            messages=format_count(messages),
            count=format_count(len(behind)),
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(object_fact(heap, limits, worst),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        at=worst,
        owners=crowd(heap, [one for one, _ in behind]).owners,
        element_class=None if buffer is None else value_class(heap, buffer),
        instances=messages,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "The decorator queues messages for a client while an earlier one is being sent. A client that"
    " has"
    " gone without a word, or reads slowly, makes its queue grow to bufferSizeLimit; a big limit"
    " times"
    " many clients is the heap.",
    "前一条消息仍在发送时，装饰器会为客户端排队消息。客户端无声离开或读取缓慢时，其队列会增长到"
    " bufferSizeLimit；上限大、客户端多，就会占满堆。",
)
_ADVICE = Text(
    "new ConcurrentWebSocketSessionDecorator(session, 5_000, 64 * 1024, OverflowStrategy.DROP), or"
    " registration.setSendTimeLimit(5000).setSendBufferSizeLimit(65536); heartbeats, so that dead"
    " clients are noticed; drop the session when a send fails.",
    "new ConcurrentWebSocketSessionDecorator(session, 5_000, 64 * 1024, OverflowStrategy.DROP)，或"
    " registration.setSendTimeLimit(5000).setSendBufferSizeLimit(65536)；使用心跳以发现失效的客户"
    "端；发"
    "送失败时丢弃会话。",
)
_DOUBT = Text(
    "A burst of messages to many clients waits for moments: threads in the middle of a send for"
    " long"
    " confirm clients that do not read.",
    "向众多客户端的突发消息只会短暂等待：若有线程长时间停在发送中，则可确认客户端没有读取。",
)

RULE = Rule(
    id="websocket-buffers",
    catalogue=("F7",),
    topic=Topic.FRAMEWORKS,
    title=Text("Messages that wait for WebSocket clients", "等待 WebSocket 客户端的消息"),
    classes=(_DECORATOR,),
    find=_find,
    page=Page(
        finds=Text(
            "Spring's ConcurrentWebSocketSessionDecorator with 1,000 waiting messages in all, or 5"
            " %"
            " of the heap.",
            "Spring 的 ConcurrentWebSocketSessionDecorator 中共有 1,000 条等待的消息，或占堆 5 %。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Bursts to many clients.",
            "发往众多客户端的突发消息。",
        ),
        example="new ConcurrentWebSocketSessionDecorator(session, 60_000, 64 << 20);",
        fixed="new ConcurrentWebSocketSessionDecorator(session, 5_000, 64 << 10, DROP);",
        references=("Spring: ConcurrentWebSocketSessionDecorator (buffer, bufferSizeLimit)",),
    ),
)
