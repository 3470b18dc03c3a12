"""T13: the threads of the common pool are blocked."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Severity, ThreadRow, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import application_frame, foreign_frame, stack_holding, thread_fact, waiting_place

__all__ = ["RULE"]

_NAME = "ForkJoinPool.commonPool-worker"
_FEW_WORKERS = 2
_SHOWN_THREADS = 4


def _find(heap: Examination) -> Iterator[Finding]:
    workers = [row for row in heap.threads if row.is_alive and (row.name or "").startswith(_NAME)]
    places = {row.object_index: waiting_place(row) for row in workers}
    blocked = [row for row in workers if places[row.object_index] and application_frame(row)]
    if len(blocked) < _FEW_WORKERS or len(blocked) < len(workers):
        return
    is_telling = any(place is not None and place[0].is_telling for place in places.values())
    yield _finding(heap, blocked, Severity.MEDIUM if is_telling else Severity.LOW)


def _finding(heap: Examination, blocked: list[ThreadRow], severity: Severity) -> Finding:
    count = format_count(len(blocked))
    found = Found(
        title=Text(
            "All {count} threads of the common pool are blocked",
            "公共线程池的全部 {count} 个线程都被阻塞",
            count=count,
        ),
        summary=Text(
            "Parallel streams and CompletableFuture.supplyAsync of the whole process share"
            " ForkJoinPool.commonPool. Its {count} threads all wait, so none of these goes on.",
            "整个进程的并行流和 CompletableFuture.supplyAsync 共用 ForkJoinPool.commonPool。其 "
            "{count} 个线程都在等待，因此这些任务都无法进行。",
            count=count,
        ),
        evidence=tuple(thread_fact(heap, _text(row), row) for row in blocked[:_SHOWN_THREADS]),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.POSSIBLE,
        severity=severity,
        at=blocked[0].object_index,
        holding=stack_holding(heap, blocked[0]),
        element_class=blocked[0].class_name,
        instances=len(blocked),
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _text(row: ThreadRow) -> Text:
    return Text(
        "thread {name} waits in {frame}",
        "线程 {name} 在 {frame} 中等待",
        name=row.name or "?",
        frame=application_frame(row) or foreign_frame(row),
    )


_ADVICE = Text(
    "Give what blocks an executor of its own: CompletableFuture.supplyAsync(call, ioExecutor); keep"
    " the common pool for short work on the processor.",
    "为会阻塞的操作使用单独的执行器：CompletableFuture.supplyAsync(call, ioExecutor)；公共线程池只"
    "用于短小的计算。",
)
_DOUBT = Text(
    "They may all wait for a moment only: two thread dumps ten seconds apart tell.",
    "也可能只是暂时都在等待：间隔十秒的两次线程转储可以看出。",
)

RULE = Rule(
    id="common-pool-blocked",
    catalogue=("T13",),
    topic=Topic.THREADS,
    title=Text("The common pool is blocked", "公共线程池被阻塞"),
    classes=("java.util.concurrent.ForkJoinWorkerThread",),
    find=_find,
    page=Page(
        finds=Text(
            "A ForkJoinPool.commonPool of which every thread waits in a call of the application.",
            "每个线程都在应用调用中等待的 ForkJoinPool.commonPool。",
        ),
        why=Text(
            "The common pool has one thread less than the machine has cores. A blocking call in a"
            " few tasks stops all parallel streams and asynchronous futures of the process.",
            "公共线程池的线程数比核数少一。少数任务中的阻塞调用就会让进程中的所有并行流和异步"
            " future 停住。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "A pool with at least one thread that works or is idle.",
            "至少有一个线程在工作或空闲的线程池。",
        ),
        example="CompletableFuture.supplyAsync(() -> http.get(uri));",
        fixed="CompletableFuture.supplyAsync(() -> http.get(uri), ioExecutor);",
        references=("java.base/java/util/concurrent/ForkJoinPool.java (common)",),
    ),
)
