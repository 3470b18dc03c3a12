"""D8: objects whose finalizers wait, because one thread runs all of them."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Confidence, Evidence, Finding, ThreadRow, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import application_frame, by_count, enqueued, is_idle, thread_fact, worse

__all__ = ["RULE"]

_FINALIZER = "java.lang.ref.Finalizer"
_THREAD = "Finalizer"
_SUSPICIOUS_OBJECTS = 500
_MANY_OBJECTS = 2_000
_CROWD_OF_OBJECTS = 100_000
_SHOWN_CLASSES = 3


def _find(heap: Examination) -> Iterator[Finding]:
    references = enqueued(heap, heap.all_of(_FINALIZER))
    waiting = heap.heap.field_targets(references, "referent")
    if len(waiting) < _SUSPICIOUS_OBJECTS:
        return
    threads = [row for row in heap.threads if row.name == _THREAD]
    busy = next((row for row in threads if not is_idle(row)), None)
    rows = heap.heap.set_histogram(waiting)
    retained = heap.retained_bytes(waiting)
    severity = by_count(len(waiting), medium=_MANY_OBJECTS, high=_CROWD_OF_OBJECTS)
    found = Found(
        title=Text(
            "{count} objects wait for their finalizer ({size})",
            "{count} 个对象在等待终结器运行（{size}）",
            count=format_count(len(waiting)),
            size=format_bytes(retained),
        ),
        summary=_SUMMARY,
        evidence=(
            heap.evidence(
                Text(
                    "{count} in the queue: {classes}",
                    "队列中有 {count} 个：{classes}",
                    count=format_count(len(waiting)),
                    classes=", ".join(
                        f"{format_count(row.objects)} x {row.label}"
                        for row in rows[:_SHOWN_CLASSES]
                    ),
                ),
                "finalizers",
            ),
            *(_thread_evidence(heap, busy) if busy is not None else ()),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN if busy is not None else Confidence.LIKELY,
        severity=worse(severity, heap.severity(retained)),
        at=_first(waiting),
        element_class=max(rows, key=lambda row: (row.objects, row.label)).label,
        instances=len(waiting),
        retained_bytes=retained,
    )
    yield finding(heap, RULE.id, RULE.topic, found)


def _first(objects: ObjectSet) -> int:
    return objects.page(limit=1)[0]


def _thread_evidence(heap: Examination, thread: ThreadRow) -> tuple[Evidence]:
    place = application_frame(thread) or thread.frames[0].text.removeprefix("at ")
    said = Text(
        "the thread {name} is in {place}", "线程 {name} 正在 {place}", name=_THREAD, place=place
    )
    return (thread_fact(heap, said, thread),)


_SUMMARY = Text(
    "Nothing refers to these objects any more; they and all that they hold stay until their"
    " finalize() has run. One thread runs all finalizers, one after the other: a slow or blocked"
    " one stops all others, whatever their class.",
    "这些对象已无人引用；但它们及其持有的一切要等 finalize() 运行之后才会释放。所有终结器由一个线程"
    "逐个运行：一个慢的或阻塞的终结器会挡住所有其他的，不论是什么类。",
)
_ADVICE = Text(
    "Remove finalize(): implement AutoCloseable, close with try-with-resources, and at most a"
    " java.lang.ref.Cleaner as a safety net. Nothing in either may block or take a lock.",
    "去掉 finalize()：实现 AutoCloseable 并用 try-with-resources 关闭，最多再用 "
    "java.lang.ref.Cleaner 兜底。两者中都不得阻塞或加锁。",
)
_DOUBT = Text(
    "Right after a full collection many may wait for a moment: the thread's stack tells whether it"
    " works on them or is stuck, and a second dump whether the number falls.",
    "一次 Full GC 之后可能短时间有许多对象在等待：看该线程的栈是在处理还是卡住，再取一次转储看数量"
    "是否下降。",
)

RULE = Rule(
    id="finalizer-backlog",
    catalogue=("D8",),
    topic=Topic.MEMORY,
    title=Text("A backlog of finalizers", "终结器积压"),
    classes=(_FINALIZER,),
    find=_find,
    page=Page(
        finds=Text(
            "500 or more objects in the queue of the finalizer thread.",
            "终结器线程的队列中有 500 个以上的对象。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "A burst of garbage right before the dump; with few objects of small size it is low.",
            "转储前刚产生的一批垃圾；对象少且小时级别为低。",
        ),
        example="protected void finalize() { nativeLibrary.free(handle); } // may wait",
        fixed="try (Image image = Image.open(path)) { draw(image); }",
        references=("java.base/java/lang/ref/Finalizer.java (queue)", "JEP 421"),
    ),
)
