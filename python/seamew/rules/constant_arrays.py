"""Arrays of numbers all of whose elements are the same: made too early, or never filled."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule, RuleAnswer
from .examination import Examination
from .reading import Waste, by_sample, is_worth_a_look, number_arrays, waste_answers

__all__ = ["RULE"]

_FEWEST_ARRAYS = 50
_MOST_ROWS = 200


def _find(heap: Examination) -> Iterator[RuleAnswer]:
    looked_at = number_arrays(heap)
    if not is_worth_a_look(heap, round(looked_at.arrays.shallow_bytes * looked_at.scale)):
        return
    found = heap.heap.constant_arrays(looked_at.arrays)
    # A few big ones are buffers that wait for their use.
    if found.objects < _FEWEST_ARRAYS:
        return
    count = round(found.objects * looked_at.scale)
    first = found.rows[0]
    said = Text(
        "{count} x {name} of {length} times {value}: {size}",
        "{count} 个 {name}，每个为 {length} 个 {value}：{size}",
        count=format_count(first.objects),
        name=first.class_name,
        length=format_count(first.length),
        value=repr(first.value),
        size=format_bytes(first.shallow_bytes),
    )
    rows = found.rows[:_MOST_ROWS]
    waste = Waste(
        kind=RULE.id,
        what=Text(
            "arrays of one and the same value ({count})",
            "所有元素都相同的数组（{count} 个）",
            count=format_count(count),
        ),
        class_name=first.class_name,
        instances=count,
        wasted_bytes=round(found.shallow_bytes * looked_at.scale),
        by_field=by_sample(heap, ((row.object_index, row.shallow_bytes) for row in rows)),
        example=first.object_index,
        evidence=(heap.evidence(said, "arrays", "--constant"),),
    )
    yield from waste_answers(heap, waste, _ADVICE, _DOUBT)


_ADVICE = Text(
    "Make the array when the first value that is not zero comes; share one array where it is only"
    " read.",
    "在出现第一个非零值时再创建数组；只读时共享同一个数组。",
)
_DOUBT = Text(
    "Arrays that are filled later, or were cleared to be used again, are the same for a time only.",
    "以后会被填充的数组，或清零后等待再次使用的数组，只是暂时相同。",
)

RULE = Rule(
    id="constant-arrays",
    catalogue=("W3",),
    topic=Topic.WASTE,
    title=Text("Arrays of one value", "元素全同的数组"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "50 or more primitive arrays of two elements or more that are all the same, mostly"
            " zeros; those of strings and builders left out.",
            "50 个以上元素完全相同（多为零）的基本类型数组，至少含两个元素；不含字符串和 builder 的"
            "数组。",
        ),
        why=Text(
            "Room that was asked for and never used takes as much as room in use.",
            "申请了却从未使用的空间与在用的空间占用一样多的内存。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Buffers and bit sets at rest, zeroed contents of a redacted dump.",
            "空闲的缓冲区和位集，以及脱敏转储中清零的内容。",
        ),
        example="private final byte[] pixels = new byte[1 << 20]; // in each tile",
        fixed="private byte[] pixels; // made by the first draw()",
    ),
)
