"""D1: direct buffers, whose memory is outside the heap, by who holds them."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Confidence, Evidence, Finding, Severity, Topic
from seamew.units import format_bytes, format_count, format_share
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    allocated_buffers,
    capacity_bytes,
    class_object,
    crowd,
    direct_limit,
    object_fact,
    query_fact,
)

__all__ = ["RULE"]

_BUFFER = "java.nio.DirectByteBuffer"
_LEAST_BYTES = 16 << 20
_MANY_BUFFERS = 100
_NEARLY_ALL = 0.8
_MUCH = 0.1
_MOST_CACHED = 1_024


def _find(heap: Examination) -> Iterator[Finding]:
    every = allocated_buffers(heap)
    buffers = every - _pooled(heap, every)
    size, limit = capacity_bytes(heap, buffers), direct_limit(heap)
    if size < _LEAST_BYTES and (limit is None or size < _NEARLY_ALL * limit):
        return
    kept = crowd(heap, buffers)
    found = Found(
        title=Text(
            "{count} direct buffers own {size} outside the heap",
            "{count} 个直接缓冲区在堆外占用 {size}",
            count=format_count(len(buffers)),
            size=format_bytes(size),
        ),
        summary=_SUMMARY,
        evidence=tuple(_evidence(heap, len(buffers), size, limit)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY if len(buffers) >= _MANY_BUFFERS else Confidence.POSSIBLE,
        severity=_severity(heap, len(buffers), size, limit),
        at=kept.example,
        owners=kept.owners,
        element_class=_BUFFER,
        instances=len(buffers),
        retained_bytes=heap.retained_bytes(buffers),
    )
    yield finding(heap, RULE.id, RULE.topic, found)


def _pooled(heap: Examination, buffers: ObjectSet) -> ObjectSet:
    """The buffers of pools with rules of their own: Netty's, and the JDK's for threads."""
    chunks = heap.heap.field_targets(heap.all_of("io.netty.buffer.PoolChunk"), "memory")
    chunks |= heap.heap.field_targets(heap.all_of("io.netty.buffer.PoolChunk"), "base")
    caches = heap.heap.field_targets(heap.all_of("sun.nio.ch.Util$BufferCache"), "buffers")
    cached = [one for array in caches for one in heap.heap.element_ids(array, limit=_MOST_CACHED)]
    return buffers & (chunks | heap.heap.set_of([one for one in cached if one is not None]))


def _severity(heap: Examination, count: int, size: int, limit: int | None) -> Severity:
    """By the limit, where the JVM tells it: at the end of it allocations fail."""
    if limit is not None and size >= _NEARLY_ALL * limit:
        return Severity.HIGH
    is_much = size >= heap.facts.heap_bytes or (limit is not None and size >= _MUCH * limit)
    return Severity.MEDIUM if is_much and count >= _MANY_BUFFERS else Severity.LOW


def _evidence(heap: Examination, count: int, size: int, limit: int | None) -> Iterator[Evidence]:
    yield query_fact(
        heap,
        Text(
            "{count} buffers with a cleaner own {size}: {mean} each on average",
            "{count} 个带 cleaner 的缓冲区占用 {size}：平均每个 {mean}",
            count=format_count(count),
            size=format_bytes(size),
            mean=format_bytes(size // max(1, count)),
        ),
        f"SELECT count(*), sum(b.capacity) FROM {_BUFFER} b WHERE b.cleaner != null",
    )
    if limit is not None:
        yield object_fact(
            heap,
            Text(
                "the JVM allows {limit} in direct buffers: {share} of it are taken",
                "JVM 允许直接缓冲区使用 {limit}：已用 {share}",
                limit=format_bytes(limit),
                share=format_share(size / limit),
            ),
            class_object(heap, "java.nio.Bits") or 0,
        )


_SUMMARY = Text(
    "Each is a small object on the heap; its memory lies outside and is freed only when the object"
    " is collected, or by the pool that owns it. So the process grows while the heap looks empty.",
    "每个缓冲区在堆上只是一个小对象；其内存位于堆外，只有对象被回收（或由所属的池释放）时才释放。"
    "因此进程变大，而堆看起来是空的。",
)
_ADVICE = Text(
    "Take buffers out of the collection when they are done with, or keep a fixed set and use it"
    " again. A higher -XX:MaxDirectMemorySize only delays it; with -XX:+DisableExplicitGC the JVM"
    " cannot collect buffers when their limit is reached: leave that option out.",
    "用完后把缓冲区从集合中移除，或使用固定的一组反复利用。调大 -XX:MaxDirectMemorySize 只能推迟"
    "问题；使用 -XX:+DisableExplicitGC 时，JVM 在达到上限时无法回收缓冲区：请去掉该选项。",
)
_DOUBT = Text(
    "A fixed pool of big buffers looks the same: if count and bytes are those of the configuration"
    " (jcmd PID, MBean java.nio:type=BufferPool,name=direct), it is no leak.",
    "固定的大缓冲池看起来一样：若数量和字节数与配置一致"
    "（MBean java.nio:type=BufferPool,name=direct），则不是泄漏。",
)

RULE = Rule(
    id="direct-buffers",
    catalogue=("D1",),
    topic=Topic.NATIVE,
    title=Text("Direct buffers", "直接缓冲区"),
    classes=(_BUFFER,),
    find=_find,
    page=Page(
        finds=Text(
            "Direct buffers that own 16 MB or more together, those of Netty's pool and of the JDK's"
            " thread caches left out.",
            "合计占用 16 MB 以上的直接缓冲区，不含 Netty 内存池和 JDK 线程缓存中的缓冲区。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Fixed pools of big buffers, as in databases and media servers.",
            "数据库和媒体服务器中固定的大缓冲池。",
        ),
        example="frames.add(ByteBuffer.allocateDirect(64 * 1024));",
        fixed="ByteBuffer frame = free.poll(); // an ArrayBlockingQueue of sixteen buffers\n"
        "try { write(frame); } finally { free.offer(frame.clear()); }",
        references=("java.base/java/nio/Bits.java (RESERVED_MEMORY, MAX_MEMORY)",),
    ),
)
