"""T11: threads that were made and never started, and the groups that wait for them."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import finding
from .reading import by_count, class_object, crowd_found, matching, set_fact, target, worse

__all__ = ["RULE"]

_THREAD = "java.lang.Thread"
_GROUP = "java.lang.ThreadGroup"
_HOOKS = "java.lang.ApplicationShutdownHooks"
_MOST_SLOTS = 1_000_000
_SUSPICIOUS_THREADS = 50
_MANY_THREADS = 1_000
_CROWD_OF_THREADS = 20_000


def _find(heap: Examination) -> Iterator[Finding]:
    for class_name, objects in ((_THREAD, _unstarted(heap)), (_GROUP, _waiting_groups(heap))):
        if len(objects) < _SUSPICIOUS_THREADS:
            continue
        count = format_count(len(objects))
        severity = by_count(len(objects), medium=_MANY_THREADS, high=_CROWD_OF_THREADS)
        found = crowd_found(
            heap,
            objects,
            title=Text(
                "{count} x {name} for threads that were never started",
                "{count} 个 {name}：线程从未启动",
                count=count,
                name=class_name,
            ),
            summary=Text(
                "A thread that is made and not started keeps its task; until JDK 18 its group"
                " counts it as one to come (nUnstartedThreads) and so never goes away.",
                "创建后未启动的线程会保持其任务；在 JDK 18 及以前，其线程组会把它算作将要启动的线程"
                "（nUnstartedThreads），因此永远不会消失。",
            ),
            evidence=(set_fact(heap, class_name, objects),),
            advice=_ADVICE,
            doubt=_DOUBT,
            severity=worse(severity, heap.severity(heap.retained_bytes(objects))),
        )
        yield finding(heap, RULE.id, RULE.topic, found)


def _unstarted(heap: Examination) -> ObjectSet:
    """Threads with status 0, NEW. Thread.threadStatus is in Thread$FieldHolder since JDK 19."""
    threads = heap.all_of(_THREAD)
    if len(threads) < _SUSPICIOUS_THREADS:
        return heap.heap.no_objects()
    found = matching(heap, threads, "threadStatus=0")
    found |= matching(heap, threads, "holder.threadStatus=0")
    return found - _shutdown_hooks(heap)


def _waiting_groups(heap: Examination) -> ObjectSet:
    """Groups that have no thread and wait for one, until JDK 18."""
    groups = heap.all_of(_GROUP)
    if len(groups) < _SUSPICIOUS_THREADS:
        return heap.heap.no_objects()
    return matching(heap, groups, "nUnstartedThreads>0", "nthreads=0")


def _shutdown_hooks(heap: Examination) -> ObjectSet:
    """Threads that wait for the end of the JVM: IdentityHashMap.table has keys and values."""
    table = target(heap, class_object(heap, _HOOKS), "hooks.table")
    slots = [] if table is None else heap.heap.element_ids(table, limit=_MOST_SLOTS)
    return heap.heap.set_of([one for one in slots if one is not None])


_ADVICE = Text(
    "Make threads only where they are started; where only the task is wanted, keep a Runnable"
    " instead of a Thread.",
    "只在要启动时才创建线程；若只需要任务，请保存 Runnable 而不是 Thread。",
)
_DOUBT = Text(
    "Pools that make their threads ahead of time have some: the owners tell.",
    "预先创建线程的线程池会有一些：请看持有者。",
)

RULE = Rule(
    id="unstarted-threads",
    catalogue=("T11",),
    topic=Topic.THREADS,
    title=Text("Threads that were never started", "从未启动的线程"),
    classes=(_THREAD,),
    find=_find,
    page=Page(
        finds=Text(
            "50 or more Thread objects with status NEW, or thread groups that wait for them.",
            "50 个以上状态为 NEW 的 Thread 对象，或等待它们的线程组。",
        ),
        why=Text(
            "A Thread holds its target, its name, and copies of the maker's inheritable"
            " thread-locals. What is never started is never taken off anything.",
            "Thread 持有其任务、名称以及创建者可继承线程局部变量的副本。从未启动的线程不会被从任"
            "何地方移除。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Fewer than 50; virtual threads do not count.",
            "少于 50 个；虚拟线程不计入。",
        ),
        example="tasks.add(new Thread(group, this::run));",
        fixed="tasks.add((Runnable) this::run);",
        references=("java.base/java/lang/ThreadGroup.java (nUnstartedThreads, JDK 8 to 18)",),
    ),
)
