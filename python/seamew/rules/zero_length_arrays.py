"""Arrays of length 0, of which one of a class would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from seamew.model import Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule, RuleAnswer
from .examination import Examination
from .reading import Waste, by_sample, evenly, is_worth_a_look, number_arrays, waste_answers

__all__ = ["RULE"]

_LEAST_BYTES_EACH = 16
_LOOKED_AT = 5_000
_HELD_BY = 100


def _find(heap: Examination) -> Iterator[RuleAnswer]:
    looked_at = number_arrays(heap)
    every = len(looked_at.arrays) * looked_at.scale
    if not is_worth_a_look(heap, round(every) * _LEAST_BYTES_EACH):
        return
    sample = evenly(looked_at.arrays, _LOOKED_AT)
    empty = [index for index in sample if heap.heap.length(index) == 0]
    if not empty:
        return
    total = round(every * len(empty) / len(sample))
    size = heap.heap.sizes(empty[0])[0]
    if not is_worth_a_look(heap, total * size):
        return
    counts = Counter(heap.heap.class_name(index) for index in empty)
    most = min(counts, key=lambda name: (-counts[name], name))
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
        by_field=by_sample(heap, ((index, 1) for index in empty[:: -(-len(empty) // _HELD_BY)])),
        example=empty[0],
        evidence=(
            heap.evidence(
                Text(
                    "{empty} of {looked} arrays looked at, evenly spread, most of them {name}",
                    "均匀抽查的 {looked} 个数组中有 {empty} 个，多数为 {name}",
                    empty=format_count(len(empty)),
                    looked=format_count(len(sample)),
                    name=most,
                ),
                "arrays",
                "--by",
                "length",
            ),
        ),
    )
    yield from waste_answers(heap, waste, _ADVICE, _DOUBT)


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
            "Primitive arrays without elements: 16 bytes each. Counted in an evenly spread sample.",
            "没有元素的基本类型数组：每个 16 字节。按均匀样本计数。",
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
