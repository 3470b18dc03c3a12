"""W4: numbers as objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from seamew.model import Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule, RuleAnswer
from .examination import Examination
from .reading import Waste, by_sample, evenly, is_worth_a_look, waste_answers

__all__ = ["RULE"]

_VALUE_BYTES = {
    "java.lang.Byte": 1,
    "java.lang.Character": 2,
    "java.lang.Short": 2,
    "java.lang.Integer": 4,
    "java.lang.Float": 4,
    "java.lang.Long": 8,
    "java.lang.Double": 8,
}
"""What the value alone takes; Boolean has two instances."""

_FEWEST_BOXES = 1_000
_SAMPLE = 50


def _find(heap: Examination) -> Iterator[RuleAnswer]:
    wasted: Counter[str] = Counter()
    for name, value_bytes in _VALUE_BYTES.items():
        if heap.instances_by_class.get(name, 0) < _FEWEST_BOXES:
            continue
        boxes = heap.all_of(name)
        wasted[name] = boxes.shallow_bytes - len(boxes) * value_bytes
    total = wasted.total()
    if not is_worth_a_look(heap, total):
        return
    count = sum(len(heap.all_of(name)) for name in wasted)
    most = wasted.most_common(1)[0][0]
    fields: Counter[str] = Counter()
    for name, size in wasted.items():
        each = by_sample(heap, ((one, 1) for one in evenly(heap.all_of(name), _SAMPLE)))
        fields.update({field: share * size / total for field, share in each.items()})
    waste = Waste(
        kind=RULE.id,
        what=Text(
            "headers of numbers as objects ({count})",
            "装箱数字的对象头（{count} 个）",
            count=format_count(count),
        ),
        class_name=most,
        instances=count,
        wasted_bytes=total,
        by_field=fields,
        example=heap.all_of(most).page(limit=1)[0],
        evidence=tuple(
            heap.evidence(
                Text(
                    "{count} x {name}: {size}",
                    "{count} 个 {name}：{size}",
                    count=format_count(len(heap.all_of(name))),
                    name=name,
                    size=format_bytes(heap.all_of(name).shallow_bytes),
                ),
                "histogram",
                name,
            )
            for name, size in wasted.most_common()
            if is_worth_a_look(heap, size)
        ),
    )
    yield from waste_answers(heap, waste, _ADVICE, _DOUBT)


_ADVICE = Text(
    "Arrays of primitive values where the keys are a dense range; else maps and lists of primitive"
    " types (fastutil, Eclipse Collections, Agrona): they need no box, and no node for each entry.",
    "键是稠密范围时用基本类型数组；否则用基本类型的映射和列表（fastutil、Eclipse Collections、"
    "Agrona）：既不需要装箱，也不需要为每个条目创建节点。",
)
_DOUBT = Text(
    "What the nodes of the maps take comes on top of it. Below a hundred thousand numbers a change"
    " is seldom worth its while.",
    "映射节点占用的内存还要另算。少于十万个数字时通常不值得改动。",
)

RULE = Rule(
    id="boxed-numbers",
    catalogue=("W4",),
    topic=Topic.WASTE,
    title=Text("Boxed numbers", "装箱的数字"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "Instances of Integer, Long and their like: what they take beyond the value itself.",
            "Integer、Long 等的实例：除数值本身以外占用的内存。",
        ),
        why=Text(
            "A boxed int takes 16 bytes, a long 16 to 24, and 4 or 8 more for the reference to it.",
            "装箱的 int 占 16 字节，long 占 16 至 24 字节，对它的引用再占 4 或 8 字节。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Numbers that are shared: the caches of the JDK hold -128 to 127.",
            "共享的数字：JDK 的缓存包含 -128 到 127。",
        ),
        example="Map<Long, Integer> bytesByAddress = new HashMap<>();",
        fixed="int[] bytesByAddress = new int[65_536];",
    ),
)
