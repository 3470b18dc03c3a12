"""N14: selectors that are not closed."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import finding
from .reading import by_count, crowd_found, matching, set_fact

__all__ = ["RULE"]

_SELECTOR = "sun.nio.ch.SelectorImpl"
_SUSPICIOUS_SELECTORS = 50
_MANY_SELECTORS = 100
_CROWD_OF_SELECTORS = 500
_OF_EVENT_LOOPS = 0.5


def _find(heap: Examination) -> Iterator[Finding]:
    selectors = _open(heap)
    if len(selectors) < _SUSPICIOUS_SELECTORS or _are_of_netty(heap, selectors):
        return
    count = format_count(len(selectors))
    found = crowd_found(
        heap,
        selectors,
        title=Text("{count} open selectors", "{count} 个打开的选择器", count=count),
        summary=Text(
            "{count} selectors are open. On Linux each takes an epoll descriptor and one or two"
            " for waking it up, until it is closed.",
            "有 {count} 个选择器处于打开状态。在 Linux 上，每个选择器在关闭之前占用一个 epoll 描"
            "述符以及一到两个用于唤醒的描述符。",
            count=count,
        ),
        evidence=(set_fact(heap, _SELECTOR, selectors),),
        advice=_ADVICE,
        doubt=_DOUBT,
        severity=by_count(len(selectors), medium=_MANY_SELECTORS, high=_CROWD_OF_SELECTORS),
    )
    yield finding(heap, RULE.id, RULE.topic, found)


def _open(heap: Examination) -> ObjectSet:
    """AbstractSelector.closed since JDK 16; selectorOpen, an AtomicBoolean, before."""
    selectors = heap.all_of(_SELECTOR)
    closed = matching(heap, selectors, "closed=true")
    return selectors - closed - matching(heap, selectors, "selectorOpen.value=0")


def _are_of_netty(heap: Examination, selectors: ObjectSet) -> bool:
    """Whether most belong to event loops, of which another rule tells."""
    loops = heap.count("io.netty.channel.nio.NioEventLoop")
    return loops >= _OF_EVENT_LOOPS * len(selectors)


_ADVICE = Text(
    "Close each selector when its connection ends: try (Selector selector = Selector.open())"
    " {{ ... }}; better serve many channels with one selector.",
    "连接结束时关闭其选择器：try (Selector selector = Selector.open()) {{ ... }}；更好的做法是用"
    "一个选择器服务多个通道。",
)
_DOUBT = Text(
    "Servers with several loops on many cores have some dozens: see whether the number grows.",
    "多核机器上有多个循环的服务器会有几十个：请看数量是否增长。",
)

RULE = Rule(
    id="unclosed-selectors",
    catalogue=("N14",),
    topic=Topic.CONNECTIONS,
    title=Text("Selectors that are not closed", "未关闭的选择器"),
    classes=(_SELECTOR,),
    find=_find,
    page=Page(
        finds=Text(
            "50 or more open selectors that are not those of Netty's event loops.",
            "50 个以上打开的、不属于 Netty 事件循环的选择器。",
        ),
        why=Text(
            "A selector for each connection or call uses up the file descriptors of the process:"
            " `Too many open files` follows long before the heap is full.",
            "为每个连接或调用建一个选择器会耗尽进程的文件描述符：远在堆满之前就会出现"
            " `Too many open files`。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Selectors that are closed and only referred to do not count.",
            "已关闭、只是仍被引用的选择器不计入。",
        ),
        example="Selector selector = Selector.open();\nchannel.register(selector, OP_READ);",
        fixed="channel.register(SHARED_SELECTOR, OP_READ, connection);",
        references=("java.base/java/nio/channels/spi/AbstractSelector.java (closed)",),
    ),
)
