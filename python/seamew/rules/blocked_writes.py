"""N16: threads that write to a peer which does not read."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, ThreadRow, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, foreign_frame, method_of, stack_holding, thread_fact

__all__ = ["RULE"]

_WRITES = (
    "java.net.SocketOutputStream.socketWrite0",
    "sun.nio.ch.NioSocketImpl.implWrite",
    "sun.nio.ch.SocketDispatcher.write0",
    "sun.nio.ch.SocketDispatcher.writev0",
)
_FEW_FRAMES = 12
_MANY_THREADS = 5
_CROWD_OF_THREADS = 50
_SHOWN_THREADS = 3


def _find(heap: Examination) -> Iterator[Finding]:
    writing = [row for row in heap.threads if _is_writing(row)]
    if not writing:
        return
    count = format_count(len(writing))
    found = Found(
        title=Text(
            "{count} threads write to a peer that may not read",
            "{count} 个线程正在向可能不读取的对端写数据",
            count=count,
        ),
        summary=Text(
            "A write to a socket blocks when the buffers of both hosts are full. The read timeout"
            " does not end it: {count} threads, and what waits behind them, may wait for ever.",
            "当两端主机的缓冲区都满时，写套接字会阻塞。读超时不会中断它：{count} 个线程以及排在其后"
            "的一切可能永远等待。",
            count=count,
        ),
        evidence=tuple(thread_fact(heap, _text(row), row) for row in writing[:_SHOWN_THREADS]),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.POSSIBLE,
        severity=by_count(len(writing), medium=_MANY_THREADS, high=_CROWD_OF_THREADS),
        at=writing[0].object_index,
        holding=stack_holding(heap, writing[0]),
        element_class=writing[0].class_name,
        instances=len(writing),
        retained_bytes=heap.retained_bytes(heap.heap.set_of([row.object_index for row in writing])),
    )
    yield finding(heap, RULE.id, RULE.topic, found)


def _is_writing(row: ThreadRow) -> bool:
    return any(method_of(frame) in _WRITES for frame in row.frames[:_FEW_FRAMES])


def _text(row: ThreadRow) -> Text:
    return Text(
        "thread {name} writes in {frame}",
        "线程 {name} 正在 {frame} 中写",
        name=row.name or "?",
        frame=foreign_frame(row),
    )


_ADVICE = Text(
    "Write without blocking (NIO, an asynchronous client), or have a watchdog close the socket"
    " after a time; bound the queue in front of the writer, and drop what is beyond.",
    "使用非阻塞写（NIO、异步客户端），或由看门狗在一段时间后关闭套接字；为写线程前的队列设置上限，"
    "超出部分丢弃。",
)
_DOUBT = Text(
    "A write that is under way at the moment of the dump looks the same: two thread dumps a minute"
    " apart show whether it is stuck; so does Send-Q of `ss -tn`.",
    "转储时恰好正在进行的写操作看起来一样：间隔一分钟的两次线程转储可看出是否卡住；`ss -tn` 的"
    " Send-Q 也可以。",
)

RULE = Rule(
    id="blocked-writes",
    catalogue=("N16",),
    topic=Topic.CONNECTIONS,
    title=Text("A peer that never reads", "从不读取的对端"),
    classes=("java.lang.Thread",),
    find=_find,
    page=Page(
        finds=Text(
            "Threads within a blocking write to a socket at the moment of the dump.",
            "转储时正在阻塞地写套接字的线程。",
        ),
        why=Text(
            "There is no timeout for writes in java.net and java.nio. A server that accepts and"
            " does not read holds the thread until the connection breaks.",
            "java.net 和 java.nio 的写操作没有超时。接受连接却不读取的服务器会一直占住线程，直到"
            "连接断开。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "A write that was just under way: fewer than five threads are reported low.",
            "恰好正在进行的写：少于五个线程以低级别报告。",
        ),
        references=("java.base/sun/nio/ch/NioSocketImpl.java (implWrite)",),
    ),
)
