"""N7: all connections of a Druid pool are lent out."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Finding, Topic
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .reading import PoolUse, exhausted, flag, is_exhausted, number, object_fact, size, target, text

__all__ = ["RULE"]

_POOL = "com.alibaba.druid.pool.DruidDataSource"
_CONNECTION = "com.alibaba.druid.pool.DruidPooledConnection"
_MOST_POOLS = 200
_MILLISECONDS = 1_000


def _find(heap: Examination) -> Iterator[Finding]:
    for pool in heap.all_of(_POOL).page(limit=_MOST_POOLS):
        use = _use(heap, pool)
        if is_exhausted(use):
            said = Text(
                "removeAbandoned is {value}",
                "removeAbandoned 为 {value}",
                value=str(flag(heap, pool, "removeAbandoned")).lower(),
            )
            yield exhausted(heap, RULE.id, use, RULE.page, object_fact(heap, said, pool))


def _use(heap: Examination, pool: int) -> PoolUse:
    # Druid keeps the lent ones only with removeAbandoned, to take them back.
    is_tracked = size(heap, pool, "activeConnections") > 0
    return PoolUse(
        pool=pool,
        gathers=(target(heap, pool, "activeConnections") if is_tracked else None) or pool,
        name=text(heap, pool, "name") or "DruidDataSource",
        lent=number(heap, pool, "activeCount") or 0,
        maximum=number(heap, pool, "maxActive"),
        waiting=number(heap, pool, "notEmptyWaitThreadCount") or 0,
        oldest_seconds=_oldest_seconds(heap) if is_tracked else None,
        element_class=_CONNECTION,
    )


def _oldest_seconds(heap: Examination) -> float | None:
    """Since the first connection was taken: DruidPooledConnection.connectedTimeMillis is a date."""
    if heap.facts.at_ms is None:
        return None
    views = heap.views(_CONNECTION)
    taken = [number(heap, view.id, "connectedTimeMillis") for view in views]
    times = [one for one in taken if one]
    return max(0.0, (heap.facts.at_ms - min(times)) / _MILLISECONDS) if times else None


_ADVICE = Text(
    "Close each connection with try-with-resources. Until that is done: removeAbandoned=true,"
    " removeAbandonedTimeout=300 and logAbandoned=true, which also tells who borrowed it.",
    "用 try-with-resources 关闭每个连接。在此之前可设置 removeAbandoned=true、"
    "removeAbandonedTimeout=300 和 logAbandoned=true，后者还会指出是谁借走的。",
)

RULE = Rule(
    id="druid-pool-exhausted",
    catalogue=("N7",),
    topic=Topic.CONNECTIONS,
    title=Text("A Druid pool is exhausted", "Druid 连接池耗尽"),
    classes=(_POOL,),
    find=_find,
    page=Page(
        finds=Text(
            "Druid data sources whose activeCount has reached maxActive.",
            "activeCount 已达到 maxActive 的 Druid 数据源。",
        ),
        why=Text(
            "A connection that is not closed stays active; with maxWait=-1, the default, callers"
            " then wait for ever, each with its thread and its request.",
            "未关闭的连接会一直处于活动状态；默认 maxWait=-1 时，调用者会带着线程和请求永远等待。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "A peak of load: a full pool that nobody waits for is reported low.",
            "负载高峰：没有等待者的满池以低级别报告。",
        ),
        example="Connection connection = dataSource.getConnection();\nstatement.executeUpdate();\n"
        "connection.close();  // not reached when the update throws",
        fixed="try (Connection connection = dataSource.getConnection()) { ... }",
        references=("Druid: DruidDataSource (activeCount, notEmptyWaitThreadCount)",),
    ),
)
