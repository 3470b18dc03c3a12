"""F19: object streams that remember all that was ever written to them."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, class_of_most, number, object_fact, target, worse

__all__ = ["RULE"]

_STREAM = "java.io.ObjectOutputStream"
_MOST_STREAMS = 10_000
_LOOKED_AT = 100
_SUSPICIOUS, _MANY, _VERY_MANY = 10_000, 50_000, 5_000_000


def _find(heap: Examination) -> Iterator[Finding]:
    for stream in heap.all_of(_STREAM).page(limit=_MOST_STREAMS):
        handles = number(heap, stream, "handles.size") or 0
        if handles >= _SUSPICIOUS:
            yield _finding(heap, stream, handles)


def _finding(heap: Examination, stream: int, handles: int) -> Finding:
    retained_bytes = heap.heap.sizes(stream)[1]
    objects = target(heap, stream, "handles.objs")
    sample = [] if objects is None else heap.heap.element_ids(objects, limit=_LOOKED_AT)
    size = Text(
        "handles.size is {count}; the stream retains {size}",
        "handles.size 为 {count}；该流保持 {size}",
        count=format_count(handles),
        size=format_bytes(retained_bytes),
    )
    found = Found(
        title=Text(
            "An ObjectOutputStream remembers {count} objects, {size}",
            "ObjectOutputStream 记住了 {count} 个对象，{size}",
            count=format_count(handles),
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(object_fact(heap, size, target(heap, stream, "handles") or stream),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN,
        severity=worse(
            heap.severity(retained_bytes), by_count(handles, medium=_MANY, high=_VERY_MANY)
        ),
        at=stream,
        element_class=class_of_most(heap.heap.row(one) for one in sample if one is not None),
        instances=handles,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "An ObjectOutputStream keeps each object that it has written, to write a mere handle when the"
    " same"
    " object comes again. A stream that stays open (a socket, a journal) keeps all of them.",
    "ObjectOutputStream 会保留写过的每个对象，以便再次遇到同一对象时只写一个句柄。长期打开的流（套"
    "接"
    "字、日志文件）会保留全部对象。",
)
_ADVICE = Text(
    "Call stream.reset() after each message (or every hundred); writeUnshared() alone does not help"
    " for what the object refers to; or send messages in a format without such a memory (JSON,"
    " protobuf).",
    "每条消息（或每一百条）之后调用 stream.reset()；仅用 writeUnshared() 对其引用的对象无效；或改用"
    "没有"
    "此类记忆的格式（JSON、protobuf）发送消息。",
)
_DOUBT = Text(
    "While one big graph is being written the handles are needed, and go with the stream.",
    "正在写一个大对象图时这些句柄是需要的，并会随流一起释放。",
)

RULE = Rule(
    id="object-stream-handles",
    catalogue=("F19",),
    topic=Topic.MEMORY,
    title=Text("An object stream that is never reset", "从不重置的对象流"),
    classes=(_STREAM,),
    find=_find,
    page=Page(
        finds=Text(
            "ObjectOutputStreams with 10,000 handles or more.",
            "有 10,000 个以上句柄的 ObjectOutputStream。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "A big graph that is being written at this moment.",
            "此刻正在写出的大对象图。",
        ),
        example="stream.writeObject(event);",
        fixed="stream.writeObject(event);\nstream.reset();",
        references=("java.base/java/io/ObjectOutputStream.java (HandleTable)",),
    ),
)
