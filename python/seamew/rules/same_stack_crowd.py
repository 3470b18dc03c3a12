"""T9: many threads wait at the same place of the code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from seamew.model import Confidence, Evidence, Finding, LockRow, Severity, ThreadRow, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import Wait, application_frame, by_count, stack_holding, thread_fact, waiting_place

__all__ = ["RULE"]

_Place: TypeAlias = tuple[Wait, str, str]
"""What is waited for, the method of the wait, and the frame that called it."""

_SUSPICIOUS_THREADS = 10
_MANY_THREADS = 30
_CROWD_OF_THREADS = 200
_CROWD_OF_WAITING = 500


def _find(heap: Examination) -> Iterator[Finding]:
    crowds: dict[_Place, list[ThreadRow]] = defaultdict(list)
    for row in heap.threads:
        waiting = waiting_place(row)
        frame = None if waiting is None else application_frame(row)
        if waiting is not None and frame is not None:
            crowds[*waiting, frame].append(row)
    big = {place: rows for place, rows in crowds.items() if len(rows) >= _SUSPICIOUS_THREADS}
    locks = heap.heap.locks().locks if big else ()
    for place, rows in big.items():
        yield _finding(heap, place, rows, _lock(locks, rows))


def _finding(
    heap: Examination, place: _Place, rows: Sequence[ThreadRow], lock: LockRow | None
) -> Finding:
    wait, method, frame = place
    threads = heap.heap.set_of([row.object_index for row in rows])
    found = Found(
        title=Text(
            "{count} threads wait for {what} at the same place",
            "{count} 个线程在同一处等待{what}",
            count=format_count(len(rows)),
            what=wait.on,
        ),
        summary=Text(
            "{count} threads are in {method}, called from {frame}. While they wait, they keep what"
            " their stacks hold, and their pool has no thread for other work.",
            "{count} 个线程在 {method} 中，由 {frame} 调用。等待期间它们保持栈上的对象，其线程池"
            "也没有线程处理其他工作。",
            count=format_count(len(rows)),
            method=method,
            frame=frame,
        ),
        evidence=_evidence(heap, frame, rows, lock),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY if wait.is_telling else Confidence.POSSIBLE,
        severity=_severity(len(rows), wait),
        at=rows[0].object_index,
        holding=stack_holding(heap, rows[0]),
        element_class=rows[0].class_name,
        instances=len(rows),
        retained_bytes=heap.retained_bytes(threads),
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _severity(threads: int, wait: Wait) -> Severity:
    """Threads that wait for a lock or a connection are stuck; for a signal, perhaps at rest."""
    if wait.is_telling:
        return by_count(threads, medium=_MANY_THREADS, high=_CROWD_OF_THREADS)
    return by_count(threads, medium=_CROWD_OF_WAITING, high=2 * _CROWD_OF_WAITING)


def _evidence(
    heap: Examination, frame: str, rows: Sequence[ThreadRow], lock: LockRow | None
) -> tuple[Evidence, ...]:
    counted = Text(
        "{count} threads are in {frame}",
        "{count} 个线程在 {frame}",
        count=format_count(len(rows)),
        frame=frame,
    )
    first = Text("one of them is {name}", "其中之一是 {name}", name=rows[0].name or "?")
    facts = [
        heap.evidence(counted, "threads", "--by", "stack"),
        thread_fact(heap, first, rows[0]),
    ]
    if lock is not None:
        said = Text(
            "most wait for {lock}, held by {owner}",
            "多数在等待 {lock}，持有者为 {owner}",
            lock=f"{lock.object.class_name} @ {lock.object.address:#x}",
            owner=lock.owner or ", ".join(lock.holders[:3]) or "?",
        )
        facts.append(heap.evidence(said, "threads", "--monitors"))
    return tuple(facts)


def _lock(locks: Sequence[LockRow], rows: Sequence[ThreadRow]) -> LockRow | None:
    """The lock that most of the threads wait for, if somebody is known to hold it."""
    names = {row.name for row in rows}
    counts: Counter[int] = Counter()
    for number, lock in enumerate(locks):
        counts[number] = len(names.intersection(lock.waiters))
    if not counts:
        return None
    number, waiters = max(counts.items(), key=lambda one: (one[1], -one[0]))
    found = locks[number]
    return found if 2 * waiters >= len(rows) and (found.owner or found.holders) else None


_ADVICE = Text(
    "Look at what they wait for, not at the threads: make it faster, give the wait a timeout, and"
    " hold locks and connections for less time. More threads only make a longer queue.",
    "要看它们等待的是什么，而不是线程本身：让它更快、为等待设置超时、缩短持有锁和连接的时间。"
    "增加线程只会让队伍更长。",
)
_DOUBT = Text(
    "A dump shows one moment: two thread dumps ten seconds apart show whether the same threads"
    " still wait there.",
    "转储只显示一个时刻：间隔十秒的两次线程转储可以看出同一批线程是否仍在那里等待。",
)

RULE = Rule(
    id="same-stack-crowd",
    catalogue=("T9",),
    topic=Topic.THREADS,
    title=Text("Many threads wait at one place", "大量线程等在同一处"),
    classes=("java.lang.Thread",),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "Ten or more threads that wait in the same method for the same thing: a lock, a pool's"
            " connection, room in a queue, an answer from the network.",
            "10 个以上线程在同一方法中等待同一种东西：锁、连接池中的连接、队列空位、网络应答。",
        ),
        why=Text(
            "One slow or stuck resource makes all its users wait, and the memory of their requests"
            " with them.",
            "一个缓慢或卡住的资源会让所有使用者等待，其请求占用的内存也随之保留。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Threads at rest (a pool's workers without work, selectors, timers) do not count.",
            "休息中的线程（无任务的工作线程、选择器、定时器）不计入。",
        ),
        references=("java.base/java/lang/Thread.java (State)",),
    ),
)
