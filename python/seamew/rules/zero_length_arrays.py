"""Arrays of length 0, of which one of a class would do."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule, RuleAnswer
from .examination import Examination
from .reading import Waste, by_sample, evenly, is_worth_a_look, number_arrays, waste_answers

__all__ = ["RULE"]

_HEADER_BYTES = 16


def _find(heap: Examination) -> Iterator[RuleAnswer]:
    looked_at = number_arrays(heap)
    arrays = looked_at.arrays
    if not is_worth_a_look(heap, round(len(arrays) * looked_at.scale) * _HEADER_BYTES):
        return
    table = heap.heap.arrays(arrays)
    empty = [row for row in table.classes if row.empty_objects]
    size = next((row.shallow_bytes // row.objects for row in table.lengths if not row.length), 0)
    counts = {row.class_name: round(row.empty_objects * looked_at.scale) for row in empty}
    total = sum(counts.values())
    if not is_worth_a_look(heap, total * size):
        return
    most = max(empty, key=lambda row: (row.empty_objects, row.class_name)).class_name
    sample = [
        index
        for index in evenly(arrays & heap.all_of(most), _LOOKED_AT)
        if heap.heap.length(index) == 0
    ]
    waste = Waste(
        kind=RULE.id,
        what=Text(
            "arrays of length 0 ({count})",
            "长度为 0 的数组（{count} 个）",
            count=format_count(total),
        ),
        class_name=most,
        instances=total,
        wasted_bytes=total * size,
        by_field=by_sample(heap, ((index, 1) for index in sample)),
        example=sample[0] if sample else None,
        evidence=(
            heap.evidence(
                Text(
                    "{count} x {name}",
                    "{count} 个 {name}",
                    count=format_count(counts[most]),
                    name=most,
                ),
                "arrays",
            ),
        ),
    )
    yield from waste_answers(heap, waste, _ADVICE, _DOUBT)


_LOOKED_AT = 2_000
_ADVICE = Text(
    "One constant for each type: private static final byte[] NONE = {{}}; or null.",
    "每种类型用一个常量：private static final byte[] NONE = {{}}；或者用 null。",
)
_DOUBT = Text(
    "Code that locks on the array or compares it by identity needs its own.",
    "对数组加锁或按引用比较的代码需要各自的数组。",
)

RULE = Rule(
    id="zero-length-arrays",
    catalogue=("W2",),
    topic=Topic.WASTE,
    title=Text("Arrays of length 0", "长度为 0 的数组"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "Primitive arrays without elements: 16 bytes each.",
            "没有元素的基本类型数组：每个 16 字节。",
        ),
        why=Text(
            "An array without elements cannot change, so that one serves all.",
            "没有元素的数组不会变化，因此一个就够所有人使用。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Few bytes, unless there are millions.", "除非有数百万个，否则占用很少。"
        ),
        example="byte[] body = new byte[0];",
        fixed="byte[] body = NONE;",
    ),
)
