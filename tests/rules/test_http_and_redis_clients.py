"""Clients of HTTP and Redis: one for each call, backlogs, answers that are not closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules import shapes
from rules.asking import findings, healthy
from seamew.model import Severity
from seamew.rules import (
    httpclient_client_per_call,
    lettuce_commands_queued,
    okhttp_client_per_call,
    okhttp_dispatcher_backlog,
    okhttp_response_leak,
    url_connections,
)
from seamew.testing import HeapBuilder, HeapObject

POOL = "okhttp3.internal.connection.RealConnectionPool"
CONNECTION = "okhttp3.internal.connection.RealConnection"
URL_CONNECTION = "sun.net.www.protocol.http.HttpURLConnection"
MANAGER = "org.apache.http.impl.conn.PoolingHttpClientConnectionManager"


def okhttp_heap(clients: int, pools: int) -> HeapBuilder:
    heap = HeapBuilder()
    pool = shapes.kind(heap, POOL, connections="object")
    client = shapes.kind(heap, "okhttp3.OkHttpClient", connectionPool="object")
    proxy = shapes.kind(heap, "com.acme.Proxy", client="object")
    made = [heap.instance(pool) for _ in range(pools)]
    proxies: list[HeapObject] = [
        heap.instance(proxy, client=heap.instance(client, connectionPool=made[number % pools]))
        for number in range(clients)
    ]
    shapes.held(heap, "com.acme.Proxies", ALL=shapes.array_list(heap, proxies))
    return heap


def test_a_client_of_okhttp_for_each_call(tmp_path: Path) -> None:
    (found,) = findings(okhttp_client_per_call.RULE, okhttp_heap(120, 120), tmp_path)

    assert (found.instances, found.severity) == (120, Severity.HIGH)
    assert (found.owner, found.element_class) == ("com.acme.Proxy#client", "okhttp3.OkHttpClient")


def test_clients_of_okhttp_that_share_a_pool(tmp_path: Path) -> None:
    heap = okhttp_heap(60, 1)
    assert findings(okhttp_client_per_call.RULE, heap, tmp_path) == []
    (fine,) = healthy(okhttp_client_per_call.RULE, heap, tmp_path)
    assert str(fine.because) == "60 OkHttpClient objects share 1 connection pools"


@pytest.mark.parametrize("clients", [1, 9])
def test_a_few_clients_of_okhttp(tmp_path: Path, clients: int) -> None:
    heap = okhttp_heap(clients, clients)
    assert findings(okhttp_client_per_call.RULE, heap, tmp_path) == []
    assert healthy(okhttp_client_per_call.RULE, heap, tmp_path) == []


def dispatcher_heap(waiting: int) -> HeapBuilder:
    heap = HeapBuilder()
    url = shapes.kind(heap, "okhttp3.HttpUrl", host="object")
    request = shapes.kind(heap, "okhttp3.Request", url="object")
    call = shapes.kind(heap, "okhttp3.RealCall", originalRequest="object")
    inner = heap.klass("okhttp3.RealCall$AsyncCall", fields={"this$0": "object"})
    asked = heap.instance(request, url=heap.instance(url, host=heap.string("media.example")))
    calls: list[HeapObject] = [
        heap.instance(inner, **{"this$0": heap.instance(call, originalRequest=asked)})
        for _ in range(waiting)
    ]
    dispatcher = shapes.kind(
        heap,
        "okhttp3.Dispatcher",
        readyAsyncCalls="object",
        runningAsyncCalls="object",
        maxRequests="int",
        maxRequestsPerHost="int",
    )
    made = heap.instance(
        dispatcher,
        readyAsyncCalls=shapes.array_deque(heap, calls),
        runningAsyncCalls=shapes.array_deque(heap, []),
        maxRequests=64,
        maxRequestsPerHost=5,
    )
    shapes.held(heap, "com.acme.Hooks", dispatcher=made)
    return heap


def test_calls_that_wait_in_a_dispatcher(tmp_path: Path) -> None:
    (found,) = findings(okhttp_dispatcher_backlog.RULE, dispatcher_heap(3_000), tmp_path)

    assert (found.instances, found.severity) == (3_000, Severity.MEDIUM)
    assert found.owner == "com.acme.Hooks#dispatcher"
    assert str(found.evidence[1].text) == "100 of the first 100 are for media.example"


def test_a_short_burst_in_a_dispatcher(tmp_path: Path) -> None:
    assert findings(okhttp_dispatcher_backlog.RULE, dispatcher_heap(499), tmp_path) == []


def responses_heap(leased: int, idle: int, field: str = "calls", working: int = 0) -> HeapBuilder:
    heap = HeapBuilder()
    call = heap.instance(heap.klass("okhttp3.internal.connection.RealCall"))
    connection = shapes.kind(heap, CONNECTION, **{field: "object"})
    connections: list[HeapObject] = []
    for number in range(leased + idle):
        reference = heap.instance("java.lang.ref.WeakReference", referent=call)
        calls = shapes.array_list(heap, [reference] if number < leased else [])
        connections.append(heap.instance(connection, **{field: calls}))
    shapes.held(heap, "com.acme.Health", CONNECTIONS=shapes.array_list(heap, connections))
    shapes.held(heap, "com.acme.Calls", CALL=call)
    for number in range(working):
        frames = [("okhttp3.internal.http1.Http1ExchangeCodec", "readResponseHeaders")]
        shapes.running(heap, f"caller-{number}", frames)
    return heap


@pytest.mark.parametrize("field", ["calls", "transmitters"])
def test_responses_that_nobody_closes(tmp_path: Path, field: str) -> None:
    heap = responses_heap(60, 5, field, working=3)
    (found,) = findings(okhttp_response_leak.RULE, heap, tmp_path)
    assert (found.instances, found.severity) == (57, Severity.MEDIUM)


@pytest.mark.parametrize(("leased", "idle", "working"), [(0, 60, 0), (30, 0, 25)])
def test_connections_that_are_idle_or_in_use(
    tmp_path: Path, leased: int, idle: int, working: int
) -> None:
    heap = responses_heap(leased, idle, working=working)
    assert findings(okhttp_response_leak.RULE, heap, tmp_path) == []


def managers_heap(running: int, shut_down: int) -> HeapBuilder:
    heap = HeapBuilder()
    kind = shapes.kind(heap, MANAGER, isShutDown="object")
    client = shapes.kind(heap, "com.acme.Price", manager="object")
    flags = [0] * running + [1] * shut_down
    managers = [
        heap.instance(kind, isShutDown=shapes.atomic(heap, one, "Boolean")) for one in flags
    ]
    prices: list[HeapObject] = [heap.instance(client, manager=one) for one in managers]
    shapes.held(heap, "com.acme.Prices", ALL=shapes.array_list(heap, prices))
    return heap


def test_a_manager_of_connections_for_each_call(tmp_path: Path) -> None:
    (found,) = findings(httpclient_client_per_call.RULE, managers_heap(40, 0), tmp_path)
    assert (found.instances, found.severity) == (40, Severity.MEDIUM)
    assert found.owner == "com.acme.Price#manager"


def test_managers_that_are_shut_down(tmp_path: Path) -> None:
    assert findings(httpclient_client_per_call.RULE, managers_heap(9, 100), tmp_path) == []


def redis_heap(field: str, commands: int) -> HeapBuilder:
    heap = HeapBuilder()
    is_stack = field == "stack"
    name = "CommandHandler" if is_stack else "DefaultEndpoint"
    options = shapes.kind(heap, "io.lettuce.core.ClientOptions", requestQueueSize="int")
    holder = shapes.kind(
        heap, f"io.lettuce.core.protocol.{name}", clientOptions="object", **{field: "object"}
    )
    waiting = shapes.things(heap, "io.lettuce.core.protocol.AsyncCommand", commands)
    queue = shapes.array_deque(heap, waiting) if is_stack else shapes.linked_queue(heap, waiting)
    limit = heap.instance(options, requestQueueSize=shapes.UNBOUNDED)
    made = heap.instance(holder, clientOptions=limit, **{field: queue})
    shapes.held(heap, "com.acme.Redis", CONNECTION=made)
    return heap


@pytest.mark.parametrize("field", ["disconnectedBuffer", "commandBuffer", "stack"])
def test_commands_that_wait_for_redis(tmp_path: Path, field: str) -> None:
    (found,) = findings(lettuce_commands_queued.RULE, redis_heap(field, 12_000), tmp_path)

    assert (found.instances, found.severity) == (12_000, Severity.MEDIUM)
    assert found.element_class == "io.lettuce.core.protocol.AsyncCommand"
    assert "its limit is none" in str(found.summary)


def test_commands_under_way(tmp_path: Path) -> None:
    assert findings(lettuce_commands_queued.RULE, redis_heap("stack", 500), tmp_path) == []


@pytest.mark.parametrize(("holding", "found"), [(49, 0), (300, 1)])
def test_url_connections_that_are_not_read(tmp_path: Path, holding: int, found: int) -> None:
    heap = HeapBuilder()
    client = heap.instance(heap.klass("sun.net.www.http.HttpClient"))
    kind = shapes.kind(heap, URL_CONNECTION, http="object")
    connections: list[HeapObject] = [
        heap.instance(kind, http=client if number < holding else None) for number in range(400)
    ]
    shapes.held(heap, "com.acme.Probe", connections=shapes.array_list(heap, connections))

    answers = findings(url_connections.RULE, heap, tmp_path)
    assert [(one.instances, one.owner) for one in answers] == [
        (holding, "com.acme.Probe#connections")
    ] * found
