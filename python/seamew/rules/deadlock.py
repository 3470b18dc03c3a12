"""T10: threads that wait for each other in a ring."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Deadlock, Evidence, Finding, Severity, ThreadRow, Topic
from seamew.units import format_count
from seamew.wording import Text, joined

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import application_frame, stack_holding, thread_fact

__all__ = ["RULE"]

_SHOWN_THREADS = 4


def _find(heap: Examination) -> Iterator[Finding]:
    waiting = [row for row in heap.threads if _waits_for_a_lock(row)]
    if len(waiting) > 1:
        for ring in heap.heap.locks().deadlocks:
            yield _finding(heap, ring)


def _waits_for_a_lock(row: ThreadRow) -> bool:
    return row.thread_state == "BLOCKED" or row.blocker_index is not None


def _finding(heap: Examination, ring: Deadlock) -> Finding:
    rows = [row for row in heap.threads if (row.name or "") in ring.threads]
    is_blocked = all(row.thread_state == "BLOCKED" for row in rows)
    sure = Confidence.CERTAIN if ring.is_certain else Confidence.LIKELY
    found = Found(
        title=Text(
            "Deadlock of {count} threads",
            "{count} 个线程死锁",
            count=format_count(len(ring.threads)),
        ),
        summary=Text(
            "{threads} wait for each other and will never go on; what they hold stays, and whoever"
            " needs one of their locks waits too.",
            "{threads} 互相等待，永远不会继续；它们持有的一切都会保留，需要其锁的线程也会一直"
            "等待。",
            threads=joined(ring.threads[:_SHOWN_THREADS]),
        ),
        evidence=tuple(_evidence(heap, ring, rows)),
        advice=(_ADVICE,),
        doubts=() if ring.is_certain else (_DOUBT,),
        confidence=sure if ring.is_certain or is_blocked else Confidence.POSSIBLE,
        severity=Severity.HIGH if ring.is_certain or is_blocked else Severity.LOW,
        at=rows[0].object_index if rows else None,
        holding=None if not rows else stack_holding(heap, rows[0]),
        element_class=ring.locks[0].partition(" @ ")[0],
        instances=len(ring.threads),
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _evidence(heap: Examination, ring: Deadlock, rows: list[ThreadRow]) -> Iterator[Evidence]:
    for number, (thread, lock) in enumerate(zip(ring.threads, ring.locks, strict=True)):
        said = Text(
            "{thread} waits for {lock}, which {owner} holds",
            "{thread} 等待 {lock}，它由 {owner} 持有",
            thread=thread,
            lock=lock,
            owner=ring.threads[(number + 1) % len(ring.threads)],
        )
        yield heap.evidence(said, "threads", "--monitors")
    for row in rows[:_SHOWN_THREADS]:
        frame = application_frame(row)
        if frame is not None:
            said = Text(
                "{thread} is in {frame}", "{thread} 在 {frame}", thread=row.name or "", frame=frame
            )
            yield thread_fact(heap, said, row)


_ADVICE = Text(
    "Take the locks in one order everywhere, call no foreign code while holding one, or use"
    " tryLock with a timeout; restart the process now: a deadlock does not end by itself.",
    "在所有地方按同一顺序加锁，持锁时不要调用外部代码，或使用带超时的 tryLock；现在请重启进程："
    "死锁不会自行解除。",
)
_DOUBT = Text(
    "Heap dumps since JDK 16 do not say who owns a monitor: the stacks of blocked threads suggest"
    " the ring. A thread dump (jcmd PID Thread.print) says for certain.",
    "JDK 16 以后的堆转储不记录监视器的所有者：这个环是由阻塞线程的栈推断的。线程转储（jcmd PID"
    " Thread.print）可以确认。",
)

RULE = Rule(
    id="deadlock",
    catalogue=("T10",),
    topic=Topic.THREADS,
    title=Text("Deadlock", "死锁"),
    classes=("java.lang.Thread",),
    find=_find,
    page=Page(
        finds=Text(
            "Rings of threads in which each waits for a lock that the next one owns.",
            "线程环：每个线程都在等待下一个线程持有的锁。",
        ),
        why=Text(
            "Requests that need one of the locks gather behind the ring, with their threads and"
            " buffers, so a deadlock often looks like a memory leak.",
            "需要这些锁的请求会带着线程和缓冲区堆积在环后面，因此死锁常表现为内存泄漏。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "A ring that only stacks suggest, of threads that are not all blocked: reported low.",
            "仅由栈推断、且线程并非全部阻塞的环：以低级别报告。",
        ),
        references=("java.base/java/util/concurrent/locks/AbstractOwnableSynchronizer.java",),
    ),
)
