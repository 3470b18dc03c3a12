"""N12, as far as a heap dump shows it: many connections from here to one and the same port."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import finding
from .reading import by_count, crowd_found, matching, number, set_fact

__all__ = ["RULE"]

_IMPLEMENTATION = "java.net.SocketImpl"
_CHANNEL = "sun.nio.ch.SocketChannelImpl"
_CONNECTED = 2  # ST_CONNECTED of SocketChannelImpl, in all versions
_SUSPICIOUS_SOCKETS = 100
_MANY_SOCKETS = 300
_CROWD_OF_SOCKETS = 1_000
_MOST_SOCKETS = 20_000


def _find(heap: Examination) -> Iterator[Finding]:
    sockets = matching(heap, heap.all_of(_IMPLEMENTATION), "fd.fd>=0")
    channels = matching(heap, heap.all_of(_CHANNEL), f"state={_CONNECTED}")
    for class_name, found, path in (
        (_IMPLEMENTATION, sockets, "port"),
        (_CHANNEL, channels, "remoteAddress.holder.port"),
    ):
        if len(found) < _SUSPICIOUS_SOCKETS:
            continue
        for port, members in _by_port(heap, found, path).items():
            if len(members) >= _SUSPICIOUS_SOCKETS:
                yield _finding(heap, class_name, port, heap.heap.set_of(members))


def _by_port(heap: Examination, sockets: ObjectSet, path: str) -> dict[int, list[int]]:
    """Sockets by the port of the other end; the ports of callers that were accepted all differ."""
    groups: dict[int, list[int]] = defaultdict(list)
    for index in sockets.page(limit=_MOST_SOCKETS):
        port = number(heap, index, path)
        if port:
            groups[port].append(index)
    return groups


def _finding(heap: Examination, class_name: str, port: int, sockets: ObjectSet) -> Finding:
    count = format_count(len(sockets))
    found = crowd_found(
        heap,
        sockets,
        title=Text(
            "{count} open connections to port {port}",
            "{count} 个到端口 {port} 的打开连接",
            count=count,
            port=port,
        ),
        summary=Text(
            "{count} x {name} are connected to port {port} of other hosts, which is more than"
            " calls under way need.",
            "{count} 个 {name} 连接到其他主机的端口 {port}，超过了正在进行的调用所需。",
            count=count,
            name=class_name,
            port=port,
        ),
        evidence=(set_fact(heap, class_name, sockets),),
        advice=_ADVICE,
        doubt=_DOUBT,
        severity=by_count(len(sockets), medium=_MANY_SOCKETS, high=_CROWD_OF_SOCKETS),
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Close what was opened (try-with-resources), use one client with a bounded pool for a peer,"
    " and give idle connections a time after which they are closed.",
    "关闭打开的连接（try-with-resources），对同一对端使用一个带有界连接池的客户端，并为空闲连接"
    "设置关闭时间。",
)
_DOUBT = Text(
    "A pool that is configured for so many connections is no leak. `ss -tanp` tells their state:"
    " CLOSE-WAIT means that the peer has closed and this process has not.",
    "若连接池本就配置了这么多连接则不是泄漏。`ss -tanp` 可以看出状态：CLOSE-WAIT 表示对端已关闭"
    "而本进程没有关闭。",
)

RULE = Rule(
    id="open-sockets",
    catalogue=("N12", "N13"),
    topic=Topic.CONNECTIONS,
    title=Text("Many open connections to one port", "到同一端口的大量连接"),
    classes=(_IMPLEMENTATION, _CHANNEL),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "100 or more connected sockets whose other end has the same port.",
            "100 个以上对端端口相同的已连接套接字。",
        ),
        why=Text(
            "A socket that is not closed keeps its descriptor and buffers on both hosts.",
            "未关闭的套接字在两端主机上都占用描述符和缓冲区。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Connections that others have made to this server: their ports differ.",
            "其他主机连到本服务器的连接：其端口各不相同。",
        ),
        references=("java.base/sun/nio/ch/SocketChannelImpl.java (state, remoteAddress)",),
    ),
)
