"""D2: direct buffers that the JDK keeps for each thread that reads or writes channels."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.holding import Holding
from seamew.model import Confidence, Finding, Owner, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import capacity_bytes, class_object, object_fact, query_fact

__all__ = ["RULE"]

_CACHE = "sun.nio.ch.Util$BufferCache"
_OWNER = "sun.nio.ch.Util#bufferCache"
_BUFFER = "java.nio.DirectByteBuffer"
_LEAST_BYTES = 8 << 20
_LEAST_MEAN_BYTES = 256 << 10
_MEDIUM_BYTES = 16 << 20
_HIGH_BYTES = 1 << 30
_MOST_CACHES = 10_000
_MOST_CACHED = 1_024  # IOV_MAX, the most that a cache has


def _find(heap: Examination) -> Iterator[Finding]:
    buffers = _cached(heap)
    size = capacity_bytes(heap, buffers)
    if size < _LEAST_BYTES or size < _LEAST_MEAN_BYTES * len(buffers):
        return
    caches = heap.all_of(_CACHE)
    cache = caches.page(limit=1)[0]
    util = class_object(heap, "sun.nio.ch.Util")
    owner = None if util is None else Owner(_OWNER, "thread_local", heap.heap.row(util))
    found = Found(
        title=Text(
            "{threads} threads keep {size} of direct buffers for channels",
            "{threads} 个线程为通道保留了 {size} 的直接缓冲区",
            threads=format_count(len(caches)),
            size=format_bytes(size),
        ),
        summary=_SUMMARY,
        evidence=(
            query_fact(
                heap,
                Text(
                    "{caches} caches with {count} buffers own {size}: {mean} each on average",
                    "{caches} 个缓存中的 {count} 个缓冲区占用 {size}：平均每个 {mean}",
                    caches=format_count(len(caches)),
                    count=format_count(len(buffers)),
                    size=format_bytes(size),
                    mean=format_bytes(size // len(buffers)),
                ),
                f"SELECT c.count, c.buffers FROM {_CACHE} c",
            ),
            object_fact(heap, Text("one of the caches", "其中一个缓存"), cache),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN,
        severity=_severity(size),
        at=cache,
        holding=Holding(owner, heap.holding(cache).path),
        element_class=_BUFFER,
        instances=len(buffers),
        retained_bytes=heap.retained_bytes(buffers),
    )
    yield finding(heap, RULE.id, RULE.topic, found)


def _cached(heap: Examination) -> ObjectSet:
    arrays = heap.heap.field_targets(heap.all_of(_CACHE), "buffers").page(limit=_MOST_CACHES)
    found = [one for array in arrays for one in heap.heap.element_ids(array, limit=_MOST_CACHED)]
    return heap.heap.set_of([one for one in found if one is not None])


def _severity(size: int) -> Severity:
    if size >= _HIGH_BYTES:
        return Severity.HIGH
    return Severity.MEDIUM if size >= _MEDIUM_BYTES else Severity.LOW


_SUMMARY = Text(
    "To read or write a channel with a buffer of the heap the JDK copies it by way of a direct"
    " buffer of the same size, and keeps that one for the thread. One big write in each thread of a"
    " pool is enough.",
    "用堆缓冲区读写通道时，JDK 会经由同样大小的直接缓冲区中转，并为该线程保留它。线程池中每个线程"
    "只要有一次大的写入就够了。",
)
_ADVICE = Text(
    "Read and write in pieces of 64 KB, or with a direct buffer of your own; the option"
    " -Djdk.nio.maxCachedBufferSize=262144 makes the JDK free bigger ones at once.",
    "以 64 KB 为单位分块读写，或使用自己的直接缓冲区；选项 -Djdk.nio.maxCachedBufferSize=262144 "
    "使 JDK 立即释放更大的缓冲区。",
)
_DOUBT = Text(
    "It grows with the threads, not with time: a fixed pool has a fixed number of these.",
    "它随线程数增长，而不随时间增长：固定的线程池只有固定数量的缓冲区。",
)

RULE = Rule(
    id="thread-buffers",
    catalogue=("D2",),
    topic=Topic.NATIVE,
    title=Text("Direct buffers in each thread", "每个线程中的直接缓冲区"),
    classes=(_CACHE,),
    find=_find,
    page=Page(
        finds=Text(
            "8 MB or more in the buffer caches of threads, with buffers of 256 KB or more.",
            "线程的缓冲区缓存合计 8 MB 以上，且缓冲区平均 256 KB 以上。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "A few threads that move big files all the time.", "少数持续传输大文件的线程。"
        ),
        example="channel.write(ByteBuffer.wrap(oneMegabyte));",
        fixed="Files.copy(path, output); // pieces of some kilobytes",
        references=("java.base/sun/nio/ch/Util.java (BufferCache, jdk.nio.maxCachedBufferSize)",),
    ),
)
