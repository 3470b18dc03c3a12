"""F21: records that a Kafka producer cannot get rid of."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.holding import Holding
from seamew.model import Confidence, Evidence, Finding, Topic
from seamew.units import format_bytes, format_count, format_duration, format_share
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import groups_of, groups_text, number, object_fact, set_fact, size, target

__all__ = ["RULE"]

_PRODUCER = "org.apache.kafka.clients.producer.KafkaProducer"
_PACKAGE = "org.apache.kafka.clients.producer.internals"
_ACCUMULATOR = f"{_PACKAGE}.RecordAccumulator"
_BATCH = f"{_PACKAGE}.ProducerBatch"
_MOST_PRODUCERS = 500
_LOOKED_AT = 2_000
_MANY_BATCHES = 200
_FULL = 0.5
_MILLISECONDS = 1_000


def _find(heap: Examination) -> Iterator[Finding]:
    for accumulator in heap.all_of(_ACCUMULATOR).page(limit=_MOST_PRODUCERS):
        batches = size(heap, accumulator, "incomplete.incomplete")
        total = number(heap, accumulator, "free.totalMemory") or 0
        used = total - _available(heap, accumulator)
        is_full = total > 0 and used >= _FULL * total
        waiters = size(heap, accumulator, "free.waiters")
        if batches >= _MANY_BATCHES or is_full or waiters:
            yield _finding(heap, accumulator, batches, (used, total, waiters))


def _available(heap: Examination, accumulator: int) -> int:
    """What the pool may still give out: never used, and given back."""
    unused = number(heap, accumulator, "free.nonPooledAvailableMemory", "free.availableMemory") or 0
    pooled = number(heap, accumulator, "free.poolableSize") or 0
    return unused + pooled * size(heap, accumulator, "free.free")


def _finding(
    heap: Examination, accumulator: int, batches: int, memory: tuple[int, int, int]
) -> Finding:
    used, total, waiters = memory
    retained_bytes = heap.heap.sizes(accumulator)[1]
    pool = Text(
        "{used} of buffer.memory {total} ({share}) are in use, {waiters} threads wait for room",
        "buffer.memory {total} 已用 {used}（{share}），{waiters} 个线程在等待空间",
        used=format_bytes(used),
        total=format_bytes(total),
        share=format_share(used / total if total else 0.0),
        waiters=format_count(waiters),
    )
    found = Found(
        title=Text(
            "A Kafka producer holds {count} batches that are not acknowledged, {size}",
            "Kafka 生产者持有 {count} 个未确认的批次，{size}",
            count=format_count(batches),
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(object_fact(heap, pool, accumulator), *_batches(heap)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        at=accumulator,
        holding=_holding(heap, accumulator),
        element_class=_BATCH,
        instances=batches,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _holding(heap: Examination, accumulator: int) -> Holding | None:
    """Who has the producer: the producer's own thread, a root, has the accumulator as well."""
    for producer in heap.all_of(_PRODUCER).page(limit=_MOST_PRODUCERS):
        if target(heap, producer, "accumulator") == accumulator:
            return heap.holding(producer)
    return None


def _batches(heap: Examination) -> Iterator[Evidence]:
    batches = heap.all_of(_BATCH)
    if not len(batches):
        return
    yield set_fact(heap, _BATCH, batches)
    topics = groups_text(groups_of(heap, batches, "topicPartition.topic"))
    said = Text("by topic {topics}", "按主题：{topics}", topics=topics)
    yield heap.evidence(said, "group-by", _BATCH, "--field", "topicPartition.topic")
    made = [number(heap, one, "createdMs") or 0 for one in batches.page(limit=_LOOKED_AT)]
    first = min((one for one in made if one), default=0)
    if first and heap.facts.at_ms is not None:
        said = Text(
            "the oldest batch looked at was made {age} before the dump",
            "检查到的最早批次创建于转储前 {age}",
            age=format_duration(max(0.0, (heap.facts.at_ms - first) / _MILLISECONDS)),
        )
        yield heap.evidence(said, "histogram", _BATCH)


_SUMMARY = Text(
    "send() puts records into batches, which stay until the broker acknowledges them or"
    " delivery.timeout.ms (2 minutes) is over. When a broker is away or too slow they fill"
    " buffer.memory; then each send() blocks for max.block.ms (1 minute), with its thread and"
    " request."
    " Callbacks keep what they captured as long.",
    "send() 把记录放入批次，批次会保留到 broker 确认或 delivery.timeout.ms（2 分钟）超时。broker 不"
    "可用"
    "或过慢时，它们会占满 buffer.memory；此后每次 send() 会连同线程和请求阻塞 max.block.ms（1 分"
    "钟）。回"
    "调也会同样长久地保持其捕获的内容。",
)
_ADVICE = Text(
    "Fail early: max.block.ms=1000, delivery.timeout.ms=30000, request.timeout.ms=10000; count what"
    " is"
    " under way and shed load; capture ids in callbacks; one producer per process.",
    "尽早失败：max.block.ms=1000、delivery.timeout.ms=30000、request.timeout.ms=10000；统计在途数量并丢弃"
    "过载；回调中只捕获标识；每个进程一个生产者。",
)
_DOUBT = Text(
    "It is bounded by buffer.memory and by time: batches that are older than some seconds, or"
    " threads"
    " in send(), confirm that the broker does not keep up.",
    "它受 buffer.memory 和时间限制：若有早于数秒的批次，或有线程卡在 send() 中，则可确认 broker 跟"
    "不上。",
)

RULE = Rule(
    id="kafka-producer-backlog",
    catalogue=("F21",),
    topic=Topic.FRAMEWORKS,
    title=Text("A Kafka producer with a backlog", "积压的 Kafka 生产者"),
    classes=(_ACCUMULATOR,),
    find=_find,
    page=Page(
        finds=Text(
            "Kafka producers with 200 unacknowledged batches or more, half of buffer.memory in use,"
            " or"
            " threads that wait for room.",
            "有 200 个以上未确认批次、buffer.memory 用去一半，或有线程等待空间的 Kafka 生产者。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Producers of many partitions at the peak of their load.",
            "负载高峰时分区众多的生产者。",
        ),
        example="producer.send(record, (meta, error) -> request.complete(meta));",
        fixed="max.block.ms=1000\ndelivery.timeout.ms=30000",
        references=("kafka-clients: RecordAccumulator (incomplete), BufferPool",),
    ),
)
