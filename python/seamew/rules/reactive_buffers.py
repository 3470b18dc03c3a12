"""F22: unbounded queues inside reactive streams."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, class_of_most, number, object_fact, target, worse

__all__ = ["RULE"]

_QUEUES = (
    "reactor.util.concurrent.SpscLinkedArrayQueue",
    "reactor.util.concurrent.MpscLinkedQueue",
    "io.reactivex.rxjava3.operators.SpscLinkedArrayQueue",
    "io.reactivex.rxjava3.internal.queue.SpscLinkedArrayQueue",
    "io.reactivex.internal.queue.SpscLinkedArrayQueue",
    "rx.internal.util.atomic.SpscLinkedArrayQueue",
    "rx.internal.util.unsafe.SpscLinkedArrayQueue",
)
_ARRAYS = ("producerArray.array", "producerBuffer.array", "consumerArray.array", "producerBuffer")
_MOST_QUEUES = 20_000
_LOOKED_AT = 200
_SUSPICIOUS, _MANY, _VERY_MANY = 1_000, 10_000, 1_000_000


def _find(heap: Examination) -> Iterator[Finding]:
    for name in _QUEUES:
        for queue in heap.all_of(name).page(limit=_MOST_QUEUES):
            waiting = _waiting(heap, queue)
            if waiting >= _SUSPICIOUS:
                yield _finding(heap, queue, waiting)


def _waiting(heap: Examination, queue: int) -> int:
    """Offered less taken: both are counted by the queue, as a long or in an AtomicLong."""
    offered = number(heap, queue, "producerIndex.value", "producerIndex") or 0
    taken = number(heap, queue, "consumerIndex.value", "consumerIndex") or 0
    return max(0, offered - taken)


def _finding(heap: Examination, queue: int, waiting: int) -> Finding:
    retained_bytes = heap.heap.sizes(queue)[1]
    counted = Text(
        "{name}: {count} elements were offered and not taken; it retains {size}",
        "{name}：已放入而未取出 {count} 个元素；保持 {size}",
        name=heap.heap.class_name(queue),
        count=format_count(waiting),
        size=format_bytes(retained_bytes),
    )
    found = Found(
        title=Text(
            "{count} elements wait in a reactive stream, {size}",
            "响应式流中有 {count} 个元素在等待，{size}",
            count=format_count(waiting),
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(object_fact(heap, counted, queue),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes), by_count(waiting, medium=_MANY, high=_VERY_MANY)
        ),
        at=queue,
        element_class=_element_class(heap, queue),
        instances=waiting,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _element_class(heap: Examination, queue: int) -> str | None:
    array = target(heap, queue, *_ARRAYS)
    if array is None or heap.heap.kind(array) != "object_array":
        return None
    # The last slots lead to the next array of the chain.
    sample = heap.heap.element_ids(array, limit=_LOOKED_AT)
    rows = [heap.heap.row(one) for one in sample if one is not None]
    return class_of_most(row for row in rows if not row.class_name.startswith("java.util."))


_SUMMARY = Text(
    "A stage between two threads buffers what the one offers and the other has not taken yet. Where"
    " the source does not listen to demand (a PublishSubject, onBackpressureBuffer() without a"
    " size,"
    " Sinks.many().unicast()), that buffer has no bound.",
    "两个线程之间的阶段会缓冲一方已提供而另一方尚未取走的元素。若源头不理会需求（PublishSubject、未指定"
    "大小的 onBackpressureBuffer()、Sinks.many().unicast()），该缓冲就没有上限。",
)
_ADVICE = Text(
    "Give the buffer a bound and say what is lost: onBackpressureBuffer(1000,"
    " BufferOverflowStrategy.DROP_OLDEST), Sinks.many().unicast().onBackpressureBuffer(new"
    " ArrayBlockingQueue<>(1000)), Flowable with BackpressureStrategy.LATEST in place of"
    " Observable;"
    " and cancel subscriptions that end.",
    "为缓冲设上限并规定丢弃策略：onBackpressureBuffer(1000, BufferOverflowStrategy.DROP_OLDEST)、"
    "Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(1000))、用带"
    " BackpressureStrategy.LATEST 的 Flowable 代替 Observable；并取消已结束的订阅。",
)
_DOUBT = Text(
    "A burst drains by itself: a second dump a minute later shows whether the number falls.",
    "突发会自行消化：一分钟后再取一次转储，看数量是否下降。",
)

RULE = Rule(
    id="reactive-buffers",
    catalogue=("F22",),
    topic=Topic.FRAMEWORKS,
    title=Text("An unbounded buffer in a reactive stream", "响应式流中的无界缓冲"),
    classes=_QUEUES,
    find=_find,
    page=Page(
        finds=Text(
            "Linked array queues of Reactor and RxJava with 1,000 elements or more.",
            "有 1,000 个以上元素的 Reactor 和 RxJava 链式数组队列。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Bursts. Queues of fixed size (256 elements) are not looked at.",
            "突发流量。固定大小（256 个元素）的队列不在检查之列。",
        ),
        example="subject.observeOn(Schedulers.io()).subscribe(this::store);",
        fixed="subject.toFlowable(BackpressureStrategy.LATEST)\n"
        "    .observeOn(Schedulers.io(), false, 256).subscribe(this::store);",
        references=("Reactor and RxJava: SpscLinkedArrayQueue (producerIndex, consumerIndex)",),
    ),
)
