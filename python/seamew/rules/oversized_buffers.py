"""W3: builders and byte streams whose arrays are much bigger than what is in them."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule, RuleAnswer
from .examination import Examination
from .reading import Waste, by_sample, evenly, is_worth_a_look, number, target, waste_answers

__all__ = ["RULE"]

_BUFFERS = {"java.lang.AbstractStringBuilder": "value", "java.io.ByteArrayOutputStream": "buf"}
_MOST_LOOKED_AT = 10_000
_MOST_FILL = 0.5
_LEAST_UNUSED_BYTES = 64
_SAMPLE = 300


def _find(heap: Examination) -> Iterator[RuleAnswer]:
    for class_name, field in _BUFFERS.items():
        buffers = heap.all_of(class_name)
        if not len(buffers):
            continue
        arrays = heap.heap.field_targets(buffers, field)
        if is_worth_a_look(heap, arrays.shallow_bytes):
            yield from _of_class(heap, field, buffers)


def _of_class(heap: Examination, field: str, buffers: ObjectSet) -> Iterator[RuleAnswer]:
    looked_at = evenly(buffers, _MOST_LOOKED_AT)
    scale = len(buffers) / len(looked_at)
    unused = {index: _unused_bytes(heap, index, field) for index in looked_at}
    found = sorted(
        ((index, size) for index, size in unused.items() if size >= _LEAST_UNUSED_BYTES),
        key=lambda one: (-one[1], one[0]),
    )
    if not found:
        return
    count, wasted = round(len(found) * scale), round(sum(size for _, size in found) * scale)
    example, biggest = found[0]
    waste = Waste(
        kind=RULE.id,
        what=Text(
            "unused room in {count} {name}",
            "{count} 个 {name} 中未使用的空间",
            count=format_count(count),
            name=heap.heap.class_name(example),
        ),
        class_name=heap.heap.class_name(example),
        instances=count,
        wasted_bytes=wasted,
        by_field=by_sample(heap, found[:: -(-len(found) // _SAMPLE)]),
        example=example,
        evidence=(
            heap.evidence(
                Text(
                    "{count} of {every} use at most half of their array; one has {size} unused",
                    "{every} 个中有 {count} 个最多只用了数组的一半；其中一个有 {size} 未使用",
                    count=format_count(count),
                    every=format_count(len(buffers)),
                    size=format_bytes(biggest),
                ),
                "object",
                f"{heap.heap.address(example):#x}",
            ),
        ),
    )
    yield from waste_answers(heap, waste, _ADVICE, _DOUBT)


def _unused_bytes(heap: Examination, index: int, field: str) -> int:
    """What the array has beyond the text; 0 where at least half of it is used.

    A builder of JDK 9 and later has one or two bytes a character, by `coder`.
    """
    array = target(heap, index, field)
    length = None if array is None else heap.heap.length(array)
    if array is None or not length:
        return 0
    used = (number(heap, index, "count") or 0) << (number(heap, index, "coder") or 0)
    if used > _MOST_FILL * length:
        return 0
    width = 2 if heap.heap.class_name(array) == "char[]" else 1
    return (length - used) * width


_ADVICE = Text(
    "Make a new builder where the array has grown beyond a limit (setLength(0) and reset() keep"
    " it),"
    " or call trimToSize(); refuse input beyond a maximum length.",
    "数组超过限度时换一个新的 builder（setLength(0) 和 reset() 会保留数组），或调用 trimToSize()；"
    "拒绝超过最大长度的输入。",
)
_DOUBT = Text(
    "A buffer that is as full again in a moment is meant to keep its room: look whether many of"
    " them"
    " idle.",
    "很快又会装满的缓冲区本就应保留空间：请看是否有许多处于空闲。",
)

RULE = Rule(
    id="oversized-buffers",
    catalogue=("W3",),
    topic=Topic.WASTE,
    title=Text("Oversized builders and byte streams", "过大的 builder 和字节流"),
    classes=tuple(_BUFFERS),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "StringBuilders, StringBuffers and ByteArrayOutputStreams that use at most half of"
            " their"
            " array. Of more than 10,000 an evenly spread sample, scaled up.",
            "最多只用了数组一半的 StringBuilder、StringBuffer 和 ByteArrayOutputStream。"
            "超过 1 万个时取均匀样本并按比例放大。",
        ),
        why=Text(
            "The array grows with the longest text that was ever in it and never shrinks by"
            " itself.",
            "数组会随曾有的最长文本增长，且不会自行缩小。",
        ),
        fix=_ADVICE,
        false_alarms=Text("Buffers in constant use.", "持续使用中的缓冲区。"),
        example="line.setLength(0); // after a line of 20,000 characters",
        fixed="line = line.capacity() > 1_024 ? new StringBuilder() : line;",
        references=("java.base/java/lang/AbstractStringBuilder.java (value, coder, count)",),
    ),
)
