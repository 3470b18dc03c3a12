"""T14: Netty event loop groups by the dozen."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import finding
from .reading import by_count, class_fact, crowd_found, matching, set_fact

__all__ = ["RULE"]

_GROUP = "io.netty.channel.MultithreadEventLoopGroup"
_LOOP = "io.netty.channel.SingleThreadEventLoop"
_SUSPICIOUS_GROUPS = 10
_MANY_GROUPS = 20
_CROWD_OF_GROUPS = 100


def _find(heap: Examination) -> Iterator[Finding]:
    # A group whose loops have all ended may still be referred to; it is no thread any more.
    groups = matching(heap, heap.all_of(_GROUP), "terminationFuture.result=null")
    if len(groups) < _SUSPICIOUS_GROUPS:
        return
    count = format_count(len(groups))
    loops = format_count(heap.count(_LOOP))
    found = crowd_found(
        heap,
        groups,
        title=Text("{count} Netty event loop groups", "{count} 个 Netty 事件循环组", count=count),
        summary=Text(
            "{count} groups with {loops} event loops. Each loop in use has a thread and a selector"
            " (three file descriptors); a program needs one group, or one for each role.",
            "{count} 个组，共 {loops} 个事件循环。每个使用中的循环都有一个线程和一个选择器（三个"
            "文件描述符）；一个程序只需要一个组，或每种角色一个。",
            count=count,
            loops=loops,
        ),
        evidence=(set_fact(heap, _GROUP, groups), class_fact(heap, _LOOP)),
        advice=_ADVICE,
        doubt=_DOUBT,
        severity=by_count(len(groups), medium=_MANY_GROUPS, high=_CROWD_OF_GROUPS),
    )
    yield finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Make one group when the program starts and pass it to each Bootstrap; call"
    " group.shutdownGracefully() where a client with a group of its own ends.",
    "程序启动时创建一个组并传给每个 Bootstrap；拥有自己的组的客户端结束时调用"
    " group.shutdownGracefully()。",
)
_DOUBT = Text(
    "Several libraries with a group each (Lettuce, Redisson, gRPC, Reactor) make a handful, not"
    " dozens: the owners tell.",
    "多个库各有一个组（Lettuce、Redisson、gRPC、Reactor）只会有几个，不会有几十个：请看持有者。",
)

RULE = Rule(
    id="event-loop-groups",
    catalogue=("T14",),
    topic=Topic.THREADS,
    title=Text("Many Netty event loop groups", "大量 Netty 事件循环组"),
    classes=(_GROUP,),
    find=_find,
    page=Page(
        finds=Text(
            "Ten or more event loop groups that are not shut down.",
            "十个以上未关闭的事件循环组。",
        ),
        why=Text(
            "A group has twice as many event loops as the machine has cores. A client for each"
            " call with a group of its own starts a thread for each call, which never ends.",
            "一个组的事件循环数是机器核数的两倍。若每次调用都新建带有自己的组的客户端，每次调用都会"
            "启动永不结束的线程。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Fewer than ten groups; groups that have ended.",
            "少于十个组；已经结束的组。",
        ),
        example="new Bootstrap().group(new NioEventLoopGroup()).connect(address);",
        fixed="new Bootstrap().group(SHARED_GROUP).connect(address);",
        references=("Netty: MultithreadEventLoopGroup, NioEventLoopGroup",),
    ),
)
