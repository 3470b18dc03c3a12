"""N1: an OkHttpClient, with a connection pool of its own, for each call."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Evidence, Finding, Healthy, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, class_fact, crowd, groups_of

__all__ = ["RULE"]

_CLIENT = "okhttp3.OkHttpClient"
_POOL = "okhttp3.internal.connection.RealConnectionPool"
_OLD_POOL = "okhttp3.ConnectionPool"  # all there is before 3.14
_CONNECTION = "okhttp3.internal.connection.RealConnection"
_HOST = "route.address.url.host"
_SUSPICIOUS_POOLS = 10
_MANY_POOLS = 20
_CROWD_OF_POOLS = 100
_MANY_CLIENTS = 20
_CLIENTS_OF_A_POOL = 10


def _find(heap: Examination) -> Iterator[Finding | Healthy]:
    # A client that is gone leaves its pool, which the clean-up thread keeps for five minutes.
    pool_class = _POOL if heap.count(_POOL) else _OLD_POOL
    pools, clients = heap.all_of(pool_class), heap.all_of(_CLIENT)
    if len(pools) >= _SUSPICIOUS_POOLS:
        yield _finding(heap, pool_class)
    elif len(clients) >= max(_MANY_CLIENTS, _CLIENTS_OF_A_POOL * len(pools)) and len(pools):
        because = Text(
            "{clients} OkHttpClient objects share {pools} connection pools",
            "{clients} 个 OkHttpClient 共用 {pools} 个连接池",
            clients=format_count(len(clients)),
            pools=format_count(len(pools)),
        )
        row = heap.heap.row(next(iter(pools)))
        owner = heap.holding(next(iter(clients))).owner
        yield Healthy(RULE.id, None if owner is None else owner.name, row, because)


def _finding(heap: Examination, pool_class: str) -> Finding:
    pools, clients = heap.all_of(pool_class), heap.all_of(_CLIENT)
    connections = heap.all_of(_CONNECTION)
    # Who keeps a client of its own is to be told; else what keeps the pools.
    has_clients = 2 * len(clients) >= len(pools)
    kept = crowd(heap, clients if has_clients else pools)
    found = Found(
        title=Text(
            "{count} connection pools of OkHttp: a client for each call",
            "{count} 个 OkHttp 连接池：每次调用都新建一个客户端",
            count=format_count(len(pools)),
        ),
        summary=Text(
            "{pools} pools, {clients} clients and {connections} connections live at once. Each"
            " client made by new OkHttpClient() has its own pool, dispatcher and threads, and its"
            " idle sockets stay open for five minutes.",
            "同时存在 {pools} 个连接池、{clients} 个客户端和 {connections} 个连接。每个 new"
            " OkHttpClient() 都有自己的连接池、调度器和线程，空闲套接字会保持打开五分钟。",
            pools=format_count(len(pools)),
            clients=format_count(len(clients)),
            connections=format_count(len(connections)),
        ),
        evidence=_evidence(heap, pool_class),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN if len(pools) >= _MANY_POOLS else Confidence.LIKELY,
        severity=by_count(len(pools), medium=_MANY_POOLS, high=_CROWD_OF_POOLS),
        at=kept.example,
        owners=kept.owners,
        element_class=_CLIENT if has_clients else pool_class,
        instances=len(pools),
        retained_bytes=heap.retained_bytes(pools | clients | connections),
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _evidence(heap: Examination, pool_class: str) -> tuple[Evidence, ...]:
    facts = [class_fact(heap, name) for name in (_CLIENT, pool_class, _CONNECTION)]
    hosts = groups_of(heap, heap.all_of(_CONNECTION), _HOST)
    for host, count in list(hosts.items())[:1]:
        said = Text(
            "{count} of the connections are to {host}",
            "其中 {count} 个连接通向 {host}",
            count=format_count(count),
            host=host,
        )
        facts.append(heap.evidence(said, "group-by", _CONNECTION, "--field", _HOST))
    return tuple(facts)


_ADVICE = Text(
    "Make one OkHttpClient for the program; where a call needs other settings, derive it:"
    " client.newBuilder().readTimeout(5, SECONDS).build() shares pool and threads.",
    "整个程序只创建一个 OkHttpClient；某次调用需要不同设置时请派生："
    "client.newBuilder().readTimeout(5, SECONDS).build() 会共用连接池和线程。",
)
_DOUBT = Text(
    "A fixed number of clients, one for each of some peers, is no leak: see whether the number"
    " grows with the calls.",
    "为若干对端各建一个、数量固定的客户端不是泄漏：请看数量是否随调用增长。",
)

RULE = Rule(
    id="okhttp-client-per-call",
    catalogue=("N1",),
    topic=Topic.CONNECTIONS,
    title=Text("An OkHttpClient for each call", "每次调用一个 OkHttpClient"),
    classes=(_CLIENT, _POOL, _OLD_POOL),
    find=_find,
    page=Page(
        finds=Text(
            "Ten or more connection pools of OkHttp 3, 4 or 5 in one heap.",
            "一个堆中有十个以上 OkHttp 3、4 或 5 的连接池。",
        ),
        why=Text(
            "No connection is ever used again, so each call opens a socket that stays open until"
            " the keep-alive time has passed, with a thread to watch it.",
            "连接永远不会被复用，每次调用都会打开一个套接字，直到 keep-alive 时间结束才关闭，还要有"
            "线程照看它。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Clients that newBuilder() made share one pool: they are healthy, and said so.",
            "由 newBuilder() 派生的客户端共用一个连接池：属于健康情况，会如实说明。",
        ),
        example="Response response = new OkHttpClient().newCall(request).execute();",
        fixed="private static final OkHttpClient CLIENT = new OkHttpClient();",
        references=("OkHttp: OkHttpClient.kt, RealConnectionPool.kt",),
    ),
)
