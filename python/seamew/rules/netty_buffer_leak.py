"""D4: memory of Netty's pool that is handed out, and that no buffer uses any more."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.holding import Holding
from seamew.model import Confidence, Evidence, Finding, Owner, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import class_fact, number, object_fact, size, target
from .reading.netty import CHUNK, NettyPool, netty_pool

__all__ = ["RULE"]

_DETECTOR = "io.netty.util.ResourceLeakDetector"
_OWNER = "io.netty.buffer.PooledByteBufAllocator#directArenas"
_LEAST_BYTES = 4 << 20
_LEAST_SHARE = 0.25
_MEDIUM_BYTES = 16 << 20
_HIGH_SHARE_OF_LIMIT = 0.5


def _find(heap: Examination) -> Iterator[Finding]:
    pool = netty_pool(heap)
    lost = pool.lost_bytes
    if lost < _LEAST_BYTES or lost < _LEAST_SHARE * pool.used_bytes:
        return
    fullest = min(pool.chunks, key=lambda one: (number(heap, one, "freeBytes") or 0, one))
    found = Found(
        title=Text(
            "{size} of Netty's direct memory belongs to buffers that were never released",
            "Netty 的直接内存中有 {size} 属于从未释放的缓冲区",
            size=format_bytes(lost),
        ),
        summary=_SUMMARY,
        evidence=tuple(_evidence(heap, pool, fullest)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=_severity(pool),
        at=fullest,
        holding=_holding(heap, fullest),
        element_class=CHUNK,
        instances=len(pool.chunks),
        retained_bytes=heap.retained_bytes(pool.chunks),
    )
    yield finding(heap, RULE.id, RULE.topic, found)


def _holding(heap: Examination, chunk: int) -> Holding:
    """The pool itself: application code has let go of the buffers."""
    allocator = target(heap, chunk, "arena.parent")
    path = heap.holding(chunk).path
    if allocator is None:
        return Holding(None, path)
    return Holding(Owner(_OWNER, "instance", heap.heap.row(allocator)), path)


def _severity(pool: NettyPool) -> Severity:
    if pool.limit and pool.lost_bytes >= _HIGH_SHARE_OF_LIMIT * pool.limit:
        return Severity.HIGH
    return Severity.MEDIUM if pool.lost_bytes >= _MEDIUM_BYTES else Severity.LOW


def _evidence(heap: Examination, pool: NettyPool, fullest: int) -> Iterator[Evidence]:
    yield class_fact(heap, CHUNK, len(pool.chunks))
    yield object_fact(
        heap,
        Text(
            "{used} of {reserved} are handed out; {buffers} buffers in use have {held} of it,"
            " thread"
            " caches {cached}",
            "{reserved} 中已分出 {used}；在用的 {buffers} 个缓冲区占其中 {held}，线程缓存占"
            " {cached}",
            used=format_bytes(pool.used_bytes),
            reserved=format_bytes(pool.reserved_bytes),
            buffers=format_count(pool.buffers),
            held=format_bytes(pool.held_bytes),
            cached=format_bytes(pool.cached_bytes),
        ),
        fullest,
    )
    traced = sum(size(heap, one, "allLeaks") for one in heap.all_of(_DETECTOR))
    if traced:
        yield heap.evidence(
            Text(
                "the leak detectors have {count} sampled buffers that were not released",
                "泄漏检测器中有 {count} 个未释放的采样缓冲区",
                count=format_count(traced),
            ),
            "histogram",
            _DETECTOR,
        )


_SUMMARY = Text(
    "The ByteBuf objects were collected without release(): their part of the pool's chunks stays in"
    " use for ever. Neither the heap nor a collection shows it; at the end of it comes"
    " OutOfDirectMemoryError.",
    "ByteBuf 对象未经 release() 就被回收：它们在内存池块中的部分永远处于占用状态。堆和垃圾收集都"
    "看不"
    "出来，最后是 OutOfDirectMemoryError。",
)
_ADVICE = Text(
    "Release each buffer on each path: ReferenceCountUtil.release(message) in a finally block, or a"
    " SimpleChannelInboundHandler, which does it. -Dio.netty.leakDetection.level=paranoid names the"
    " place in the log (`LEAK: ByteBuf.release() was not called`).",
    "在每条路径上释放缓冲区：在 finally 块中调用 ReferenceCountUtil.release(message)，或使用会自动"
    "释放的 SimpleChannelInboundHandler。-Dio.netty.leakDetection.level=paranoid 会在日志中指出位置"
    "（`LEAK: ByteBuf.release() was not called`）。",
)
_DOUBT = Text(
    "What thread caches of Netty keep is an estimate in old versions; a second dump under the same"
    " load with more handed out and no more buffers confirms the leak.",
    "在旧版本中，Netty 线程缓存的占用是估计值；若在相同负载下第二次转储中已分出的更多而缓冲区不增"
    "加，"
    "即可确认泄漏。",
)

RULE = Rule(
    id="netty-buffer-leak",
    catalogue=("D4",),
    topic=Topic.NATIVE,
    title=Text("Netty buffers that were not released", "未释放的 Netty 缓冲区"),
    classes=(CHUNK,),
    find=_find,
    page=Page(
        finds=Text(
            "4 MB or more of the pool's direct chunks that are handed out, while no buffer in use"
            " and no thread cache has them.",
            "内存池直接块中已分出、但没有任何在用缓冲区或线程缓存持有的部分达 4 MB 以上。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "A burst of large buffers in thread caches of Netty before 4.1.50.",
            "Netty 4.1.50 之前版本的线程缓存中一时有许多大缓冲区。",
        ),
        example="if (packet.type() == UNKNOWN) { return; } // without release()",
        fixed="try { handle(packet); } finally { packet.release(); }",
        references=("io.netty.buffer.PoolChunk (freeBytes)", "io.netty.util.ResourceLeakDetector"),
    ),
)
