"""Log events that wait to be written, and what they keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules import shapes
from rules.asking import findings, healthy
from seamew.model import Severity
from seamew.rules import (
    es_log_publisher,
    log4j2_async_queue_full,
    log4j2_ring_buffer,
    log_event_arguments,
    logback_async_queue_full,
)
from seamew.testing import HeapBuilder, HeapObject

PUBLISHER = "com.internetitem.logback.elasticsearch.AbstractElasticsearchPublisher"
WRITER = "com.internetitem.logback.elasticsearch.writer.ElasticsearchWriter"
EVENT = "ch.qos.logback.classic.spi.LoggingEvent"
RING_EVENT = "org.apache.logging.log4j.core.async.RingBufferLogEvent"


@pytest.mark.parametrize(("events", "found"), [(999, 0), (20_000, 1)])
def test_events_of_the_elasticsearch_appender(tmp_path: Path, events: int, found: int) -> None:
    heap = HeapBuilder()
    kind = shapes.kind(heap, PUBLISHER, events="object", working="boolean")
    waiting = shapes.array_list(heap, shapes.things(heap, EVENT, events, 20))
    shapes.held(heap, "com.acme.Log", publisher=heap.instance(kind, events=waiting, working=True))
    frames = [("sun.nio.ch.Net", "poll"), (WRITER, "sendData")]
    shapes.running(heap, "es-writer-7", frames)

    answers = findings(es_log_publisher.RULE, heap, tmp_path)
    assert [(one.instances, one.owner) for one in answers] == [
        (events, f"{PUBLISHER}#events")
    ] * found
    for one in answers:
        texts = [str(fact.text) for fact in one.evidence]
        assert f"thread es-writer-7 is in {WRITER}.sendData(ElasticsearchWriter.java:11)" in texts


@pytest.mark.parametrize(("characters", "found"), [(900_000, 0), (3_000_000, 1)])
def test_the_send_buffer(tmp_path: Path, characters: int, found: int) -> None:
    heap = HeapBuilder()
    builder = shapes.kind(heap, "java.lang.StringBuilder", value="object", count="int")
    settings = shapes.kind(
        heap, "com.internetitem.logback.elasticsearch.config.Settings", maxQueueSize="int"
    )
    kind = shapes.kind(
        heap, WRITER, sendBuffer="object", bufferExceeded="boolean", settings="object"
    )
    writer = heap.instance(
        kind,
        sendBuffer=heap.instance(builder, value=heap.data(characters), count=characters),
        bufferExceeded=True,
        settings=heap.instance(settings, maxQueueSize=104_857_600),
    )
    shapes.held(heap, "com.acme.Log", writer=writer)

    answers = findings(es_log_publisher.RULE, heap, tmp_path)
    assert [one.owner for one in answers] == [f"{WRITER}#sendBuffer"] * found
    assert all("bufferExceeded is true" in str(one.evidence[0].text) for one in answers)


def appender_heap(waiting: int, capacity: int, blocked: int = 0) -> HeapBuilder:
    heap = HeapBuilder()
    kind = shapes.kind(
        heap,
        "ch.qos.logback.core.AsyncAppenderBase",
        blockingQueue="object",
        queueSize="int",
        neverBlock="boolean",
    )
    queue = shapes.array_queue(heap, shapes.things(heap, EVENT, waiting), capacity)
    shapes.held(
        heap, "com.acme.Log", async_=heap.instance(kind, blockingQueue=queue, queueSize=capacity)
    )
    for number in range(blocked):
        frames = [("ch.qos.logback.core.AsyncAppenderBase", "put"), ("com.acme.Call", "run")]
        shapes.running(heap, f"call-{number}", frames)
    heap.root(heap.data(8 << 20))
    return heap


@pytest.mark.parametrize(
    ("blocked", "severity"), [(0, Severity.LOW), (3, Severity.MEDIUM), (12, Severity.HIGH)]
)
def test_a_full_queue_of_logback(tmp_path: Path, blocked: int, severity: Severity) -> None:
    (found,) = findings(logback_async_queue_full.RULE, appender_heap(250, 256, blocked), tmp_path)
    assert (found.instances, found.severity) == (250, severity)
    assert found.owner == "com.acme.Log#async_"


def test_a_queue_of_logback_with_room(tmp_path: Path) -> None:
    heap = appender_heap(10, 20_000)
    assert findings(logback_async_queue_full.RULE, heap, tmp_path) == []
    (fine,) = healthy(logback_async_queue_full.RULE, heap, tmp_path)
    assert str(fine.because) == "10 of 20,000 places of the queue are taken"


@pytest.mark.parametrize(("waiting", "found"), [(500, 0), (1_000, 1)])
def test_a_queue_of_log4j(tmp_path: Path, waiting: int, found: int) -> None:
    heap = HeapBuilder()
    kind = shapes.kind(
        heap,
        "org.apache.logging.log4j.core.appender.AsyncAppender",
        queue="object",
        queueSize="int",
        blocking="boolean",
    )
    queue = shapes.array_queue(heap, shapes.things(heap, "com.acme.Event", waiting), 1_024)
    made = heap.instance(kind, queue=queue, queueSize=1_024, blocking=True)
    shapes.held(heap, "com.acme.Log", appender=made)
    answers = findings(log4j2_async_queue_full.RULE, heap, tmp_path)
    assert [one.instances for one in answers] == [waiting] * found


def ring_heap(populated: int, empty: int) -> HeapBuilder:
    heap = HeapBuilder()
    kind = shapes.kind(heap, RING_EVENT, populated="boolean", message="object")
    events: list[HeapObject] = [
        heap.instance(kind, populated=number < populated) for number in range(populated + empty)
    ]
    ring = shapes.kind(heap, "com.lmax.disruptor.RingBuffer", entries="object")
    made = heap.instance(ring, entries=shapes.array(heap, events))
    shapes.held(heap, "com.acme.Log", ring=made)
    heap.root(heap.data(8 << 20))
    return heap


def test_a_full_ring(tmp_path: Path) -> None:
    (found,) = findings(log4j2_ring_buffer.RULE, ring_heap(4_000, 96), tmp_path)
    assert (found.instances, found.severity) == (4_000, Severity.MEDIUM)
    assert found.owner == "com.lmax.disruptor.RingBuffer#entries"


def test_a_ring_with_room(tmp_path: Path) -> None:
    heap = ring_heap(3, 4_093)
    assert findings(log4j2_ring_buffer.RULE, heap, tmp_path) == []
    (fine,) = healthy(log4j2_ring_buffer.RULE, heap, tmp_path)
    assert str(fine.because) == "3 of the 4,096 places of log4j2's ring wait to be written"


@pytest.mark.parametrize("plain", [False, True])
def test_arguments_of_events(tmp_path: Path, plain: bool) -> None:  # noqa: FBT001
    heap = HeapBuilder()
    kind = shapes.kind(heap, EVENT, argumentArray="object")
    arguments: list[HeapObject]
    if plain:
        arguments = [heap.string("x" * 2_000) for _ in range(500)]
    else:
        arguments = shapes.things(heap, "com.acme.Session", 500, 2_000)
    events: list[HeapObject] = [
        heap.instance(kind, argumentArray=shapes.array(heap, [one])) for one in arguments
    ]
    shapes.held(heap, "com.acme.Log", backlog=shapes.array_list(heap, events))

    answers = findings(log_event_arguments.RULE, heap, tmp_path)
    titles = ["Log events keep objects of com.acme.Session as arguments"]
    assert [str(one.title) for one in answers] == ([] if plain else titles)
