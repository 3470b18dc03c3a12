"""Netty's pool, outbound buffers and event loops."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from seamew.model import Severity
from seamew.rules import (
    netty_buffer_leak,
    netty_loop_queue,
    netty_outbound,
    netty_pool_reserve,
)
from seamew.testing import HeapBuilder, HeapObject, InstanceObject

MIB = 1 << 20


class Pool:
    """A pool with chunks of 4 MB, all of one arena."""

    def __init__(self, limit: int = 256 * MIB) -> None:
        self.heap = HeapBuilder()
        heap = self.heap
        heap.klass("java.nio.DirectByteBuffer", fields={"capacity": "int"})
        heap.klass(
            "io.netty.util.internal.PlatformDependent", statics={"DIRECT_MEMORY_LIMIT": limit}
        )
        heap.klass("io.netty.buffer.PooledByteBufAllocator", fields={"directArenas": "object"})
        heap.klass("io.netty.buffer.PoolArena$DirectArena", fields={"parent": "object"})
        heap.klass(
            "io.netty.buffer.PoolChunk",
            fields={
                "memory": "object",
                "arena": "object",
                "chunkSize": "int",
                "freeBytes": "int",
            },
        )
        heap.klass(
            "io.netty.buffer.PooledByteBuf",
            fields={"chunk": "object", "maxLength": "int", "refCnt": "int"},
        )
        self.arena = heap.instance(
            "io.netty.buffer.PoolArena$DirectArena",
            parent=heap.instance("io.netty.buffer.PooledByteBufAllocator"),
        )
        self.kept: list[HeapObject] = []

    def chunk(self, *, free: int) -> InstanceObject:
        made = self.heap.instance(
            "io.netty.buffer.PoolChunk",
            memory=self.heap.instance("java.nio.DirectByteBuffer", capacity=4 * MIB),
            arena=self.arena,
            chunkSize=4 * MIB,
            freeBytes=free,
        )
        self.kept.append(made)
        return made

    def buffer(self, chunk: HeapObject, length: int, *, references: int = 2) -> None:
        self.kept.append(
            self.heap.instance(
                "io.netty.buffer.PooledByteBuf", chunk=chunk, maxLength=length, refCnt=references
            )
        )

    def done(self) -> HeapBuilder:
        array = self.heap.array("java.lang.Object[]", self.kept)
        self.heap.root(self.heap.klass("com.acme.Server", statics={"ALL": array}), "System Class")
        return self.heap


def test_memory_handed_out_that_no_buffer_has_is_lost(tmp_path: Path) -> None:
    pool = Pool()
    for _ in range(8):
        pool.chunk(free=0)
    pool.buffer(pool.chunk(free=2 * MIB), 2 * MIB)

    (found,) = findings(netty_buffer_leak.RULE, pool.done(), tmp_path)

    assert found.owner == "io.netty.buffer.PooledByteBufAllocator#directArenas"
    assert found.severity is Severity.MEDIUM
    assert "32.0 MB of Netty" in str(found.title)


def test_buffers_in_use_are_no_leak(tmp_path: Path) -> None:
    pool = Pool()
    for _ in range(8):
        pool.buffer(pool.chunk(free=0), 4 * MIB)

    assert findings(netty_buffer_leak.RULE, pool.done(), tmp_path) == []


@pytest.mark.parametrize(
    ("chunks", "free", "limit", "severities"),
    [
        (20, 4 * MIB, 1024 * MIB, [Severity.LOW]),
        (20, 0, 80 * MIB, [Severity.MEDIUM]),
        (20, 0, 1024 * MIB, []),
        (4, 4 * MIB, 1024 * MIB, []),
    ],
)
def test_a_pool_is_judged_by_what_it_reserves_and_uses(
    tmp_path: Path, chunks: int, free: int, limit: int, severities: list[Severity]
) -> None:
    pool = Pool(limit)
    for _ in range(chunks):
        pool.chunk(free=free)

    found = findings(netty_pool_reserve.RULE, pool.done(), tmp_path)

    assert [one.severity for one in found] == severities


def heap_with_channels(pending: list[int]) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("io.netty.channel.Channel")
    heap.klass(
        "io.netty.channel.ChannelOutboundBuffer",
        fields={"channel": "object", "totalPendingSize": "long", "flushed": "int"},
    )
    heap.klass("com.acme.Sender", fields={"channel": "object"})
    kept: list[HeapObject] = []
    for size in pending:
        channel = heap.instance("io.netty.channel.Channel")
        kept.append(heap.instance("com.acme.Sender", channel=channel))
        kept.append(
            heap.instance(
                "io.netty.channel.ChannelOutboundBuffer",
                channel=channel,
                totalPendingSize=size,
                flushed=size // 1_024,
            )
        )
    array = heap.array("java.lang.Object[]", kept)
    heap.root(heap.klass("com.acme.Senders", statics={"ALL": array}), "System Class")
    return heap


def test_a_channel_whose_peer_does_not_read_is_found_with_who_has_it(tmp_path: Path) -> None:
    heap = heap_with_channels([12 * MIB, 0, 0])

    (found,) = findings(netty_outbound.RULE, heap, tmp_path)

    assert found.owner == "com.acme.Sender#channel"
    assert (found.instances, found.severity) == (12 << 10, Severity.MEDIUM)
    assert "1 of 3 channels" in str(found.evidence[0].text)


def test_channels_below_their_water_mark_are_fine(tmp_path: Path) -> None:
    assert findings(netty_outbound.RULE, heap_with_channels([60 << 10] * 40), tmp_path) == []


def heap_with_loop(produced: int, consumed: int) -> HeapBuilder:
    heap = HeapBuilder()
    queue = "io.netty.util.internal.shaded.org.jctools.queues.MpscUnboundedArrayQueue"
    heap.klass(
        queue,
        fields={"producerIndex": "long", "consumerIndex": "long", "consumerBuffer": "object"},
    )
    heap.klass(
        "io.netty.util.concurrent.SingleThreadEventExecutor",
        fields={"taskQueue": "object", "thread": "object"},
    )
    tasks = [heap.instance("com.acme.Message") for _ in range(8)]
    waiting = heap.instance(
        queue,
        producerIndex=produced,
        consumerIndex=consumed,
        consumerBuffer=heap.array("java.lang.Object[]", [*tasks, None]),
    )
    loop = heap.instance(
        "io.netty.util.concurrent.SingleThreadEventExecutor",
        taskQueue=waiting,
        thread=heap.thread("nioEventLoopGroup-2-1", [("com.acme.Gateway", "lookUp")]),
    )
    heap.root(heap.klass("com.acme.Gateway", statics={"LOOP": loop}), "System Class")
    return heap


def test_a_blocked_loop_is_found_with_its_queue_and_its_stack(tmp_path: Path) -> None:
    (found,) = findings(netty_loop_queue.RULE, heap_with_loop(40_002, 2), tmp_path)

    assert (found.owner, found.instances) == ("com.acme.Gateway#LOOP", 20_000)
    assert (found.element_class, found.severity) == ("com.acme.Message", Severity.HIGH)
    assert any("com.acme.Gateway.lookUp" in str(one.text) for one in found.evidence)


def test_a_loop_that_keeps_up_is_fine(tmp_path: Path) -> None:
    assert findings(netty_loop_queue.RULE, heap_with_loop(40_002, 38_500), tmp_path) == []
