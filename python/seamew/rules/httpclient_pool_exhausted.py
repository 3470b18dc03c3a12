"""N4: all connections of an Apache HttpClient pool are lent out."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Finding, Topic
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .reading import PoolUse, exhausted, is_exhausted, number, size, target

__all__ = ["RULE"]

_POOL_4 = "org.apache.http.pool.AbstractConnPool"
_POOL_5 = "org.apache.hc.core5.pool.StrictConnPool"
_MOST_POOLS = 200
_MOST_LEASED = 2_000
_MILLISECONDS = 1_000


def _find(heap: Examination) -> Iterator[Finding]:
    for class_name, entry_class in (
        (_POOL_4, "org.apache.http.impl.conn.CPoolEntry"),
        (_POOL_5, "org.apache.hc.core5.pool.PoolEntry"),
    ):
        for pool in heap.all_of(class_name).page(limit=_MOST_POOLS):
            leased = target(heap, pool, "leased")
            if leased is None:
                continue
            use = _use(heap, pool, leased, entry_class)
            if is_exhausted(use) or use.waiting:
                yield exhausted(heap, RULE.id, use, RULE.page)


def _use(heap: Examination, pool: int, leased: int, entry_class: str) -> PoolUse:
    return PoolUse(
        pool=pool,
        gathers=leased,
        name=heap.heap.class_name(pool).rpartition(".")[2],
        lent=size(heap, pool, "leased"),
        maximum=number(heap, pool, "maxTotal"),
        waiting=size(heap, pool, "pending", "pendingRequests"),
        oldest_seconds=_oldest_seconds(heap, leased),
        element_class=entry_class,
    )


def _oldest_seconds(heap: Examination, leased: int) -> float | None:
    """Since the first of them was last changed: PoolEntry.updated is a date in milliseconds."""
    if heap.facts.at_ms is None:
        return None
    entries = heap.heap.entries(leased).page(limit=_MOST_LEASED)
    updated = [number(heap, entry.value_id, "updated") for entry in entries]
    times = [one for one in updated if one]
    return max(0.0, (heap.facts.at_ms - min(times)) / _MILLISECONDS) if times else None


_ADVICE = Text(
    "Close each response: try (CloseableHttpResponse response = client.execute(request)) {{"
    " EntityUtils.consume(response.getEntity()); }}, or use a ResponseHandler; set"
    " connectionRequestTimeout, and maxPerRoute to what the peer needs (default 2 to 5).",
    "关闭每个响应：try (CloseableHttpResponse response = client.execute(request)) {{"
    " EntityUtils.consume(response.getEntity()); }}，或使用 ResponseHandler；设置"
    " connectionRequestTimeout，并按对端需要设置 maxPerRoute（默认 2 到 5）。",
)

RULE = Rule(
    id="httpclient-pool-exhausted",
    catalogue=("N4",),
    topic=Topic.CONNECTIONS,
    title=Text("An HttpClient pool is exhausted", "HttpClient 连接池耗尽"),
    classes=(_POOL_4, _POOL_5),
    find=_find,
    page=Page(
        finds=Text(
            "Connection pools of Apache HttpClient 4 and 5 with all connections leased, or with"
            " callers that wait.",
            "连接已全部租出或有调用者等待的 Apache HttpClient 4 和 5 连接池。",
        ),
        why=Text(
            "A connection goes back when its response is read to the end or closed. A response"
            " that only its status was asked of keeps it.",
            "只有当响应读完或关闭后，连接才会归还。只看了状态码的响应会一直占用连接。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "A peak of load: a full pool that nobody waits for is reported low.",
            "负载高峰：没有等待者的满池以低级别报告。",
        ),
        example="return client.execute(new HttpGet(uri)).getStatusLine().getStatusCode();",
        fixed="try (CloseableHttpResponse response = client.execute(new HttpGet(uri))) {\n"
        "    return response.getStatusLine().getStatusCode();\n}",
        references=("HttpCore: AbstractConnPool, StrictConnPool (leased, pending, maxTotal)",),
    ),
)
