"""F14: values that ThreadLocals keep in threads that live on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from seamew.holding import stable_class_name
from seamew.model import Confidence, Evidence, Finding, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import ThreadValue, object_fact, thread_values

__all__ = ["RULE"]

_ENTRY = "java.lang.ThreadLocal$ThreadLocalMap$Entry"
_MUCH_PER_THREAD_BYTES = 1 << 20
_MANY_STALE = 100


def _find(heap: Examination) -> Iterator[Finding]:
    values = thread_values(heap)
    stale = [one for one in values if one.key is None]
    if len(stale) >= _MANY_STALE and _severity(heap, stale) is not Severity.INFO:
        yield _finding(heap, stale)
    live = [one for one in values if one.key is not None]
    big, rest = _told(heap, _by_key(live))
    for group in big:
        yield _finding(heap, group)
    # A ThreadLocal in each object or each redeployment: many keys, values of one class.
    many, _ = _told(heap, _by_class(heap, [one for group in rest for one in group]))
    for group in many:
        yield _finding(heap, group)


def _by_key(values: Iterable[ThreadValue]) -> list[list[ThreadValue]]:
    groups: defaultdict[int | None, list[ThreadValue]] = defaultdict(list)
    for one in values:
        groups[one.key].append(one)
    return list(groups.values())


def _by_class(heap: Examination, values: Iterable[ThreadValue]) -> list[list[ThreadValue]]:
    groups: defaultdict[str, list[ThreadValue]] = defaultdict(list)
    for one in values:
        groups[heap.heap.class_name(one.value)].append(one)
    return list(groups.values())


def _told(
    heap: Examination, groups: Iterable[list[ThreadValue]]
) -> tuple[list[list[ThreadValue]], list[list[ThreadValue]]]:
    """The groups that retain much, and the others."""
    told: list[list[ThreadValue]] = []
    others: list[list[ThreadValue]] = []
    for group in groups:
        is_much = heap.severity(_bytes(group)).rank <= Severity.MEDIUM.rank
        (told if is_much else others).append(group)
    return told, others


def _bytes(group: Iterable[ThreadValue]) -> int:
    return sum(one.retained_bytes for one in group)


def _severity(heap: Examination, group: Sequence[ThreadValue]) -> Severity:
    """By the bytes; a buffer of moderate size in each thread is a habit and no leak."""
    threads = len({one.thread for one in group})
    by_bytes = heap.severity(_bytes(group))
    if _bytes(group) / threads >= _MUCH_PER_THREAD_BYTES:
        return by_bytes
    return max(by_bytes, Severity.LOW, key=lambda severity: severity.rank)


def _finding(heap: Examination, group: Sequence[ThreadValue]) -> Finding:
    biggest = max(group, key=lambda one: one.retained_bytes)
    severity = _severity(heap, group)
    is_stale = biggest.key is None
    found = Found(
        title=_title(group, is_stale=is_stale),
        summary=_STALE if is_stale else _LIVE,
        evidence=_evidence(heap, group, biggest),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.POSSIBLE if severity is Severity.LOW else Confidence.LIKELY,
        severity=severity,
        at=biggest.value,
        element_class=stable_class_name(heap.heap.class_name(biggest.value)),
        instances=len(group),
        retained_bytes=_bytes(group),
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _title(group: Sequence[ThreadValue], *, is_stale: bool) -> Text:
    values = {
        "count": format_count(len(group)),
        "threads": format_count(len({one.thread for one in group})),
        "size": format_bytes(_bytes(group)),
    }
    if is_stale:
        return Text(
            "{count} values of collected ThreadLocals stay in {threads} threads: {size}",
            "{threads} 个线程中残留 {count} 个已被回收的 ThreadLocal 的值：{size}",
            **values,
        )
    return Text(
        "{count} thread-local values in {threads} threads keep {size}",
        "{threads} 个线程中的 {count} 个 ThreadLocal 值保持 {size}",
        **values,
    )


def _evidence(
    heap: Examination, group: Sequence[ThreadValue], biggest: ThreadValue
) -> tuple[Evidence, ...]:
    mean = Text(
        "{count} entries of ThreadLocalMap under {keys} ThreadLocals retain {mean} each on average",
        "{keys} 个 ThreadLocal 下的 {count} 个 ThreadLocalMap 条目平均各保持 {mean}",
        count=format_count(len(group)),
        keys=format_count(len({one.key for one in group})),
        mean=format_bytes(_bytes(group) // len(group)),
    )
    example = Text(
        "thread {name} keeps {kind}, {size}",
        "线程 {name} 保持 {kind}，{size}",
        name=heap.heap.value(biggest.thread) or "?",
        kind=heap.heap.class_name(biggest.value),
        size=format_bytes(biggest.retained_bytes),
    )
    return (
        heap.evidence(mean, "thread-locals"),
        object_fact(heap, example, biggest.entry),
    )


_LIVE = Text(
    "A value set in a ThreadLocal stays until remove() is called or its thread ends. Threads of a"
    " pool do not end, so each keeps its last value between requests.",
    "ThreadLocal 中设置的值会一直保留，直到调用 remove() 或线程结束。线程池的线程不会结束，因此每个"
    "线程在请求之间都保留着最后一个值。",
)
_STALE = Text(
    "Their ThreadLocals are collected, so nobody can read these values any more; a thread clears"
    " such entries only by chance, when it uses other ThreadLocals.",
    "其 ThreadLocal 已被回收，这些值再也无法读取；线程只会在使用其他 ThreadLocal 时偶然清理这些"
    "条目。",
)
_ADVICE = Text(
    "Call remove() in the finally block of the code that sets it: try {{ CONTEXT.set(value); ... }}"
    " finally {{ CONTEXT.remove(); }}. Keep ThreadLocals in static final fields, and buffers in a"
    " pool of limited size.",
    "在设置它的代码的 finally 中调用 remove()：try {{ CONTEXT.set(value); ... }} finally {{"
    " CONTEXT.remove(); }}。ThreadLocal 应放在 static final 字段中，缓冲区应放在有上限的池中。",
)
_DOUBT = Text(
    "A buffer that each thread of a fixed pool uses again and again costs this much and no more:"
    " threads that are idle and still hold a value of the last request confirm the leak.",
    "固定线程池的每个线程反复使用的缓冲区，开销仅此而已：若线程已空闲却仍持有上一个请求的值，则可"
    "确认泄漏。",
)

RULE = Rule(
    id="thread-local-values",
    catalogue=("F14",),
    topic=Topic.MEMORY,
    title=Text("Values of ThreadLocals stay in threads", "ThreadLocal 的值滞留在线程中"),
    classes=(_ENTRY,),
    find=_find,
    page=Page(
        finds=Text(
            "Values of one ThreadLocal, or of one class, that retain 5 % of the heap or more; and"
            " values whose ThreadLocal is collected.",
            "同一个 ThreadLocal 或同一个类的值占堆的 5 % 以上；以及 ThreadLocal 已被回收的值。",
        ),
        why=Text(
            "Each thread has a map from ThreadLocals to values. A thread of a pool lives as long as"
            " the process, and its map keeps what the last request has left.",
            "每个线程都有一个从 ThreadLocal 到值的映射。线程池的线程与进程同寿，其映射保留着上一个"
            "请求留下的东西。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Buffers that are used again: below 1 MB a thread they are reported low.",
            "重复使用的缓冲区：每个线程不足 1 MB 时以低级别报告。",
        ),
        example="BUFFER.get().write(report);  // the buffer has grown to 4 MB and stays",
        fixed="try { BUFFER.get().write(report); } finally { BUFFER.remove(); }",
        references=("java.base/java/lang/ThreadLocal.java (ThreadLocalMap.Entry)",),
    ),
)
