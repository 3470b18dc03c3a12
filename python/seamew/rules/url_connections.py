"""N5: HttpURLConnections whose answers were not read to the end or closed."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import finding
from .reading import by_count, class_fact, crowd_found, matching, query_fact

__all__ = ["RULE"]

_CONNECTION = "sun.net.www.protocol.http.HttpURLConnection"
_CLIENT = "sun.net.www.http.HttpClient"
_SUSPICIOUS_CONNECTIONS = 50
_MANY_CONNECTIONS = 200
_CROWD_OF_CONNECTIONS = 1_000


def _find(heap: Examination) -> Iterator[Finding]:
    # `http` is set to null when the answer has been read, and the connection is in the cache again.
    held = matching(heap, heap.all_of(_CONNECTION), "http!=null")
    if len(held) < _SUSPICIOUS_CONNECTIONS:
        return
    count = format_count(len(held))
    counted = Text(
        "{count} x {name} with http != null",
        "{count} 个 http != null 的 {name}",
        count=count,
        name=_CONNECTION,
    )
    query = f"SELECT count(*) FROM INSTANCEOF {_CONNECTION} c WHERE c.http != null"
    found = crowd_found(
        heap,
        held,
        title=Text(
            "{count} HttpURLConnections hold a connection",
            "{count} 个 HttpURLConnection 占用着连接",
            count=count,
        ),
        summary=Text(
            "A connection goes back to the keep-alive cache when its stream, or its error stream,"
            " is read to the end or closed. {count} have not given theirs back.",
            "读完或关闭其输入流（或错误流）之后，连接才会回到 keep-alive 缓存。有 {count} 个没有"
            "归还。",
            count=count,
        ),
        evidence=(query_fact(heap, counted, query), class_fact(heap, _CLIENT)),
        advice=_ADVICE,
        doubt=_DOUBT,
        severity=by_count(len(held), medium=_MANY_CONNECTIONS, high=_CROWD_OF_CONNECTIONS),
    )
    yield finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Read and close what the answer has: try (InputStream body = connection.getInputStream())"
    " {{ ... }} and, for status 400 and above, getErrorStream(); or call disconnect() in finally."
    " Set connect and read timeouts.",
    "读完并关闭应答：try (InputStream body = connection.getInputStream()) {{ ... }}，状态码 400 "
    "及以上时读取 getErrorStream()；或在 finally 中调用 disconnect()。设置连接和读取超时。",
)
_DOUBT = Text(
    "Downloads under way hold a connection each.",
    "正在进行的下载各占用一个连接。",
)

RULE = Rule(
    id="url-connections",
    catalogue=("N5",),
    topic=Topic.CONNECTIONS,
    title=Text("HttpURLConnections not read to the end", "未读完的 HttpURLConnection"),
    classes=(_CONNECTION,),
    find=_find,
    page=Page(
        finds=Text(
            "50 or more HttpURLConnection objects that still hold their HttpClient.",
            "50 个以上仍持有 HttpClient 的 HttpURLConnection。",
        ),
        why=Text(
            "Who asks only for the response code, or meets an error, leaves the body unread: the"
            " socket stays open as long as the object is referred to.",
            "只取响应码或遇到错误时，正文未被读取：对象被引用多久，套接字就打开多久。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Transfers under way; connections in the keep-alive cache do not count.",
            "正在进行的传输；keep-alive 缓存中的连接不计入。",
        ),
        example="return ((HttpURLConnection) url.openConnection()).getResponseCode();",
        fixed="try (InputStream body = connection.getInputStream()) { body.readAllBytes(); }",
        references=("java.base/sun/net/www/protocol/http/HttpURLConnection.java (http)",),
    ),
)
