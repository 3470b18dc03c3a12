"""D6: tasks that wait for an event loop which is blocked or too slow."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Evidence, Finding, ThreadRow, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    application_frame,
    by_count,
    first_elements,
    number,
    object_fact,
    queue_size,
    target,
    task_class,
    thread_fact,
    worse,
)

__all__ = ["RULE"]

_LOOP = "io.netty.util.concurrent.SingleThreadEventExecutor"
_SUSPICIOUS_TASKS = 1_000
_MANY_TASKS = 2_000
_CROWD_OF_TASKS = 10_000
_MOST_LOOPS = 2_000


def _find(heap: Examination) -> Iterator[Finding]:
    for loop in heap.all_of(_LOOP).page(limit=_MOST_LOOPS):
        queue = target(heap, loop, "taskQueue")
        waiting = 0 if queue is None else _waiting(heap, queue)
        if queue is not None and waiting >= _SUSPICIOUS_TASKS:
            yield _finding(heap, loop, queue, waiting)


def _waiting(heap: Examination, queue: int) -> int:
    """Queues of JCTools count by two; the last bit of the producer's index marks a resizing."""
    produced = number(heap, queue, "producerIndex")
    consumed = number(heap, queue, "consumerIndex")
    if produced is None or consumed is None:
        return queue_size(heap, queue)
    return max(0, produced - consumed) // 2


def _finding(heap: Examination, loop: int, queue: int, waiting: int) -> Finding:
    at = target(heap, loop, "thread")
    thread = next((row for row in heap.threads if row.object_index == at), None)
    retained = heap.heap.sizes(queue)[1]
    found = Found(
        title=Text(
            "{count} tasks wait for one event loop",
            "{count} 个任务在等待同一个事件循环",
            count=format_count(waiting),
        ),
        summary=_SUMMARY,
        evidence=(
            object_fact(
                heap,
                Text(
                    "{count} tasks in the queue",
                    "队列中有 {count} 个任务",
                    count=format_count(waiting),
                ),
                queue,
            ),
            *_thread_evidence(heap, thread),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            by_count(waiting, medium=_MANY_TASKS, high=_CROWD_OF_TASKS), heap.severity(retained)
        ),
        at=queue,
        holding=heap.holding(loop),
        element_class=task_class(heap, _tasks(heap, queue)),
        instances=waiting,
        retained_bytes=retained,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _tasks(heap: Examination, queue: int) -> list[int]:
    """Some of the tasks: JCTools' queues are arrays, of which the consumer is in the first."""
    array = target(heap, queue, "consumerBuffer")
    if array is None:
        return first_elements(heap, queue)
    found = [one for one in heap.heap.element_ids(array, limit=_LOOKED_AT) if one is not None]
    return [one for one in found if heap.heap.kind(one) == "instance"]


def _thread_evidence(heap: Examination, thread: ThreadRow | None) -> Iterator[Evidence]:
    if thread is None or not thread.frames:
        return
    place = application_frame(thread) or thread.frames[0].text.removeprefix("at ")
    said = Text(
        "the loop's thread {name} is in {place}",
        "该循环的线程 {name} 正在 {place}",
        name=thread.name or "?",
        place=place,
    )
    yield thread_fact(heap, said, thread)


_LOOKED_AT = 256
_SUMMARY = Text(
    "An event loop does all the work of its channels in one thread. While a handler blocks, all"
    " that"
    " comes in waits in the loop's queue, which has no bound, and the other channels of the loop"
    " stand still.",
    "事件循环用一个线程完成其所有通道的工作。某个处理器阻塞时，新来的一切都在该循环的无界队列中等"
    "待，"
    "同一循环的其他通道也停滞。",
)
_ADVICE = Text(
    "Never block in a handler: give handlers that call databases or locks an executor of their own"
    " (pipeline.addLast(group, handler)) with a bounded queue, and a time limit for each call.",
    "处理器中绝不要阻塞：为调用数据库或加锁的处理器提供独立的执行器"
    "（pipeline.addLast(group, handler)），队列有界，且每次调用有时限。",
)
_DOUBT = Text(
    "The stack of the loop's thread tells: in a select or epoll wait it is free, below runAllTasks"
    " in application code it is busy or blocked.",
    "看该循环线程的栈：处于 select 或 epoll wait 则空闲；在 runAllTasks 之下的应用代码中则忙碌或"
    "阻塞。",
)

RULE = Rule(
    id="netty-loop-queue",
    catalogue=("D6",),
    topic=Topic.THREADS,
    title=Text("Tasks that wait for an event loop", "等待事件循环的任务"),
    classes=(_LOOP,),
    find=_find,
    page=Page(
        finds=Text(
            "1,000 or more tasks in the queue of one Netty event loop.",
            "一个 Netty 事件循环的队列中有 1,000 个以上任务。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "A burst of tasks that a loop works off in a moment.", "循环很快就能处理完的一批任务。"
        ),
        example="channel.eventLoop().execute(() -> lookUp(message)); // waits for a database",
        fixed="lookups.execute(() -> lookUp(message)); // a bounded ThreadPoolExecutor",
        references=("io.netty.util.concurrent.SingleThreadEventExecutor (taskQueue)",),
    ),
)
