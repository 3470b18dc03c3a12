"""T12: CompletableFutures that nobody completes, with all that waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Confidence, Evidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, crowd, matching, query_fact, worse

__all__ = ["RULE"]

_FUTURE = "java.util.concurrent.CompletableFuture"
_SUSPICIOUS_FUTURES = 1_000
_MANY_FUTURES = 10_000
_HUGE_NUMBER_OF_FUTURES = 1_000_000


def _find(heap: Examination) -> Iterator[Finding]:
    futures = heap.all_of(_FUTURE)
    if len(futures) < _SUSPICIOUS_FUTURES:
        return
    unanswered = matching(heap, futures, "result=null")
    if len(unanswered) >= _SUSPICIOUS_FUTURES:
        yield _finding(heap, unanswered)


def _finding(heap: Examination, unanswered: ObjectSet) -> Finding:
    # A chain is one future that waits and those that depend on it: the first has the stack.
    awaited = matching(heap, unanswered, "stack!=null")
    # What hangs on a future is often held by a map beside it, and not by the future.
    dependants = heap.heap.field_targets(awaited, "stack")
    retained_bytes = heap.retained_bytes(unanswered | dependants)
    kept = crowd(heap, awaited if len(awaited) else unanswered)
    count = format_count(len(unanswered))
    found = Found(
        title=Text(
            "{count} CompletableFuture objects that nobody has completed",
            "{count} 个一直没有完成的 CompletableFuture",
            count=count,
        ),
        summary=Text(
            "{count} futures have no result yet; {awaited} of them have actions that wait for it,"
            " with all that these have captured.",
            "{count} 个 future 还没有结果；其中 {awaited} 个有动作在等待结果，并保持其捕获的一切。",
            count=count,
            awaited=format_count(len(awaited)),
        ),
        evidence=_evidence(heap, len(unanswered), len(awaited), retained_bytes),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes),
            by_count(len(unanswered), medium=_MANY_FUTURES, high=_HUGE_NUMBER_OF_FUTURES),
        ),
        at=kept.example,
        owners=kept.owners,
        element_class=heap.heap.class_name(kept.example),
        instances=len(unanswered),
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _evidence(
    heap: Examination, unanswered: int, awaited: int, retained_bytes: int
) -> tuple[Evidence, ...]:
    without_result = Text(
        "{count} x {name} with result = null retain {size}",
        "{count} 个 result = null 的 {name} 保持 {size}",
        count=format_count(unanswered),
        name=_FUTURE,
        size=format_bytes(retained_bytes),
    )
    with_actions = Text(
        "{count} of them have dependent actions (stack)",
        "其中 {count} 个有依赖动作（stack）",
        count=format_count(awaited),
    )
    query = f"SELECT count(*) FROM INSTANCEOF {_FUTURE} f WHERE f.result = null"
    return (
        query_fact(heap, without_result, query),
        query_fact(heap, with_actions, f"{query} AND f.stack != null"),
    )


_ADVICE = Text(
    "Give each future an end: future.orTimeout(30, SECONDS) (JDK 9 and later), and"
    " whenComplete((value, error) -> pending.remove(id)) so that it leaves its map on any outcome.",
    "为每个 future 设定终点：future.orTimeout(30, SECONDS)（JDK 9 及以后），并用"
    " whenComplete((value, error) -> pending.remove(id)) 让它在任何结果下都从映射中移除。",
)
_DOUBT = Text(
    "Calls under way have open futures too: more than the service can have at once, or ids far"
    " older than the longest timeout, confirm the leak.",
    "正在进行的调用也有未完成的 future：若数量超过服务可能的并发，或编号远早于最长超时，则可确认"
    "泄漏。",
)

RULE = Rule(
    id="futures-never-completed",
    catalogue=("T12",),
    topic=Topic.THREADS,
    title=Text("Futures that are never completed", "从未完成的 Future"),
    classes=(_FUTURE,),
    find=_find,
    page=Page(
        finds=Text(
            "1,000 or more CompletableFuture objects without a result.",
            "1,000 个以上没有结果的 CompletableFuture。",
        ),
        why=Text(
            "A future that is kept until its answer comes stays for ever when the answer does not"
            " come, and with it every action that was chained to it.",
            "等待应答的 future 若等不到应答就会永远保留，连同链接在其上的所有动作。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Many calls under way at once; futures of endless streams (few).",
            "同时进行的大量调用；无限流的 future（数量很少）。",
        ),
        example="pending.put(id, new CompletableFuture<Answer>());",
        fixed="CompletableFuture<Answer> answer = new CompletableFuture<Answer>()\n"
        "    .orTimeout(30, SECONDS);\n"
        "pending.put(id, answer);\n"
        "answer.whenComplete((value, error) -> pending.remove(id));",
        references=("java.base/java/util/concurrent/CompletableFuture.java (result, stack)",),
    ),
)
