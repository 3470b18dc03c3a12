"""M2: few objects, each of them heavy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seamew.holding import HoldingField, fields_that_hold, held_in, is_application_class
from seamew.model import Confidence, Finding, HistogramRow, OwnerCount, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding

__all__ = ["RULE"]

_FEWEST_OBJECTS = 50
_LEAST_MEAN_BYTES = 64 << 10
_MOST_LEVELS = 6
_SAME_WEIGHT = 0.5
_SAMPLED = 12


@dataclass(frozen=True, slots=True)
class _Weight:
    """What makes one object heavy: the fields that lead there, and what is at their end."""

    labels: tuple[str, ...]
    classes: tuple[str, ...]
    end: Text | str


def _find(heap: Examination) -> Iterator[Finding]:
    explained: set[str] = set()
    rows = [row for row in heap.heap.histogram() if _is_heavy(row)]
    for row in sorted(rows, key=lambda one: (-(one.retained_bytes or 0), one.label)):
        if row.label not in explained:
            weight = _weight(heap, row.label)
            explained |= {row.label, *weight.classes}
            yield _finding(heap, row, weight)


def _is_heavy(row: HistogramRow) -> bool:
    if row.objects < _FEWEST_OBJECTS or not is_application_class(row.label):
        return False
    return (row.retained_bytes or 0) >= _LEAST_MEAN_BYTES * row.objects and "[" not in row.label


def _weight(heap: Examination, class_name: str) -> _Weight:
    """Down the fields that hold most, from the biggest object of a class."""
    labels, classes = [], []
    current, held = class_name, 0
    index: int | None = None
    for _ in range(_MOST_LEVELS):
        sums = (row for row in heap.field_sums if row.class_name == current and row.field)
        best = next(sums, None)
        if best is None or best.biggest_retained_bytes < _SAME_WEIGHT * held:
            break
        labels.append(best.label)
        index, held = best.biggest, best.biggest_retained_bytes
        current = heap.heap.class_name(index)
        classes.append(current)
    return _Weight(tuple(labels), tuple(classes), _end(heap, index))


def _end(heap: Examination, index: int | None) -> Text | str:
    if index is None:
        return ""
    inside = held_in(heap.heap, index)
    if inside is not None and inside.element_class is not None:
        return f"{format_count(inside.elements)} x {inside.element_class}"
    length = heap.heap.length(index)
    name = heap.heap.class_name(index)
    return name if length is None else f"{name[:-1]}{length}]"


def _finding(heap: Examination, row: HistogramRow, weight: _Weight) -> Finding:
    members = heap.heap.select(row.label)
    retained_bytes = row.retained_bytes or 0
    step = max(1, len(members) // _SAMPLED)
    sample = [members.page(offset=at, limit=1)[0] for at in range(0, len(members), step)]
    holders = fields_that_hold(heap.heap, sample[:_SAMPLED])
    values: dict[str, str | Text] = {
        "name": row.label,
        "count": format_count(row.objects),
        "mean": format_bytes(retained_bytes // row.objects),
        "size": format_bytes(retained_bytes),
        "way": " -> ".join((*weight.labels, str(weight.end))) if weight.labels else "?",
    }
    found = Found(
        title=Text(
            "{count} x {name}, {mean} each: {size}",
            "{count} 个 {name}，平均每个 {mean}：共 {size}",
            **values,
        ),
        summary=Text(
            "{count} are not many, but each {name} keeps {mean} alive. It is heavy by {way}.",
            "{count} 个不算多，但每个 {name} 使 {mean} 保持存活。使其沉重的是：{way}。",
            **values,
        ),
        evidence=(
            heap.evidence(
                Text("{count} x {name} retain {size}", "{count} 个 {name} 保留 {size}", **values),
                "histogram",
                row.label,
            ),
            heap.evidence(Text("one is heavy by {way}", "单个沉重的原因：{way}", **values)),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=heap.severity_of_size(retained_bytes),
        at=holders[0].collection if holders else sample[0],
        holding=heap.holding_of(holders[0]) if holders else None,
        owners=tuple(_count(row, one, len(sample)) for one in holders),
        element_class=row.label,
        instances=row.objects,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _count(row: HistogramRow, holder: HoldingField, looked_at: int) -> OwnerCount:
    kind = "static" if holder.is_static else "instance"
    return OwnerCount(holder.label, kind, round(row.objects * holder.objects / looked_at), None)


_ADVICE = Text(
    "Make each one light: share what is the same in all of them, load what is seldom needed when it"
    " is needed, and let callbacks and caches keep an id instead of the object.",
    "让每个对象变轻：共享各对象中相同的内容，很少用到的内容在需要时再加载，"
    "并让回调和缓存保存标识而不是对象本身。",
)
_DOUBT = Text(
    "Objects that are meant to be big, as buffers and images, are; then their number matters.",
    "缓冲区、图像等本就很大的对象属正常；此时要看数量。",
)

RULE = Rule(
    id="heavy-elements",
    catalogue=("M2",),
    topic=Topic.MEMORY,
    title=Text("Not many, but each is heavy", "数量不多，但每个都很重"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "Classes with 50 objects or more that retain 64 KB or more each, and the fields below"
            " them that make them heavy.",
            "对象数不少于 50、平均每个保留不少于 64 KB 的类，以及使其沉重的下层字段。",
        ),
        why=Text(
            "A class with a thousand objects looks harmless in a histogram, which shows their own"
            " size. With half a megabyte under each of them it is half a gigabyte.",
            "直方图只显示对象自身大小，一千个对象看似无害；若每个之下有半兆字节，就是半吉字节。",
        ),
        fix=_ADVICE,
        false_alarms=_DOUBT,
    ),
)
