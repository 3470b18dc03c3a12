"""N2: calls pile up in an OkHttp dispatcher."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from seamew.model import Confidence, Evidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, first_elements, number, object_fact, size, target, text, worse

__all__ = ["RULE"]

_DISPATCHER = "okhttp3.Dispatcher"
_SUSPICIOUS_CALLS = 500
_MANY_CALLS = 2_000
_CROWD_OF_CALLS = 50_000
_MOST_DISPATCHERS = 1_000
_SAMPLE = 100


def _find(heap: Examination) -> Iterator[Finding]:
    for dispatcher in heap.all_of(_DISPATCHER).page(limit=_MOST_DISPATCHERS):
        waiting = size(heap, dispatcher, "readyAsyncCalls")
        queue = target(heap, dispatcher, "readyAsyncCalls")
        if waiting >= _SUSPICIOUS_CALLS and queue is not None:
            yield _finding(heap, dispatcher, queue, waiting)


def _finding(heap: Examination, dispatcher: int, queue: int, waiting: int) -> Finding:
    retained_bytes = heap.heap.sizes(queue)[1]
    calls = first_elements(heap, queue, _SAMPLE)
    found = Found(
        title=Text(
            "{count} calls wait in an OkHttp dispatcher",
            "{count} 个调用在 OkHttp 调度器中等待",
            count=format_count(waiting),
        ),
        summary=Text(
            "{running} calls run, {count} wait, each with its request, body and callback. The"
            " queue has no bound; at most {per_host} calls to one host run at once.",
            "{running} 个调用在运行，{count} 个在等待，各自带着请求、正文和回调。队列没有上限；对同"
            "一主机最多同时运行 {per_host} 个调用。",
            running=format_count(size(heap, dispatcher, "runningAsyncCalls")),
            count=format_count(waiting),
            per_host=format_count(number(heap, dispatcher, "maxRequestsPerHost") or 0),
        ),
        evidence=tuple(_evidence(heap, dispatcher, calls, retained_bytes)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes),
            by_count(waiting, medium=_MANY_CALLS, high=_CROWD_OF_CALLS),
        ),
        at=queue,
        element_class=heap.heap.class_name(calls[0]) if calls else None,
        instances=waiting,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _evidence(
    heap: Examination, dispatcher: int, calls: list[int], retained_bytes: int
) -> Iterator[Evidence]:
    queues = Text(
        "readyAsyncCalls {ready} ({size}), runningAsyncCalls {running}, maxRequests {most},"
        " maxRequestsPerHost {per_host}",
        "等待 readyAsyncCalls {ready}（{size}），运行 runningAsyncCalls {running}，maxRequests"
        " {most}，maxRequestsPerHost {per_host}",
        ready=format_count(size(heap, dispatcher, "readyAsyncCalls")),
        size=format_bytes(retained_bytes),
        running=format_count(size(heap, dispatcher, "runningAsyncCalls")),
        most=format_count(number(heap, dispatcher, "maxRequests") or 0),
        per_host=format_count(number(heap, dispatcher, "maxRequestsPerHost") or 0),
    )
    yield object_fact(heap, queues, dispatcher)
    hosts = Counter(text(heap, call, "this$0.originalRequest.url.host") or "?" for call in calls)
    for host, count in hosts.most_common(1):
        said = Text(
            "{count} of the first {sampled} are for {host}",
            "前 {sampled} 个中有 {count} 个发往 {host}",
            count=format_count(count),
            sampled=format_count(len(calls)),
            host=host,
        )
        yield object_fact(heap, said, calls[0])


_ADVICE = Text(
    "Count the calls under way and refuse more (a Semaphore around enqueue), set callTimeout so"
    " that none hangs, and raise maxRequestsPerHost (default 5) if the peer can bear it.",
    "统计正在进行的调用并拒绝更多（在 enqueue 外加 Semaphore），设置 callTimeout 避免挂起；若对端"
    "承受得住，可提高 maxRequestsPerHost（默认 5）。",
)
_DOUBT = Text(
    "A burst goes away by itself: a second dump a minute later shows whether fewer calls wait.",
    "突发会自行消退：一分钟后再取转储，看等待的调用是否减少。",
)

RULE = Rule(
    id="okhttp-dispatcher-backlog",
    catalogue=("N2",),
    topic=Topic.CONNECTIONS,
    title=Text("Calls pile up in an OkHttp dispatcher", "OkHttp 调度器积压"),
    classes=(_DISPATCHER,),
    find=_find,
    page=Page(
        finds=Text(
            "Dispatchers with 500 or more calls in readyAsyncCalls.",
            "readyAsyncCalls 中有 500 个以上调用的调度器。",
        ),
        why=Text(
            "enqueue() never refuses: calls to a slow host wait in an ArrayDeque without a bound,"
            " five at a time being sent.",
            "enqueue() 从不拒绝：发往慢主机的调用在无界的 ArrayDeque 中等待，每次只发送五个。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Short bursts: fewer than 500 calls are not reported.",
            "短暂突发：少于 500 个调用不报告。",
        ),
        example="client.newCall(request).enqueue(callback);",
        fixed="if (permits.tryAcquire()) {\n"
        "    client.newCall(request).enqueue(releasing(callback));\n}",
        references=("OkHttp: Dispatcher.kt (readyAsyncCalls, maxRequestsPerHost)",),
    ),
)
