"""M13: which thread ran out of memory, and where."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.holding import is_application_class
from seamew.model import Confidence, Finding, Severity, ThreadRow, Topic
from seamew.units import format_address, format_bytes
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding

__all__ = ["RULE"]

_ERROR = "java.lang.OutOfMemoryError"
_SHOWN_FRAMES = 6


def _find(heap: Examination) -> Iterator[Finding]:
    for thread in heap.threads:
        places = [frame.text.removeprefix("at ") for frame in thread.frames]
        if any(place.startswith(f"{_ERROR}.<init>") for place in places[:2]):
            yield _finding(heap, thread, places)


def _finding(heap: Examination, thread: ThreadRow, places: list[str]) -> Finding:
    own = next((place for place in places if is_application_class(place)), places[-1])
    values: dict[str, str | Text] = {
        "name": thread.name or "?",
        "place": own,
        "frames": " < ".join(places[1 : _SHOWN_FRAMES + 1]),
    }
    row = heap.heap.row(thread.object_index)
    found = Found(
        title=Text(
            "the thread {name} ran out of memory in {place}",
            "线程 {name} 在 {place} 处内存耗尽",
            **values,
        ),
        summary=Text(
            "The dump was written when the thread {name} got an OutOfMemoryError. Where it happened"
            " is often not who leaks: whoever asks last gets the error.",
            "该转储是在线程 {name} 抛出 OutOfMemoryError 时写入的。发生处往往并非泄漏者："
            "最后申请内存的那个线程得到错误。",
            **values,
        ),
        evidence=(
            heap.evidence(
                Text("its stack: {frames}", "其调用栈：{frames}", **values),
                "threads",
                format_address(row.address),
            ),
            heap.evidence(
                Text(
                    "its local variables and thread-locals keep {size} alive",
                    "其局部变量和线程局部变量使 {size} 保持存活",
                    size=format_bytes(row.retained_bytes),
                )
            ),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN,
        severity=Severity.INFO,
        element_class=_ERROR,
        retained_bytes=0,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Read the other findings for what fills the heap. Where this stack itself builds something huge"
    " (a result list, a file in one array), limit or stream it.",
    "请在其他发现中查看是什么占满了堆。若该调用栈自身正在构建巨大的内容（结果列表、整个文件读入"
    "一个数组），应限制其大小或改为流式处理。",
)
_DOUBT = Text(
    "An array size beyond the limit of the JVM, or a full metaspace, gives the same error: the"
    " message in the log tells.",
    "超出 JVM 限制的数组长度或元空间已满也会产生同样的错误：以日志中的消息为准。",
)

RULE = Rule(
    id="out-of-memory-thread",
    catalogue=("M13",),
    topic=Topic.MEMORY,
    title=Text("The thread that ran out of memory", "耗尽内存的线程"),
    classes=("java.lang.Thread",),
    find=_find,
    page=Page(
        finds=Text(
            "The thread whose stack begins with the constructor of OutOfMemoryError: the JVM wrote"
            " the dump for it.",
            "调用栈以 OutOfMemoryError 的构造方法开头的线程：JVM 因它而写入转储。",
        ),
        why=Text(
            "It tells that the heap was full, and what was asked for last.",
            "它说明堆已满，以及最后申请的是什么。",
        ),
        fix=_ADVICE,
        false_alarms=_DOUBT,
    ),
)
