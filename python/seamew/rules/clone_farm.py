"""M3: the same content many times over."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator

from seamew.heap import Heap
from seamew.model import Confidence, FieldSumRow, Finding, Severity, Topic
from seamew.units import format_address, format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding

__all__ = ["RULE"]

_FEWEST_COPIES = 10
_LEAST_COPY_BYTES = 512
_LEAST_SHARE = 0.05
_LEAST_BYTES = 1 << 20
_COMPARED = 5
_MOST_NODES = 600
_COMPARED_ELEMENTS = 1_000
_MOST_FIELDS = 12


def _find(heap: Examination) -> Iterator[Finding]:
    told: set[str] = set()
    for row in [row for row in heap.field_sums if _is_candidate(heap, row)][:_MOST_FIELDS]:
        if row.class_name in told:
            told.add(heap.heap.class_name(row.biggest))
            continue
        copies = _copies(heap, row)
        if len(copies) == _COMPARED and _are_equal(heap.heap, copies):
            told.add(heap.heap.class_name(row.biggest))
            yield _finding(heap, row)


def _is_candidate(heap: Examination, row: FieldSumRow) -> bool:
    return (
        row.field is not None
        and not row.is_static
        and row.owned >= _FEWEST_COPIES
        and row.retained_bytes >= _LEAST_COPY_BYTES * row.owned
        and heap.share(row.retained_bytes) >= _LEAST_SHARE
        and row.retained_bytes >= _LEAST_BYTES
        and heap.heap.kind(row.biggest) != "primitive_array"
    )


def _copies(heap: Examination, row: FieldSumRow) -> list[int]:
    """What the field of some holders, evenly spread, refers to: all of them different objects."""
    members = heap.all_of(row.class_name)
    step = max(1, len(members) // _COMPARED)
    places = range(0, len(members), step)[:_COMPARED]
    holders = [members.page(offset=at, limit=1)[0] for at in places]
    targets = [heap.heap.follow(one, row.field or "")[1] for one in holders]
    return list(dict.fromkeys(one for one in targets if one is not None))


def _are_equal(heap: Heap, copies: list[int]) -> bool:
    sizes = {(heap.sizes(one)[1], heap.retained_count(one)) for one in copies}
    if len(sizes) != 1:
        return False
    first = _shape(heap, copies[0])
    return all(_shape(heap, one) == first for one in copies[1:])


def _shape(heap: Heap, start: int) -> list[Hashable]:
    """The classes and values of an object and of what it retains, breadth first: 600 objects.

    Of arrays of numbers the first and the last thousand elements.
    """
    found: list[Hashable] = []
    places = {start: 0}
    waiting = deque([start])
    while waiting and len(found) < _MOST_NODES:
        index = waiting.popleft()
        text = heap.value(index)
        length = heap.length(index)
        found.append((heap.class_name(index), length, text, _ends(heap, index, length or 0)))
        if text is not None:
            continue
        for value, target in _contents(heap, index):
            if target is None:
                found.append(value)
            elif target not in places and heap.dominates(start, target):
                places[target] = len(places)
                waiting.append(target)
    return found


def _ends(heap: Heap, index: int, length: int) -> tuple[bytes, bytes]:
    """The first and the last elements of an array of numbers."""
    head = heap.array_bytes(index, limit=_COMPARED_ELEMENTS)
    rest = max(_COMPARED_ELEMENTS, length - _COMPARED_ELEMENTS)
    return head, heap.array_bytes(index, offset=rest, limit=_COMPARED_ELEMENTS)


def _contents(heap: Heap, index: int) -> Iterator[tuple[Hashable, int | None]]:
    """What is in an object: values, and objects by their ids. Identity hashes are no content."""
    if heap.kind(index) == "object_array":
        for element in heap.element_ids(index, limit=_MOST_NODES):
            yield None, element
        return
    for field in heap.fields(index):
        yield (field.name, field.value), field.target


def _finding(heap: Examination, row: FieldSumRow) -> Finding:
    lost = row.retained_bytes - row.retained_bytes // row.owned
    name = heap.heap.class_name(row.biggest)
    values: dict[str, str | Text] = {
        "field": row.label,
        "count": format_count(row.owned),
        "name": name,
        "mean": format_bytes(row.retained_bytes // row.owned),
        "lost": format_bytes(lost),
        "compared": format_count(_COMPARED),
    }
    by_size = heap.severity_of_size(lost)
    found = Found(
        title=Text(
            "{field} holds the same content {count} times: {lost} could be one copy of {mean}",
            "{field} 把相同内容保存了 {count} 份：其中 {lost} 可合并为一份 {mean}",
            **values,
        ),
        summary=Text(
            "Each of {count} objects has its own {name} by {field}, and those compared are equal to"
            " the last value.",
            "{count} 个对象各自通过 {field} 持有自己的 {name}，而所比较的各份内容完全相同。",
            **values,
        ),
        evidence=(
            heap.evidence(
                Text(
                    "{compared} of them, evenly spread, are equal in classes, lengths and values",
                    "均匀抽取的 {compared} 份在类、长度和值上完全相同",
                    **values,
                ),
                "object",
                format_address(heap.heap.address(row.biggest)),
            ),
            heap.evidence(
                Text("{count} x {mean}", "{count} 份，每份 {mean}", **values),
                "histogram",
                row.class_name,
            ),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=max(by_size, Severity.MEDIUM, key=lambda one: one.rank),
        at=row.biggest,
        element_class=row.class_name,
        instances=row.owned,
        retained_bytes=lost,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Keep one copy and share it: parse it once, make it immutable, and let all objects refer to it"
    " (a static, an interner, a cache by content); what is different in each goes beside it.",
    "只保留一份并共享：解析一次，使其不可变，让所有对象引用它（静态字段、驻留池、按内容的缓存）；"
    "各不相同的部分放在其旁边。",
)
_DOUBT = Text(
    "Equal now need not be equal later: content that each object changes on its own is no copy."
    " Some of the copies were compared, not all.",
    "现在相同不代表以后相同：各对象会自行修改的内容不是副本。只比较了部分副本。",
)

RULE = Rule(
    id="clone-farm",
    catalogue=("M3",),
    topic=Topic.WASTE,
    title=Text("Equal content in each object", "每个对象都有相同内容的副本"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "A field whose objects are equal to each other with all below them, ten times or more.",
            "某字段引用的对象连同其下全部内容彼此相同，达十份或更多。",
        ),
        why=Text(
            "A configuration or a table that is parsed for each request, session or device is there"
            " as often as these are, and turns a small leak into a big one.",
            "为每个请求、会话或设备各解析一份的配置或表，有多少个对象就有多少份，会把小泄漏放大。",
        ),
        fix=_ADVICE,
        false_alarms=_DOUBT,
    ),
)
