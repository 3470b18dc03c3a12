"""N4: an Apache HttpClient, with a connection manager of its own, for each call."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, crowd, flag, set_fact

__all__ = ["RULE"]

_MANAGERS = (
    "org.apache.http.impl.conn.PoolingHttpClientConnectionManager",
    "org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager",
    "org.apache.http.impl.conn.PoolingClientConnectionManager",
)
_SUSPICIOUS_MANAGERS = 10
_MANY_MANAGERS = 20
_CROWD_OF_MANAGERS = 100
_MOST_MANAGERS = 5_000


def _find(heap: Examination) -> Iterator[Finding]:
    for class_name in _MANAGERS:
        managers = heap.all_of(class_name)
        if len(managers) >= _SUSPICIOUS_MANAGERS:
            listed = managers.page(limit=_MOST_MANAGERS)
            running = [
                one for one in listed if not flag(heap, one, "isShutDown.value", "closed.value")
            ]
            if len(running) >= _SUSPICIOUS_MANAGERS:
                yield _finding(heap, class_name, running)


def _finding(heap: Examination, class_name: str, managers: list[int]) -> Finding:
    kept = crowd(heap, managers)
    objects = heap.heap.set_of(managers)
    found = Found(
        title=Text(
            "{count} connection managers of HttpClient: a client for each call",
            "{count} 个 HttpClient 连接管理器：每次调用都新建一个客户端",
            count=format_count(len(managers)),
        ),
        summary=Text(
            "{count} managers that are not shut down, each with a pool of its own: no connection"
            " is used twice, and the sockets stay open after the calls.",
            "有 {count} 个未关闭的管理器，各有自己的连接池：连接不会被复用，调用结束后套接字仍然"
            "打开。",
            count=format_count(len(managers)),
        ),
        evidence=(set_fact(heap, class_name, objects),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN if len(managers) >= _MANY_MANAGERS else Confidence.LIKELY,
        severity=by_count(len(managers), medium=_MANY_MANAGERS, high=_CROWD_OF_MANAGERS),
        at=kept.example,
        owners=kept.owners,
        element_class=class_name,
        instances=len(managers),
        retained_bytes=heap.retained_bytes(objects),
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Build one CloseableHttpClient when the program starts and share it: it is thread-safe; where"
    " one must be made for a call, close the client, not only the response.",
    "程序启动时创建一个 CloseableHttpClient 并共用，它是线程安全的；若确需为某次调用创建，请关闭"
    "客户端本身，而不只是关闭响应。",
)
_DOUBT = Text(
    "A fixed number of clients with different certificates or proxies is no leak: see whether the"
    " number grows with the calls.",
    "若因证书或代理不同而有固定数量的客户端，则不是泄漏：请看数量是否随调用增长。",
)

RULE = Rule(
    id="httpclient-client-per-call",
    catalogue=("N4",),
    topic=Topic.CONNECTIONS,
    title=Text("An HttpClient for each call", "每次调用一个 HttpClient"),
    classes=_MANAGERS,
    find=_find,
    page=Page(
        finds=Text(
            "Ten or more connection managers of Apache HttpClient 4 or 5 that are not shut down.",
            "十个以上未关闭的 Apache HttpClient 4 或 5 连接管理器。",
        ),
        why=Text(
            "HttpClients.createDefault() makes a pool of connections. Closing the response gives"
            " the connection back to that pool, which nobody will ask again.",
            "HttpClients.createDefault() 会创建一个连接池。关闭响应只会把连接还给这个再也无人使用的"
            "连接池。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "One client for each of some peers: fewer than ten are not reported.",
            "为若干对端各建一个客户端：少于十个不报告。",
        ),
        example="try (CloseableHttpResponse response = HttpClients.createDefault().execute(get))",
        fixed="private static final CloseableHttpClient CLIENT = HttpClients.createDefault();",
        references=("HttpClient: PoolingHttpClientConnectionManager (isShutDown, pool)",),
    ),
)
