"""W2: collections that hold next to nothing in big arrays."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Topic
from seamew.units import format_count, format_share
from seamew.wording import Text

from .base import Page, Rule, RuleAnswer
from .examination import Examination
from .reading import (
    SPARSE_FILL,
    Waste,
    by_sample,
    class_said,
    is_worth_a_look,
    sparse_collections,
    waste_answers,
)

__all__ = ["RULE"]


def _find(heap: Examination) -> Iterator[RuleAnswer]:
    sparse = sparse_collections(heap)
    rows = sorted(sparse.classes, key=lambda row: (-row.wasted_bytes, row.class_id))
    wasted = sum(row.wasted_bytes for row in rows)
    if not is_worth_a_look(heap, wasted):
        return
    found = sparse.most
    if not found:
        return
    waste = Waste(
        kind=RULE.id,
        what=Text(
            "places that nothing is in, in collections that fill at most {fill} of theirs"
            " ({count})",
            "填充率不超过 {fill} 的集合中的空位（{count} 个集合）",
            fill=format_share(SPARSE_FILL),
            count=format_count(sum(row.collections for row in rows)),
        ),
        class_name=rows[0].class_name,
        instances=sum(row.collections for row in rows),
        wasted_bytes=wasted,
        by_field=by_sample(heap, ((row.object_index, row.wasted_bytes) for row in found)),
        example=found[0].object_index,
        evidence=(
            heap.evidence(
                class_said(rows[0], rows[0].wasted_bytes),
                "collections",
                "--sparse",
                "--sort",
                "wasted",
            ),
        ),
    )
    yield from waste_answers(heap, waste, _ADVICE, _DOUBT)


_ADVICE = Text(
    "Leave the capacity at its default, or give the number that is expected; fields instead of a"
    " map"
    " where the keys are known; List.of and Map.of for what does not change.",
    "使用默认容量，或给出预期的数量；键固定时用字段代替映射；不变的内容用 List.of 和 Map.of。",
)
_DOUBT = Text(
    "A table that was full and will be full again (a queue between two peaks) is no waste.",
    "曾经装满且还会装满的表（两次高峰之间的队列）不是浪费。",
)

RULE = Rule(
    id="sparse-collections",
    catalogue=("W2",),
    topic=Topic.WASTE,
    title=Text("Sparse collections", "稀疏集合"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "Collections that fill at most a fifth of their arrays; the places that nothing is in.",
            "填充率不超过五分之一的集合；统计其空位。",
        ),
        why=Text(
            "An array is as big as the greatest number of entries it ever had, or as the capacity"
            " that was asked for.",
            "数组的大小取决于曾经的最大条目数，或创建时指定的容量。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Queues and tables between two peaks of load.", "两次负载高峰之间的队列和表。"
        ),
        example="private final Map<String, String> attributes = new HashMap<>(400);",
        fixed="private final Map<String, String> attributes = new HashMap<>();",
    ),
)
