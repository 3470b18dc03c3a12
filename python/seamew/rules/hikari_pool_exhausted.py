"""N6: all connections of a HikariCP pool are lent out."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Finding, Topic
from seamew.units import format_duration
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .reading import PoolUse, exhausted, is_exhausted, number, object_fact, target, text

__all__ = ["RULE"]

_POOL = "com.zaxxer.hikari.pool.HikariPool"
_ENTRY = "com.zaxxer.hikari.pool.PoolEntry"
_IN_USE = 1  # ConcurrentBag.IConcurrentBagEntry.STATE_IN_USE
_MOST_POOLS = 200
_MOST_ENTRIES = 10_000
_NANOSECONDS = 1_000_000_000


def _find(heap: Examination) -> Iterator[Finding]:
    for pool in heap.all_of(_POOL).page(limit=_MOST_POOLS):
        entries = target(heap, pool, "connectionBag.sharedList")
        if entries is None:
            continue
        use = _use(heap, pool, entries)
        if is_exhausted(use):
            detection = number(heap, pool, "config.leakDetectionThreshold") or 0
            said = Text(
                "leakDetectionThreshold is {value}",
                "leakDetectionThreshold 为 {value}",
                value=format_duration(detection / 1000) if detection else Text("off", "关闭"),
            )
            yield exhausted(heap, RULE.id, use, RULE.page, object_fact(heap, said, pool))


def _use(heap: Examination, pool: int, entries: int) -> PoolUse:
    members = heap.heap.entries(entries).page(limit=_MOST_ENTRIES)
    listed = [entry.value_id for entry in members if entry.value_id is not None]
    lent = [one for one in listed if number(heap, one, "state") == _IN_USE]
    return PoolUse(
        pool=pool,
        gathers=entries,
        name=text(heap, pool, "poolName") or "HikariPool",
        lent=len(lent),
        maximum=number(heap, pool, "config.maxPoolSize", "config.maximumPoolSize"),
        waiting=number(heap, pool, "connectionBag.waiters.value") or 0,
        oldest_seconds=_oldest_seconds(heap, listed, lent),
        element_class=_ENTRY,
    )


def _oldest_seconds(heap: Examination, listed: list[int], lent: list[int]) -> float | None:
    """From the first loan to the last sign of life of the pool: times are of System.nanoTime."""
    borrowed = [number(heap, one, "lastBorrowed") for one in lent]
    times = [one for one in borrowed if one]
    accessed = [number(heap, one, "lastAccessed") for one in listed]
    latest = max([*times, *(one for one in accessed if one)], default=None)
    return None if latest is None or not times else (latest - min(times)) / _NANOSECONDS


_ADVICE = Text(
    "Close each Connection, Statement and ResultSet with try-with-resources, also on the way out"
    " by return and by exception; find who forgets with leakDetectionThreshold=60000.",
    "用 try-with-resources 关闭每个 Connection、Statement 和 ResultSet，包括提前返回和异常路径；用"
    " leakDetectionThreshold=60000 找出忘记关闭的代码。",
)

RULE = Rule(
    id="hikari-pool-exhausted",
    catalogue=("N6",),
    topic=Topic.CONNECTIONS,
    title=Text("A HikariCP pool is exhausted", "HikariCP 连接池耗尽"),
    classes=(_POOL,),
    find=_find,
    page=Page(
        finds=Text(
            "HikariCP pools of which every connection is in use, with who waits and for how long.",
            "所有连接都在使用中的 HikariCP 连接池，以及等待者和等待时长。",
        ),
        why=Text(
            "A connection that is not closed never comes back to its pool: after maximumPoolSize"
            " such calls everyone waits for connectionTimeout and fails.",
            "未关闭的连接永远不会回到池中：达到 maximumPoolSize 次之后，所有调用都会等到"
            " connectionTimeout 后失败。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "A peak of load: a full pool that nobody waits for is reported low.",
            "负载高峰：没有等待者的满池以低级别报告。",
        ),
        example="Connection connection = dataSource.getConnection();\n"
        "if (!rows.next()) { return null; }  // connection.close() is not reached",
        fixed="try (Connection connection = dataSource.getConnection()) { ... }",
        references=("HikariCP: ConcurrentBag, PoolEntry (state, lastBorrowed)",),
    ),
)
