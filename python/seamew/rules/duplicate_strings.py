"""W1: strings of equal text."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Duplicates, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule, RuleAnswer
from .examination import Examination
from .reading import Waste, by_holders, evenly, is_worth_a_look, waste_answers

__all__ = ["RULE"]

_STRING = "java.lang.String"
_LEAST_BYTES_EACH = 40
_MOST_TEXTS = 100
_MOST_LOOKED_AT = 200_000


def _find(heap: Examination) -> Iterator[RuleAnswer]:
    strings = heap.all_of(_STRING)
    if not is_worth_a_look(heap, len(strings) * _LEAST_BYTES_EACH):
        return
    sample = heap.heap.set_of(evenly(strings, _MOST_LOOKED_AT))
    scale = len(strings) / len(sample)
    found = heap.heap.duplicate_strings(sample, limit=_MOST_TEXTS)
    if not found.rows:
        return
    copies = round((found.objects - found.distinct) * scale)
    waste = Waste(
        kind=RULE.id,
        what=Text(
            "copies of equal strings ({copies} of {count})",
            "内容相同的字符串副本（{count} 个中的 {copies} 个）",
            copies=format_count(copies),
            count=format_count(len(strings)),
        ),
        class_name=_STRING,
        instances=copies,
        wasted_bytes=round(found.lost_bytes * scale),
        by_field=by_holders(found),
        example=found.rows[0].object_index,
        evidence=(heap.evidence(_said(found), "duplicates", "strings"),),
    )
    yield from waste_answers(heap, waste, _ADVICE, _DOUBT)


def _said(found: Duplicates) -> Text:
    first = found.rows[0]
    return Text(
        "{count} strings that were compared have {distinct} different texts; the one that costs"
        " most is there"
        " {copies} times ({size}), {length} characters long",
        "所比较的 {count} 个字符串只有 {distinct} 种不同内容；代价最大的一个出现 {copies} 次（"
        "{size}），长 "
        "{length} 个字符",
        count=format_count(found.objects),
        distinct=format_count(found.distinct),
        copies=format_count(first.objects),
        size=format_bytes(first.lost_bytes),
        length=format_count(first.length or 0),
    )


_ADVICE = Text(
    "Enums for what has a few values; else one map from each value to the string that stands for"
    " it, where the data comes in. -XX:+UseStringDeduplication shares the arrays (not the String"
    " objects) without a change of code. Do not intern() what users send.",
    "取值很少的用枚举；否则在数据进入处用一个映射，把每个值对应到唯一的字符串。"
    "-XX:+UseStringDeduplication 无需改代码即可共享数组（但不共享 String 对象）。"
    "不要对用户发送的内容调用 intern()。",
)
_DOUBT = Text(
    "Copies that live for moments are no matter: look whether the field that holds them belongs to"
    " something that stays.",
    "只存活片刻的副本无关紧要：请看持有它们的字段是否属于长期存活的对象。",
)

RULE = Rule(
    id="duplicate-strings",
    catalogue=("W1",),
    topic=Topic.WASTE,
    title=Text("Duplicate strings", "重复的字符串"),
    classes=(_STRING,),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "Strings of equal text: all but one of each are lost, with their arrays. A finding from"
            " a twentieth of the heap on. Of more than 200,000 strings an evenly spread sample is"
            " compared and scaled up, so that it is rather too little than too much.",
            "内容相同的字符串：每种除一个外连同数组都是浪费。达到堆的二十分之一时报告。"
            "超过 20 万个字符串时，比较均匀样本并按比例放大，结果宁少勿多。",
        ),
        why=Text(
            "Parsers, split() and database drivers make a new string for each value that they"
            " read, also when it is one of five.",
            "解析器、split() 和数据库驱动每读一个值就新建一个字符串，哪怕它只有五种取值。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Strings of a request that is being worked on.", "正在处理的请求中的字符串。"
        ),
        example='position.status = line.split(",")[4];',
        fixed='position.status = Status.of(line.split(",")[4]); // an enum',
        references=("JEP 192",),
    ),
)
