"""N8: objects borrowed from a commons-pool2 pool (Jedis and others) are not given back."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Finding, Topic
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .reading import PoolUse, exhausted, is_exhausted, number, size, target

__all__ = ["RULE"]

_POOL = "org.apache.commons.pool2.impl.GenericObjectPool"
_POOLED = "org.apache.commons.pool2.impl.DefaultPooledObject"
_MOST_POOLS = 200
_MOST_READ = 20_000
_MOST_LENT = 2_000
_MILLISECONDS = 1_000


def _find(heap: Examination) -> Iterator[Finding]:
    for pool in heap.all_of(_POOL).page(limit=_MOST_POOLS):
        everything = target(heap, pool, "allObjects")
        if everything is None:
            continue
        use = _use(heap, pool, everything)
        if is_exhausted(use):
            yield exhausted(heap, RULE.id, use, RULE.page)


def _use(heap: Examination, pool: int, everything: int) -> PoolUse:
    maximum = number(heap, pool, "maxTotal")
    pooled = _first_pooled(heap, everything)
    kind = target(heap, pooled[0], "object") if pooled else None
    name = heap.heap.class_name(pool)
    if kind is not None:
        name = f"{name.rpartition('.')[2]}<{heap.heap.class_name(kind).rpartition('.')[2]}>"
    return PoolUse(
        pool=pool,
        gathers=everything,
        name=name,
        lent=size(heap, pool, "allObjects") - (number(heap, pool, "idleObjects.count") or 0),
        maximum=maximum if maximum is not None and maximum >= 0 else None,
        waiting=_waiting(heap, pool),
        oldest_seconds=_oldest_seconds(heap, pooled),
        element_class=_POOLED,
    )


def _first_pooled(heap: Examination, everything: int) -> list[int]:
    """Some pooled objects; of a map that would take seconds to read, none."""
    if (heap.heap.collection_size(everything) or 0) > _MOST_READ:
        return []
    entries = heap.heap.entries(everything).page(limit=_MOST_LENT)
    return [entry.value_id for entry in entries if entry.value_id is not None]


def _waiting(heap: Examination, pool: int) -> int:
    """Threads parked for the condition of the idle deque, in which takers wait."""
    condition = target(heap, pool, "idleObjects.notEmpty")
    return sum(condition is not None and row.blocker_index == condition for row in heap.threads)


def _oldest_seconds(heap: Examination, pooled: list[int]) -> float | None:
    """Since the first loan: lastBorrowTime in milliseconds, from 2.11 on lastBorrowInstant."""
    if heap.facts.at_ms is None:
        return None
    times = [time for time in (_lent_at_ms(heap, one) for one in pooled) if time is not None]
    return max(0.0, (heap.facts.at_ms - min(times)) / _MILLISECONDS) if times else None


def _lent_at_ms(heap: Examination, pooled: int) -> int | None:
    if heap.heap.value(target(heap, pooled, "state") or pooled) == "IDLE":
        return None
    seconds = number(heap, pooled, "lastBorrowInstant.seconds")
    if seconds is not None:
        return seconds * _MILLISECONDS
    return number(heap, pooled, "lastBorrowTime")


_ADVICE = Text(
    "Give back what was borrowed in finally: try (Jedis jedis = pool.getResource()) {{ ... }} or"
    " pool.returnObject(one); set maxTotal and maxWait, so that a leak shows at once.",
    "在 finally 中归还所借对象：try (Jedis jedis = pool.getResource()) {{ ... }} 或"
    " pool.returnObject(one)；并设置 maxTotal 和 maxWait，使泄漏立即暴露。",
)

RULE = Rule(
    id="commons-pool-borrowed",
    catalogue=("N8",),
    topic=Topic.CONNECTIONS,
    title=Text("Objects borrowed from a pool and kept", "从对象池借出而未归还"),
    classes=(_POOL,),
    find=_find,
    page=Page(
        finds=Text(
            "commons-pool2 pools (also those of Jedis) with maxTotal objects lent out, or with a"
            " hundred or more where there is no limit.",
            "借出数量已达 maxTotal 的 commons-pool2 对象池（包括 Jedis 的），或无上限且借出一百个"
            "以上的对象池。",
        ),
        why=Text(
            "The pool keeps each object it has made in allObjects until it is given back or"
            " invalidated. Who returns early, or throws, in between loses one.",
            "对象池会把创建的每个对象保存在 allObjects 中，直到归还或作废。中途返回或抛异常的代码"
            "就会丢失一个。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "A peak of load: a full pool that nobody waits for is reported low.",
            "负载高峰：没有等待者的满池以低级别报告。",
        ),
        example='Jedis jedis = pool.getResource();\nif (!jedis.exists("k")) { return null; }',
        fixed="try (Jedis jedis = pool.getResource()) { ... }",
        references=("commons-pool2: GenericObjectPool (allObjects, idleObjects)",),
    ),
)
