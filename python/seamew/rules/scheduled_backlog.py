"""T3: a scheduler has more tasks due than its threads can run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seamew.model import Confidence, Evidence, Finding, Healthy, Severity, ThreadRow, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    Pool,
    by_count,
    first_elements,
    foreign_frame,
    is_idle,
    number,
    object_fact,
    pool_threads,
    task_class,
    thread_fact,
    thread_pools,
    worse,
)

__all__ = ["RULE"]

_EXECUTOR = "java.util.concurrent.ScheduledThreadPoolExecutor"
_DELAYED = f"{_EXECUTOR}$DelayedWorkQueue"
_CANCELLED = 4
_SUSPICIOUS_TASKS = 1_000
_MANY_TASKS = 10_000
_HUGE_NUMBER_OF_TASKS = 1_000_000
_SAMPLE = 200


def _find(heap: Examination) -> Iterator[Finding | Healthy]:
    for pool in thread_pools(heap):
        if pool.queue_class != _DELAYED or pool.queued < _SUSPICIOUS_TASKS:
            continue
        tasks = first_elements(heap, pool.queue, _SAMPLE)
        live = [one for one in tasks if (number(heap, one, "state") or 0) < _CANCELLED]
        if 2 * len(live) <= len(tasks):  # then it is the rule about cancelled tasks that speaks
            continue
        threads = pool_threads(heap, pool)
        if threads and all(is_idle(row) for row in threads) and not _is_much(heap, pool):
            yield _at_rest(heap, pool)
        else:
            yield _finding(heap, pool, live, threads)


def _is_much(heap: Examination, pool: Pool) -> bool:
    return heap.severity(heap.heap.sizes(pool.queue)[1]) is Severity.HIGH


def _at_rest(heap: Examination, pool: Pool) -> Healthy:
    """Threads at rest while tasks wait: not one of them is due."""
    because = Text(
        "{count} tasks wait for their time; the scheduler's threads are at rest, so none is late",
        "{count} 个任务在等待各自的时间；调度器的线程空闲，因此没有任务延误",
        count=format_count(pool.queued),
    )
    owner = heap.holding(pool.queue).owner
    name = None if owner is None else owner.name
    return Healthy(RULE.id, name, heap.heap.row(pool.queue), because)


def _finding(
    heap: Examination, pool: Pool, tasks: Sequence[int], threads: Sequence[ThreadRow]
) -> Finding:
    retained_bytes = heap.heap.sizes(pool.queue)[1]
    busy = [row for row in threads if not is_idle(row)]
    # All threads busy while tasks wait: they come later than they should.
    is_late = bool(threads) and len(busy) == len(threads)
    found = Found(
        title=Text(
            "{count} tasks wait in a scheduler with {threads} threads",
            "{count} 个任务在只有 {threads} 个线程的调度器中等待",
            count=format_count(pool.queued),
            threads=format_count(len(threads)),
        ),
        summary=Text(
            "{busy} of {threads} threads of the scheduler are busy; the {count} tasks in its queue"
            " keep what they have captured until they have run.",
            "调度器的 {threads} 个线程中有 {busy} 个在忙；队列中的 {count} 个任务在执行完之前一直"
            "保持其捕获的对象。",
            busy=format_count(len(busy)),
            threads=format_count(len(threads)),
            count=format_count(pool.queued),
        ),
        evidence=_evidence(heap, pool, busy, retained_bytes),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY if is_late else Confidence.POSSIBLE,
        severity=worse(
            heap.severity(retained_bytes),
            by_count(pool.queued, medium=_MANY_TASKS, high=_HUGE_NUMBER_OF_TASKS),
        ),
        at=pool.queue,
        element_class=task_class(heap, list(tasks)),
        instances=pool.queued,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _evidence(
    heap: Examination, pool: Pool, busy: Sequence[ThreadRow], retained_bytes: int
) -> tuple[Evidence, ...]:
    queue = Text(
        "the DelayedWorkQueue holds {count} tasks and retains {size}",
        "DelayedWorkQueue 中有 {count} 个任务，保持 {size}",
        count=format_count(pool.queued),
        size=format_bytes(retained_bytes),
    )
    return (object_fact(heap, queue, pool.queue), *_busy_facts(heap, busy))


def _busy_facts(heap: Examination, busy: Sequence[ThreadRow]) -> Iterator[Evidence]:
    for row in busy[:3]:
        said = Text(
            "thread {name} is in {frame}",
            "线程 {name} 正在 {frame}",
            name=row.name or "?",
            frame=foreign_frame(row),
        )
        yield thread_fact(heap, said, row)


_ADVICE = Text(
    "Give the scheduler more threads, hand long work over to a pool of its own, and schedule one"
    " sweeping task instead of one task for each call.",
    "增加调度器的线程数，把耗时工作交给单独的线程池，并用一个清扫任务代替每次调用一个任务。",
)
_DOUBT = Text(
    "Tasks that wait for a time far ahead are no backlog: their number is the rate of calls times"
    " the delay. A dump does not tell the time of System.nanoTime.",
    "等待较远未来时间的任务不算积压：其数量等于调用速率乘以延迟。转储中没有 System.nanoTime"
    " 的当前值。",
)

RULE = Rule(
    id="scheduled-backlog",
    catalogue=("T3",),
    topic=Topic.THREADS,
    title=Text("A scheduler's backlog", "调度器积压"),
    classes=(_EXECUTOR,),
    find=_find,
    page=Page(
        finds=Text(
            "Schedulers with 1,000 or more tasks in the queue that are not cancelled.",
            "队列中有 1,000 个以上未取消任务的调度器。",
        ),
        why=Text(
            "The queue of a ScheduledThreadPoolExecutor has no bound, and its threads never become"
            " more than corePoolSize, often 1. One slow task delays all others.",
            "ScheduledThreadPoolExecutor 的队列没有上限，线程数永远不会超过 corePoolSize（常为"
            " 1）。一个慢任务会拖住所有其他任务。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Timeouts of calls under way: one for each call, which run or are cancelled soon.",
            "正在进行的调用的超时任务：每个调用一个，很快会执行或取消。",
        ),
        references=("java.base/java/util/concurrent/ScheduledThreadPoolExecutor.java",),
    ),
)
