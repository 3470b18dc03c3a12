"""What waits in Kafka producers, reactive streams and WebSocket senders."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from rules.heaps import array_list, held_by
from seamew.model import Finding
from seamew.rules import kafka_producer_backlog, reactive_buffers, websocket_buffers
from seamew.testing import HeapBuilder

KAFKA = "org.apache.kafka.clients.producer.internals"
REACTOR = "reactor.util.concurrent.SpscLinkedArrayQueue"
RXJAVA = "io.reactivex.rxjava3.operators.SpscLinkedArrayQueue"
DECORATOR = "org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator"
ARRAY = "java.util.concurrent.atomic.AtomicReferenceArray"


def heap_with_producer(batches: int, *, available: int, waiters: int = 0) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("org.apache.kafka.common.TopicPartition", fields={"topic": "object"})
    batch_fields = {"topicPartition": "object", "createdMs": "long", "records": "object"}
    heap.klass(f"{KAFKA}.ProducerBatch", fields=batch_fields)
    heap.klass(f"{KAFKA}.IncompleteBatches", fields={"incomplete": "object"})
    pool = {"totalMemory": "long", "nonPooledAvailableMemory": "long", "waiters": "object"}
    heap.klass(f"{KAFKA}.BufferPool", fields=pool)
    heap.klass(f"{KAFKA}.RecordAccumulator", fields={"incomplete": "object", "free": "object"})
    producer = "org.apache.kafka.clients.producer.KafkaProducer"
    heap.klass(producer, fields={"accumulator": "object"})
    topic = heap.instance("org.apache.kafka.common.TopicPartition", topic=heap.string("events"))
    made = [
        heap.instance(
            f"{KAFKA}.ProducerBatch",
            topicPartition=topic,
            createdMs=1_700_000_000_000 - 90_000,
            records=heap.data(16_384),
        )
        for _ in range(batches)
    ]
    free = heap.instance(
        f"{KAFKA}.BufferPool",
        totalMemory=32 << 20,
        nonPooledAvailableMemory=available,
        waiters=array_list(heap, [heap.string("waiter") for _ in range(waiters)]),
    )
    incomplete = heap.instance(f"{KAFKA}.IncompleteBatches", incomplete=array_list(heap, made))
    accumulator = heap.instance(f"{KAFKA}.RecordAccumulator", incomplete=incomplete, free=free)
    held_by(heap, "com.acme.Publisher#PRODUCER", heap.instance(producer, accumulator=accumulator))
    return heap


def heap_with_queue(name: str, offered: int, taken: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("com.acme.Change", fields={"text": "object"})
    heap.klass(ARRAY, fields={"array": "object"})
    heap.klass("java.util.concurrent.atomic.AtomicLong", fields={"value": "long"})
    changes = [
        heap.instance("com.acme.Change", text=heap.data(400)) for _ in range(offered - taken)
    ]
    array = heap.instance(ARRAY, array=heap.array("java.lang.Object[]", changes))
    if name == REACTOR:
        types = {"producerArray": "object", "producerIndex": "long", "consumerIndex": "long"}
        heap.klass(name, fields=types)
        queue = heap.instance(name, producerArray=array, producerIndex=offered, consumerIndex=taken)
    else:
        fields = ("producerBuffer", "producerIndex", "consumerIndex")
        heap.klass(name, fields=dict.fromkeys(fields, "object"))
        count = "java.util.concurrent.atomic.AtomicLong"
        queue = heap.instance(
            name,
            producerBuffer=array,
            producerIndex=heap.instance(count, value=offered),
            consumerIndex=heap.instance(count, value=taken),
        )
    held_by(heap, "com.acme.Feed#QUEUE", queue)
    return heap


def heap_with_clients(clients: int, messages: int) -> HeapBuilder:
    heap = HeapBuilder()
    fields = {"buffer": "object", "bufferSizeLimit": "int", "sendTimeLimit": "int"}
    heap.klass(DECORATOR, fields=fields)
    heap.klass("com.acme.Message", fields={"payload": "object"})
    made = []
    for _ in range(clients):
        queued = [
            heap.instance("com.acme.Message", payload=heap.data(5_000)) for _ in range(messages)
        ]
        buffer = array_list(heap, queued)
        made.append(
            heap.instance(DECORATOR, buffer=buffer, bufferSizeLimit=1 << 20, sendTimeLimit=5_000)
        )
    held_by(heap, "com.acme.Sockets#OPEN", array_list(heap, made))
    return heap


def said(found: Finding) -> str:
    return "\n".join(str(one.text) for one in found.evidence)


def test_batches_that_nobody_acknowledges(tmp_path: Path) -> None:
    heap = heap_with_producer(300, available=28 << 20)
    (found,) = findings(kafka_producer_backlog.RULE, heap, tmp_path)

    assert found.owner == "com.acme.Publisher#PRODUCER"
    assert (found.element_class, found.instances) == (f"{KAFKA}.ProducerBatch", 300)
    assert "300 x events" in said(found)
    assert "1 min 30 s" in said(found)


@pytest.mark.parametrize(("available", "waiters"), [(1 << 20, 0), (30 << 20, 2)])
def test_a_full_producer(tmp_path: Path, available: int, waiters: int) -> None:
    heap = heap_with_producer(5, available=available, waiters=waiters)
    (found,) = findings(kafka_producer_backlog.RULE, heap, tmp_path)

    assert f"{waiters} threads wait for room" in said(found)


def test_a_producer_that_keeps_up_is_none(tmp_path: Path) -> None:
    heap = heap_with_producer(5, available=30 << 20)

    assert findings(kafka_producer_backlog.RULE, heap, tmp_path) == []


@pytest.mark.parametrize("name", [REACTOR, RXJAVA])
def test_elements_that_nobody_takes(tmp_path: Path, name: str) -> None:
    heap = heap_with_queue(name, offered=12_050, taken=50)
    (found,) = findings(reactive_buffers.RULE, heap, tmp_path)

    assert found.owner == "com.acme.Feed#QUEUE"
    assert (found.element_class, found.instances) == ("com.acme.Change", 12_000)


@pytest.mark.parametrize("name", [REACTOR, RXJAVA])
def test_a_stream_that_flows_is_none(tmp_path: Path, name: str) -> None:
    heap = heap_with_queue(name, offered=1_000_100, taken=1_000_000)

    assert findings(reactive_buffers.RULE, heap, tmp_path) == []


def test_clients_that_do_not_read(tmp_path: Path) -> None:
    (found,) = findings(websocket_buffers.RULE, heap_with_clients(30, 50), tmp_path)

    assert found.owner == "com.acme.Sockets#OPEN"
    assert (found.element_class, found.instances) == ("com.acme.Message", 1_500)
    assert "30 WebSocket clients" in str(found.title)
    assert "5,000 ms" in said(found)


def test_clients_that_read_are_none(tmp_path: Path) -> None:
    assert findings(websocket_buffers.RULE, heap_with_clients(30, 0), tmp_path) == []
