"""Netty's pool of direct memory, by io.netty.buffer of Netty 4.1: chunks, and who uses them.

`PoolChunk.chunkSize` and `freeBytes`, `PooledByteBuf.chunk` and `maxLength`; a `refCnt` of 0 (and,
in the versions that count by two, an odd one) is a buffer that was released.
"""

from __future__ import annotations

from dataclasses import dataclass

from seamew.heap import ObjectSet
from seamew.rules.examination import Examination

from .fields import class_object, number, target
from .matching import matching

__all__ = ["CHUNK", "NettyPool", "netty_pool"]

CHUNK = "io.netty.buffer.PoolChunk"
_BUFFER = "io.netty.buffer.PooledByteBuf"
_ENTRY = "io.netty.buffer.PoolThreadCache$MemoryRegionCache$Entry"
_PLATFORM = "io.netty.util.internal.PlatformDependent"
_DIRECT = "java.nio.DirectByteBuffer"


@dataclass(frozen=True, slots=True)
class NettyPool:
    """The direct chunks of the pool: what they reserve, what of it is handed out, and to whom.

    `held_bytes` belong to buffers that are in use, `cached_bytes` at most to thread caches. `limit`
    None: not known.
    """

    chunks: ObjectSet
    arenas: int
    reserved_bytes: int
    used_bytes: int
    held_bytes: int
    cached_bytes: int
    buffers: int
    limit: int | None

    @property
    def lost_bytes(self) -> int:
        """What is handed out and in no buffer: those were collected without a release()."""
        return max(0, self.used_bytes - self.held_bytes - self.cached_bytes)


def netty_pool(heap: Examination) -> NettyPool:
    """The state of the pool; asked once. Reads each pooled buffer."""
    return heap.once("netty_pool", _read)


def _read(heap: Examination) -> NettyPool:
    chunks = [one for one in heap.all_of(CHUNK) if _is_direct(heap, one)]
    sizes = [number(heap, one, "chunkSize") or 0 for one in chunks]
    free = [number(heap, one, "freeBytes") or 0 for one in chunks]
    buffers = matching(heap, heap.all_of(_BUFFER), "chunk!=null", "refCnt!=0")
    entries = matching(heap, heap.all_of(_ENTRY), "chunk!=null")
    platform = class_object(heap, _PLATFORM)
    return NettyPool(
        chunks=heap.heap.set_of(chunks),
        arenas=heap.count("io.netty.buffer.PoolArena$DirectArena"),
        reserved_bytes=sum(sizes),
        used_bytes=sum(sizes) - sum(free),
        held_bytes=_sum_of(heap, buffers, "maxLength"),
        cached_bytes=_cached_bytes(heap, entries),
        buffers=len(buffers),
        limit=number(heap, platform, "DIRECT_MEMORY_LIMIT"),
    )


def _is_direct(heap: Examination, chunk: int) -> bool:
    memory = target(heap, chunk, "memory")
    return memory is not None and heap.heap.class_name(memory) == _DIRECT


def _sum_of(heap: Examination, objects: ObjectSet, field: str) -> int:
    if not len(objects):
        return 0
    groups = heap.heap.group_by(objects, field, limit=None).rows
    return sum(int(row.value) * row.objects for row in groups if row.value is not None)


def _cached_bytes(heap: Examination, entries: ObjectSet) -> int:
    """What lies in the caches of threads, ready to be handed out again."""
    if not len(entries):
        return 0
    known = _sum_of(heap, entries, "normCapacity")
    return known or len(entries) * _BIGGEST_CACHED


_BIGGEST_CACHED = 32 << 10  # io.netty.allocator.maxCachedBufferCapacity, of Netty before 4.1.5x
