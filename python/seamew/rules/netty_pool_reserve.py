"""D3: what Netty's pool has reserved, and how much of it is used."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Severity, Topic
from seamew.units import format_bytes, format_count, format_share
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import object_fact
from .reading.netty import CHUNK, NettyPool, netty_pool

__all__ = ["RULE"]

_LEAST_BYTES = 64 << 20
_LITTLE_USED = 0.25
_NEARLY_ALL = 0.9


def _find(heap: Examination) -> Iterator[Finding]:
    pool = netty_pool(heap)
    is_near = pool.limit is not None and pool.reserved_bytes >= _NEARLY_ALL * pool.limit
    is_idle = pool.used_bytes < _LITTLE_USED * pool.reserved_bytes
    if not is_near and (pool.reserved_bytes < _LEAST_BYTES or not is_idle):
        return
    chunk = pool.chunks.page(limit=1)[0]
    found = Found(
        title=Text(
            "Netty's pool has reserved {reserved} and uses {used}",
            "Netty 内存池预留了 {reserved}，使用了 {used}",
            reserved=format_bytes(pool.reserved_bytes),
            used=format_bytes(pool.used_bytes),
        ),
        summary=_SUMMARY,
        evidence=(object_fact(heap, _said(pool), chunk),),
        advice=(_FEWER if is_idle else _MORE,),
        doubts=(_DOUBT,),
        confidence=Confidence.POSSIBLE if is_idle else Confidence.LIKELY,
        severity=Severity.LOW if is_idle else Severity.MEDIUM,
        at=chunk,
        element_class=CHUNK,
        instances=len(pool.chunks),
        retained_bytes=heap.retained_bytes(pool.chunks),
    )
    yield finding(heap, RULE.id, RULE.topic, found)


def _said(pool: NettyPool) -> Text:
    limit = Text("not known", "未知") if pool.limit is None else format_bytes(pool.limit)
    return Text(
        "{chunks} direct chunks in {arenas} arenas: {share} of {reserved} used; the limit is"
        " {limit}",
        "{arenas} 个 arena 中有 {chunks} 个直接块：{reserved} 中使用了 {share}；上限为 {limit}",
        chunks=format_count(len(pool.chunks)),
        arenas=format_count(pool.arenas),
        share=format_share(pool.used_bytes / max(1, pool.reserved_bytes)),
        reserved=format_bytes(pool.reserved_bytes),
        limit=limit,
    )


_SUMMARY = Text(
    "The pool takes memory from the system in chunks of some megabytes, in two arenas for each"
    " processor, and gives a chunk back only when nothing of it is used.",
    "内存池以数 MB 的块向系统申请内存，每个处理器两个 arena；只有当一个块完全不被使用时才归还。",
)
_FEWER = Text(
    "Fewer arenas and smaller chunks: -Dio.netty.allocator.numDirectArenas and"
    " -Dio.netty.allocator.maxOrder=9; one pool for all libraries in place of shaded copies of"
    " Netty, each with its own.",
    "减少 arena、缩小块：-Dio.netty.allocator.numDirectArenas 与 "
    "-Dio.netty.allocator.maxOrder=9；所有库共用一个内存池，避免多个重打包的 Netty 各有一个。",
)
_MORE = Text(
    "Find who keeps the buffers (channels that do not take what is written, handlers that collect);"
    " raise -XX:MaxDirectMemorySize only after that.",
    "先找出谁持有缓冲区（不接收写入的通道、聚合数据的处理器）；之后再考虑调大 "
    "-XX:MaxDirectMemorySize。",
)
_DOUBT = Text(
    "After a peak much is reserved and little used: that is what a pool is for.",
    "高峰过后预留多而使用少：这正是内存池的作用。",
)

RULE = Rule(
    id="netty-pool-reserve",
    catalogue=("D3",),
    topic=Topic.NATIVE,
    title=Text("Netty's pool: reserved and used", "Netty 内存池：预留与使用"),
    classes=(CHUNK,),
    find=_find,
    page=Page(
        finds=Text(
            "A pool that has reserved nine tenths of the limit, or 64 MB or more of which less than"
            " a quarter is used.",
            "预留达到上限十分之九的内存池；或预留 64 MB 以上而使用不足四分之一。",
        ),
        why=_SUMMARY,
        fix=_FEWER,
        false_alarms=Text("A pool after a peak of load.", "负载高峰之后的内存池。"),
        references=("io.netty.buffer.PooledByteBufAllocator (numDirectArenas, maxOrder)",),
    ),
)
