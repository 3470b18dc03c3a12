"""F15: values that threads have inherited from the thread that started them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from seamew.holding import stable_class_name
from seamew.model import Confidence, Finding, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import ThreadValue, object_fact, thread_values

__all__ = ["RULE"]


def _find(heap: Examination) -> Iterator[Finding]:
    groups: defaultdict[int | None, list[ThreadValue]] = defaultdict(list)
    for one in thread_values(heap, "inheritableThreadLocals"):
        groups[one.key].append(one)
    for group in groups.values():
        # Many threads may have inherited the same value: each object counts once.
        values = heap.heap.set_of(sorted({one.value for one in group}))
        retained_bytes = heap.retained_bytes(values)
        if len(group) > 1 and heap.severity(retained_bytes).rank <= Severity.MEDIUM.rank:
            yield _finding(heap, group, len(values), retained_bytes)


def _finding(
    heap: Examination, group: Sequence[ThreadValue], values: int, retained_bytes: int
) -> Finding:
    biggest = max(group, key=lambda one: heap.heap.sizes(one.value)[1])
    example = Text(
        "thread {name} has inherited {kind}, {size}",
        "线程 {name} 继承了 {kind}，{size}",
        name=heap.heap.value(biggest.thread) or "?",
        kind=heap.heap.class_name(biggest.value),
        size=format_bytes(heap.heap.sizes(biggest.value)[1]),
    )
    found = Found(
        title=Text(
            "{threads} threads keep {count} values that they have inherited: {size}",
            "{threads} 个线程保留着继承来的 {count} 个值：{size}",
            threads=format_count(len(group)),
            count=format_count(values),
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(object_fact(heap, example, biggest.thread),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        at=biggest.value,
        element_class=stable_class_name(heap.heap.class_name(biggest.value)),
        instances=values,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "A new thread copies the InheritableThreadLocals of the thread that makes it. A pool makes its"
    " threads in the middle of some request, and they keep that request's values for as long as"
    " they live: remove() in the request's thread does not reach the copies.",
    "新线程会复制创建它的线程的 InheritableThreadLocal。线程池在处理某个请求时创建线程，这些线程"
    "会终身保留该请求的值：在请求线程中调用 remove() 影响不到这些副本。",
)
_ADVICE = Text(
    "Use a plain ThreadLocal and hand the value to tasks explicitly (capture what is needed, a"
    " TaskDecorator in Spring, TtlRunnable of transmittable-thread-local); or make the pool's"
    " threads at the start, prestartAllCoreThreads(), before any request.",
    "改用普通的 ThreadLocal，并把值显式传给任务（只捕获所需内容，Spring 的 TaskDecorator，"
    "transmittable-thread-local 的 TtlRunnable）；或在启动时、任何请求之前用"
    " prestartAllCoreThreads() 创建线程池的线程。",
)
_DOUBT = Text(
    "Threads that do the work of that very request, and end with it, may keep its values.",
    "若线程正是为该请求工作并随之结束，则保留其值是正常的。",
)

RULE = Rule(
    id="inherited-thread-locals",
    catalogue=("F15",),
    topic=Topic.MEMORY,
    title=Text("Inherited values stay in threads", "继承的值滞留在线程中"),
    classes=("java.lang.InheritableThreadLocal",),
    find=_find,
    page=Page(
        finds=Text(
            "Values in the inheritableThreadLocals of threads that retain 5 % of the heap or more.",
            "线程的 inheritableThreadLocals 中占堆 5 % 以上的值。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Threads made for one request, which end with it.",
            "为某个请求创建并随之结束的线程。",
        ),
        example="static final ThreadLocal<Context> CURRENT = new InheritableThreadLocal<>();",
        fixed="static final ThreadLocal<Context> CURRENT = new ThreadLocal<>();\n"
        "Context context = CURRENT.get();\npool.execute(() -> handle(context));",
        references=("java.base/java/lang/Thread.java (inheritableThreadLocals)",),
    ),
)
