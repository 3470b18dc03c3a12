"""D9: cleaners and other references that wait in a queue which no one empties."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Confidence, Finding, HistogramRow, Severity, ThreadRow, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, crowd, enqueued, is_idle, thread_fact, worse

__all__ = ["RULE"]

_KINDS = ("java.lang.ref.PhantomReference", "java.lang.ref.WeakReference")
_CLEANER_THREAD = "Common-Cleaner"
_SUSPICIOUS_REFERENCES = 1_000
_MANY_REFERENCES = 5_000
_CROWD_OF_REFERENCES = 100_000


def _find(heap: Examination) -> Iterator[Finding]:
    for kind in _KINDS:
        every = heap.all_of(kind)
        if len(every) < _SUSPICIOUS_REFERENCES:
            continue
        waiting = enqueued(heap, every)
        for row in heap.heap.set_histogram(waiting) if len(waiting) else ():
            if row.objects >= _SUSPICIOUS_REFERENCES:
                yield _finding(heap, kind, waiting, row)


def _finding(heap: Examination, kind: str, waiting: ObjectSet, row: HistogramRow) -> Finding:
    members = waiting & heap.all_of(row.label)
    kept = crowd(heap, members)
    retained = heap.retained_bytes(members)
    busy = next((one for one in heap.threads if _is_busy_cleaner(one)), None)
    count = format_count(len(members))
    found = Found(
        title=Text(
            "{count} x {name} wait in a queue that no one empties",
            "{count} 个 {name} 在无人处理的队列中等待",
            count=count,
            name=row.label,
        ),
        summary=_SUMMARY,
        evidence=(
            heap.evidence(
                Text(
                    "{count} of {every} x {name} are enqueued: their referents are gone",
                    "{every} 个 {name} 中有 {count} 个已入队：其所指对象已消失",
                    count=count,
                    every=format_count(heap.count(row.label)),
                    name=row.label,
                ),
                "histogram",
                row.label,
            ),
            *((thread_fact(heap, _BUSY, busy),) if busy is not None and kind == _KINDS[0] else ()),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=_severity(heap, kind, len(members), retained),
        at=kept.example,
        owners=kept.owners,
        element_class=row.label,
        instances=len(members),
        retained_bytes=retained,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _severity(heap: Examination, kind: str, count: int, retained: int) -> Severity:
    """What a phantom reference guards is outside the heap, where the dump does not show it."""
    by_bytes = heap.severity(retained)
    if kind != _KINDS[0]:
        return worse(by_bytes, Severity.LOW)
    return worse(by_bytes, by_count(count, medium=_MANY_REFERENCES, high=_CROWD_OF_REFERENCES))


def _is_busy_cleaner(thread: ThreadRow) -> bool:
    return thread.name == _CLEANER_THREAD and not is_idle(thread)


_BUSY = Text(
    "the thread Common-Cleaner is at work, or stuck", "线程 Common-Cleaner 正在工作或被卡住"
)
_SUMMARY = Text(
    "The collector has put these references into their queue, where a thread should take them out"
    " and free what their referents owned, often outside the heap. That thread is gone, blocked or"
    " too slow.",
    "收集器已把这些引用放入队列，应有线程将其取出并释放所指对象拥有的资源（往往在堆外）。该线程"
    "已结束、被阻塞或太慢。",
)
_ADVICE = Text(
    "Catch errors in the loop around ReferenceQueue.remove() so that its thread lives, or use"
    " java.lang.ref.Cleaner; better still, free with close(). Actions of a Cleaner must not block:"
    " all of one Cleaner share a thread.",
    "在 ReferenceQueue.remove() 的循环中捕获异常，使线程不致结束；或使用 java.lang.ref.Cleaner；"
    "最好用 close() 显式释放。Cleaner 的动作不得阻塞：同一个 Cleaner 的动作共用一个线程。",
)
_DOUBT = Text(
    "Libraries that empty their queue at the next call (WeakHashMap, caches with weak keys) have"
    " some in it when nothing calls them.",
    "在下一次调用时才清理队列的库（WeakHashMap、弱键缓存）在没有调用时队列中会有一些。",
)

RULE = Rule(
    id="reference-backlog",
    catalogue=("D9",),
    topic=Topic.MEMORY,
    title=Text("References that wait in their queue", "在队列中等待的引用"),
    classes=_KINDS,
    find=_find,
    page=Page(
        finds=Text(
            "1,000 or more phantom or weak references of one class that are enqueued and were not"
            " taken out.",
            "同一类的虚引用或弱引用有 1,000 个以上已入队而未被取出。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Weak references of maps that are cleaned when they are used next.",
            "映射在下次使用时才清理的弱引用。",
        ),
        example="while (true) { ((Guard) queue.remove()).free(); } // one exception ends it",
        fixed="try (Picture picture = Picture.open(path)) { show(picture); }",
        references=(
            "java.base/java/lang/ref/ReferenceQueue.java (ENQUEUED)",
            "java.base/jdk/internal/ref/CleanerImpl.java",
        ),
    ),
)
