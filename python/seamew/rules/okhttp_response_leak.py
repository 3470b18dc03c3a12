"""N3: responses of OkHttp that are not closed, and keep their connections."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    by_count,
    class_fact,
    crowd,
    first_elements,
    method_of,
    object_fact,
    size,
    target,
)

__all__ = ["RULE"]

_CONNECTION = "okhttp3.internal.connection.RealConnection"
_LEASES = ("calls", "transmitters")  # 4.x and 5.x; 3.14
_SUSPICIOUS_CONNECTIONS = 10
_MANY_CONNECTIONS = 50
_CROWD_OF_CONNECTIONS = 300
_MOST_CONNECTIONS = 5_000


def _find(heap: Examination) -> Iterator[Finding]:
    connections = heap.all_of(_CONNECTION).page(limit=_MOST_CONNECTIONS)
    leased = [one for one in connections if size(heap, one, *_LEASES)]
    # A thread that is within OkHttp works with its connection; the others are in nobody's hands.
    working = sum(
        any(method_of(frame).startswith("okhttp3.") for frame in row.frames) for row in heap.threads
    )
    if len(leased) - working >= _SUSPICIOUS_CONNECTIONS:
        yield _finding(heap, leased, working)


def _finding(heap: Examination, leased: list[int], working: int) -> Finding:
    forgotten = len(leased) - working
    gone = sum(_is_call_gone(heap, one) for one in leased)
    kept = crowd(heap, leased)
    counted = Text(
        "{leased} connections carry a call, {working} threads work within OkHttp",
        "{leased} 个连接上有调用，{working} 个线程正在 OkHttp 中工作",
        leased=format_count(len(leased)),
        working=format_count(working),
    )
    cleared = Text(
        "the calls of {gone} connections are collected already, without a close",
        "其中 {gone} 个连接的调用已被回收而未关闭",
        gone=format_count(gone),
    )
    found = Found(
        title=Text(
            "{count} connections of OkHttp with a response that nobody has closed",
            "{count} 个 OkHttp 连接的响应没有关闭",
            count=format_count(forgotten),
        ),
        summary=Text(
            "A connection serves its next call when the response body is closed. {count} carry a"
            " call that no thread works on, so each new call opens another socket.",
            "响应正文关闭后，连接才能服务下一个调用。有 {count} 个连接上的调用没有线程在处理，因"
            "此每个新调用都会再打开一个套接字。",
            count=format_count(forgotten),
        ),
        evidence=(
            class_fact(heap, _CONNECTION),
            object_fact(heap, counted, leased[0]),
            object_fact(heap, cleared, leased[0]),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN if gone else Confidence.LIKELY,
        severity=by_count(forgotten, medium=_MANY_CONNECTIONS, high=_CROWD_OF_CONNECTIONS),
        at=kept.example,
        owners=kept.owners,
        element_class=_CONNECTION,
        instances=forgotten,
        retained_bytes=heap.retained_bytes(heap.heap.set_of(leased)),
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _is_call_gone(heap: Examination, connection: int) -> bool:
    """Whether the weak reference to the call of a connection is cleared."""
    calls = target(heap, connection, *_LEASES)
    references = [] if calls is None else first_elements(heap, calls)
    return bool(references) and target(heap, references[0], "referent") is None


_ADVICE = Text(
    "Close each response, whatever was read of it: try (Response response ="
    " client.newCall(request).execute()) {{ ... }}, in callbacks too.",
    "无论读取了多少，都要关闭每个响应：try (Response response ="
    " client.newCall(request).execute()) {{ ... }}，回调中也一样。",
)
_DOUBT = Text(
    "Streams that stay open on purpose (server-sent events, web sockets) carry a call as well:"
    " the log line `A connection to ... was leaked` confirms the leak.",
    "有意保持打开的流（SSE、WebSocket）也会占用连接：日志 `A connection to ... was leaked`"
    " 可以确认泄漏。",
)

RULE = Rule(
    id="okhttp-response-leak",
    catalogue=("N3",),
    topic=Topic.CONNECTIONS,
    title=Text("OkHttp responses that are not closed", "未关闭的 OkHttp 响应"),
    classes=(_CONNECTION,),
    find=_find,
    page=Page(
        finds=Text(
            "Ten or more connections of OkHttp with a call that no thread works on.",
            "十个以上 OkHttp 连接上的调用没有线程在处理。",
        ),
        why=Text(
            "A response holds its connection until its body is closed. A code path that asks only"
            " for the status, or that throws, leaves the socket open.",
            "响应在正文关闭之前一直占用连接。只看状态码或抛出异常的路径会让套接字一直打开。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Open event streams and web sockets; calls under way are taken off by their threads.",
            "打开的事件流和 WebSocket；正在进行的调用按其线程扣除。",
        ),
        example="return client.newCall(request).execute().isSuccessful();",
        fixed="try (Response response = client.newCall(request).execute()) {\n"
        "    return response.isSuccessful();\n}",
        references=("OkHttp: RealConnection.kt (calls), RealConnectionPool.kt (pruneAndGet...)",),
    ),
)
