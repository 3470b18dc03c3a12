"""W2: collections that hold nothing."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule, RuleAnswer
from .examination import Examination
from .reading import (
    Waste,
    by_sample,
    class_said,
    empty_collections,
    is_worth_a_look,
    waste_answers,
)

__all__ = ["RULE"]


def _find(heap: Examination) -> Iterator[RuleAnswer]:
    rows = empty_collections(heap).classes
    count, wasted = sum(row.collections for row in rows), sum(row.retained_bytes for row in rows)
    if not is_worth_a_look(heap, wasted):
        return
    found = empty_collections(heap).most
    if not found:
        return
    waste = Waste(
        kind=RULE.id,
        what=Text(
            "collections that hold nothing ({count})",
            "空集合（{count} 个）",
            count=format_count(count),
        ),
        class_name=rows[0].class_name,
        instances=count,
        wasted_bytes=wasted,
        by_field=by_sample(heap, ((row.object_index, row.retained_bytes) for row in found)),
        example=found[0].object_index,
        evidence=(
            heap.evidence(class_said(rows[0], rows[0].retained_bytes), "collections", "--empty"),
        ),
    )
    yield from waste_answers(heap, waste, _ADVICE, _DOUBT)


_ADVICE = Text(
    "Make the collection when there is something to put into it; until then the field is"
    " Collections.emptyList() or null. Trim (trimToSize) what was emptied and stays.",
    "有内容要放时再创建集合；在此之前字段为 Collections.emptyList() 或 null。清空后仍保留的集合请"
    "收缩"
    "（trimToSize）。",
)
_DOUBT = Text(
    "Collections that are filled later in the life of their owner are empty for a time only.",
    "有些集合在其持有者的后续生命周期中才会被填充，此时为空只是暂时的。",
)

RULE = Rule(
    id="empty-collections",
    catalogue=("W2",),
    topic=Topic.WASTE,
    title=Text("Empty collections", "空集合"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "Collections without entries, with all that they retain; by the field that holds them.",
            "没有条目的集合及其保持的一切；按持有它们的字段列出。",
        ),
        why=Text(
            "A collection for each object costs 24 to 200 bytes of it, also when nothing is ever"
            " put"
            " in.",
            "每个对象带一个集合要多占 24 至 200 字节，即使从不放入内容。",
        ),
        fix=_ADVICE,
        false_alarms=Text("Objects that were made a moment ago.", "刚刚创建的对象。"),
        example="private final List<Fault> faults = new ArrayList<>();",
        fixed="private List<Fault> faults = List.of(); // replaced when the first fault comes",
    ),
)
