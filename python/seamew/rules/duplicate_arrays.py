"""W1: arrays of numbers or characters with equal contents; those of strings left out."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule, RuleAnswer
from .examination import Examination
from .reading import Waste, by_holders, is_worth_a_look, number_arrays, waste_answers

__all__ = ["RULE"]

_MOST_GROUPS = 100


def _find(heap: Examination) -> Iterator[RuleAnswer]:
    looked_at = number_arrays(heap)
    scale = looked_at.scale
    if not is_worth_a_look(heap, round(looked_at.arrays.shallow_bytes * scale)):
        return
    found = heap.heap.duplicate_arrays(looked_at.arrays, limit=_MOST_GROUPS)
    if not found.rows:
        return
    first = found.rows[0]
    copies = round((found.objects - found.distinct) * scale)
    said = Text(
        "{count} arrays that were compared have {distinct} different contents; the one that"
        " costs most, {name} of"
        " {length}, is there {copies} times ({size})",
        "所比较的 {count} 个数组只有 {distinct} 种不同内容；代价最大的 {name}（长度 {length}）出"
        "现 {copies} "
        "次（{size}）",
        count=format_count(found.objects),
        distinct=format_count(found.distinct),
        name=first.class_name,
        length=format_count(first.length or 0),
        copies=format_count(first.objects),
        size=format_bytes(first.lost_bytes),
    )
    waste = Waste(
        kind=RULE.id,
        what=Text(
            "copies of equal arrays ({copies} of {count})",
            "内容相同的数组副本（{count} 个中的 {copies} 个）",
            copies=format_count(copies),
            count=format_count(round(found.objects * scale)),
        ),
        class_name=first.class_name,
        instances=copies,
        wasted_bytes=round(found.lost_bytes * scale),
        by_field=by_holders(found),
        example=first.object_index,
        evidence=(heap.evidence(said, "duplicates", "arrays"),),
    )
    yield from waste_answers(heap, waste, _ADVICE, _DOUBT)


_ADVICE = Text(
    "Make each content once and share it: read-only tables in a static field or in a map by their"
    " key. Arrays that are all zeros were made too early: make them when they are first written.",
    "每种内容只创建一次并共享：只读表放在静态字段或按键存放的映射中。全为零的数组创建得太早："
    "请在首次写入时再创建。",
)
_DOUBT = Text(
    "Arrays that are written later must stay apart, though they are equal now. Arrays of one value"
    " are among these copies, and have a rule of their own: the two do not add up.",
    "以后还会被写入的数组即使现在相同，也必须各自独立。元素全同的数组也在这些副本之中，另有规则统计："
    "两者不可相加。",
)

RULE = Rule(
    id="duplicate-arrays",
    catalogue=("W1", "M3"),
    topic=Topic.WASTE,
    title=Text("Duplicate arrays", "重复的数组"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "Primitive arrays of equal type and contents, those of strings and builders left out;"
            " of more than 100,000 an evenly spread sample, scaled up.",
            "类型和内容都相同的基本类型数组，不含字符串和 StringBuilder 的数组；"
            "超过 10 万个时取均匀样本并按比例放大。",
        ),
        why=Text(
            "The same table, mask or image was made again for each object that uses it.",
            "为每个使用者重新创建了同样的表、掩码或图像。",
        ),
        fix=_ADVICE,
        false_alarms=Text("Buffers that are empty at the moment.", "此刻为空的缓冲区。"),
        example="zone.mask = draw(layout);",
        fixed="zone.mask = masks.computeIfAbsent(layout, Masks::draw);",
    ),
)
