"""D5: what is written to Netty channels faster than their peers read."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Confidence, Finding, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import crowd, matching, number, object_fact, query_fact, target

__all__ = ["RULE"]

_BUFFER = "io.netty.channel.ChannelOutboundBuffer"
_ENTRY = f"{_BUFFER}$Entry"
_HIGH_MARK = 64 << 10
_LEAST_BYTES = 1 << 20
_MEDIUM_BYTES = 8 << 20
_HIGH_BYTES = 128 << 20


def _find(heap: Examination) -> Iterator[Finding]:
    full = matching(heap, heap.all_of(_BUFFER), f"totalPendingSize>{_HIGH_MARK}")
    pending = {one: number(heap, one, "totalPendingSize") or 0 for one in full}
    total = sum(pending.values())
    if total < _LEAST_BYTES:
        return
    worst = max(pending, key=lambda one: (pending[one], -one))
    channels = [to for one in full if (to := target(heap, one, "channel")) is not None]
    holding = heap.holding(target(heap, worst, "channel") or worst)
    found = Found(
        title=Text(
            "{size} wait in {count} Netty channels whose peers do not read",
            "{size} 在 {count} 个 Netty 通道中等待，对端没有读取",
            size=format_bytes(total),
            count=format_count(len(full)),
        ),
        summary=_SUMMARY,
        evidence=(
            query_fact(
                heap,
                Text(
                    "{count} of {every} channels have more than 64 KB pending",
                    "{every} 个通道中有 {count} 个待发送数据超过 64 KB",
                    count=format_count(len(full)),
                    every=format_count(heap.count(_BUFFER)),
                ),
                f"SELECT b.totalPendingSize, b.flushed FROM {_BUFFER} b"
                f" WHERE b.totalPendingSize > {_HIGH_MARK}",
            ),
            object_fact(
                heap,
                Text("the fullest: {size}", "最满的：{size}", size=format_bytes(pending[worst])),
                worst,
            ),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=_severity(heap, full, total),
        at=worst,
        holding=holding,
        owners=crowd(heap, channels).owners if channels else (),
        element_class=_ENTRY,
        instances=sum(number(heap, one, "flushed") or 0 for one in full),
        retained_bytes=heap.retained_bytes(full),
    )
    yield finding(heap, RULE.id, RULE.topic, found)


def _severity(heap: Examination, full: ObjectSet, total: int) -> Severity:
    if total >= _HIGH_BYTES:
        return Severity.HIGH
    found = Severity.MEDIUM if total >= _MEDIUM_BYTES else Severity.LOW
    return min(found, heap.severity(heap.retained_bytes(full)), key=lambda one: one.rank)


_SUMMARY = Text(
    "What the socket does not take waits in the channel's outbound buffer, which has no bound: the"
    " water marks only say that it is time to stop. The bytes are often outside the heap.",
    "套接字不接收的数据在通道的出站缓冲区中等待，而它没有上限：水位线只是提示该停止了。"
    "这些字节往往在堆外。",
)
_ADVICE = Text(
    "Write only while channel.isWritable(), and go on at channelWritabilityChanged; drop or delay"
    " the rest; close peers that stall (WriteTimeoutHandler, IdleStateHandler).",
    "仅在 channel.isWritable() 时写入，在 channelWritabilityChanged 时继续；其余的丢弃或推迟；"
    "关闭停滞的对端（WriteTimeoutHandler、IdleStateHandler）。",
)
_DOUBT = Text(
    "A big answer to one slow client passes: look whether the same channels are full in a second"
    " dump.",
    "给某个慢客户端的一次大应答会过去：看第二次转储中是否还是这些通道。",
)

RULE = Rule(
    id="netty-outbound",
    catalogue=("D5",),
    topic=Topic.CONNECTIONS,
    title=Text("Netty channels that cannot send", "无法发送的 Netty 通道"),
    classes=(_BUFFER,),
    find=_find,
    page=Page(
        finds=Text(
            "Channels with more than 64 KB pending, 1 MB or more together.",
            "待发送数据超过 64 KB 的通道，合计 1 MB 以上。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text("A large download that is under way.", "正在进行的大文件下载。"),
        example="channel.writeAndFlush(frame); // for each frame, whoever reads",
        fixed="if (channel.isWritable()) channel.writeAndFlush(frame); else frame.release();",
        references=("io.netty.channel.ChannelOutboundBuffer (totalPendingSize, unwritable)",),
    ),
)
