"""T6: a thread pool for each call, which nobody shuts down."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Evidence, Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    by_count,
    class_fact,
    class_object,
    crowd,
    executor_holding,
    number,
    object_fact,
    target,
)

__all__ = ["RULE"]

_EXECUTOR = "java.util.concurrent.ThreadPoolExecutor"
_WORKER = "java.util.concurrent.ThreadPoolExecutor$Worker"
_FACTORY = "java.util.concurrent.Executors$DefaultThreadFactory"
_SUSPICIOUS_POOLS = 50
_MANY_POOLS = 100
_CROWD_OF_POOLS = 500
_OF_ONE_OWNER = 0.5


def _find(heap: Examination) -> Iterator[Finding]:
    pools = heap.all_of(_EXECUTOR)
    if len(pools) < _SUSPICIOUS_POOLS:
        return
    # A program with many modules may have many pools; one module has no use for fifty.
    kept = crowd(heap, pools)
    most = kept.owners[0].instances if kept.owners else 0
    unowned = len(pools) - sum(owner.instances for owner in kept.owners)
    if max(most, unowned) < max(_SUSPICIOUS_POOLS, _OF_ONE_OWNER * len(pools)):
        return
    workers = heap.all_of(_WORKER)
    found = Found(
        title=Text(
            "{count} thread pools: an executor for each call",
            "{count} 个线程池：每次调用都新建一个执行器",
            count=format_count(len(pools)),
        ),
        summary=Text(
            "{count} ThreadPoolExecutor objects with {workers} threads live at once. A pool whose"
            " core threads have started never goes away by itself: only shutdown() ends them.",
            "同时存在 {count} 个 ThreadPoolExecutor，共 {workers} 个线程。核心线程启动后线程池不会"
            "自行消失：只有 shutdown() 才能结束它们。",
            count=format_count(len(pools)),
            workers=format_count(len(workers)),
        ),
        evidence=_evidence(heap),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN if len(pools) >= _MANY_POOLS else Confidence.LIKELY,
        severity=by_count(len(pools), medium=_MANY_POOLS, high=_CROWD_OF_POOLS),
        at=kept.example,
        holding=executor_holding(heap, kept.example),
        owners=kept.owners,
        element_class=heap.heap.class_name(kept.example),
        instances=len(pools),
        retained_bytes=heap.retained_bytes(pools | workers),
    )
    yield finding(heap, RULE.id, RULE.topic, found)


def _evidence(heap: Examination) -> tuple[Evidence, ...]:
    facts = [class_fact(heap, _EXECUTOR), class_fact(heap, _WORKER)]
    factory = class_object(heap, _FACTORY)
    made = number(heap, factory, "poolNumber.value")
    counter = target(heap, factory, "poolNumber")
    if made is not None and counter is not None:
        said = Text(
            "Executors has named {count} pools since the start of the JVM (poolNumber)",
            "自 JVM 启动以来 Executors 已命名 {count} 个线程池（poolNumber）",
            count=format_count(made - 1),
        )
        facts.append(object_fact(heap, said, counter))
    return tuple(facts)


_ADVICE = Text(
    "Make one executor when the program starts and share it; where one must be made for a call,"
    " close it: try (ExecutorService executor = ...) from JDK 19, shutdown() in finally before.",
    "程序启动时创建一个执行器并共用；若确需为某次调用创建，请关闭它：JDK 19 起用 try"
    " (ExecutorService executor = ...)，之前在 finally 中调用 shutdown()。",
)
_DOUBT = Text(
    "Frameworks that keep one pool for each tenant or connection on purpose: the owners tell.",
    "有些框架有意为每个租户或连接保留一个线程池：请看持有者。",
)

RULE = Rule(
    id="executor-per-call",
    catalogue=("T6",),
    topic=Topic.THREADS,
    title=Text("An executor for each call", "每次调用一个执行器"),
    classes=(_EXECUTOR,),
    find=_find,
    page=Page(
        finds=Text(
            "50 or more ThreadPoolExecutor objects, at least half of them with one owner.",
            "50 个以上 ThreadPoolExecutor，其中至少一半属于同一持有者。",
        ),
        why=Text(
            "The threads of a pool are roots of the heap, and each refers to its pool. So a pool"
            " that is not shut down lives for ever with its threads, even if nobody refers to it.",
            "线程池的线程是堆的根，而每个线程都引用其线程池。因此未关闭的线程池会与其线程永远"
            "存在，即使没有任何人引用它。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Programs of many parts with a pool or two each: fewer than 50 of one owner.",
            "由许多部件组成、各有一两个线程池的程序：同一持有者少于 50 个不报告。",
        ),
        example="List<Future<Part>> parts = Executors.newFixedThreadPool(4).invokeAll(calls);",
        fixed="List<Future<Part>> parts = SHARED_EXECUTOR.invokeAll(calls);",
        references=("java.base/java/util/concurrent/Executors.java (DefaultThreadFactory)",),
    ),
)
