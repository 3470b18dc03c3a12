"""M7: what is big and cannot grow further: explained, not reported."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.holding import Gathering
from seamew.model import Healthy, ObjectRow, Suspect, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .bounds import Bound, BoundKind, bound_of
from .examination import Examination

__all__ = ["RULE"]

_ITERATORS = ("Itr", "Iterator", "Spliterator")
_TOLERANCE = 1.05


def _find(heap: Examination) -> Iterator[Healthy]:
    for gathering in heap.gatherings:
        owner, container = heap.owner_of(gathering)
        if gathering.containers > 1 or gathering.elements <= 1:
            continue
        bound = bound_of(heap.heap, owner.object.object_index, container, gathering.elements)
        if bound is not None and _holds(bound, gathering) and _fits(heap, bound, gathering):
            because = _because(bound, gathering.elements)
            yield Healthy(RULE.id, owner.name, heap.heap.row(container), because)
    for suspect in heap.suspects:
        batch = _worked_through(heap, suspect)
        if batch is not None and suspect.owner is not None:
            yield Healthy(RULE.id, suspect.owner.name, batch, _IN_WORK)


def _holds(bound: Bound, gathering: Gathering) -> bool:
    return bound.limit is None or gathering.elements <= _TOLERANCE * bound.limit


def _fits(heap: Examination, bound: Bound, gathering: Gathering) -> bool:
    """Whether the heap as it is has room for all that a limit in a field allows."""
    if bound.limit is None or bound.kind is not BoundKind.LIMIT:
        return True
    full_bytes = gathering.retained_bytes * bound.limit // gathering.elements
    return full_bytes <= _TOLERANCE * heap.facts.heap_bytes


def _worked_through(heap: Examination, suspect: Suspect) -> ObjectRow | None:
    """A list in a local variable that an iterator goes through: it is not being added to."""
    if suspect.owner is None or suspect.owner.kind != "local":
        return None
    for step in suspect.path:
        if step.field.startswith("<Java Local>"):
            holders = heap.heap.referrers_page(step.object_index, limit=10)
            if any(heap.heap.class_name(one).endswith(_ITERATORS) for one in holders):
                return step
    return None


_IN_WORK = Text(
    "a running method goes through it with an iterator, and drops it when it returns",
    "正在运行的方法用迭代器遍历它，方法返回时即释放",
)


def _because(bound: Bound, elements: int) -> Text:
    if bound.kind is BoundKind.UNMODIFIABLE:
        return Text(
            "{count} entries in an unmodifiable collection ({name}): filled once",
            "不可修改的集合（{name}）中有 {count} 个条目：只填充一次",
            count=format_count(elements),
            name=bound.field,
        )
    if bound.kind is BoundKind.RING:
        return Text(
            "a ring of {limit} places that is written over ({name} is beyond its length)",
            "有 {limit} 个位置、循环覆盖的环形缓冲区（{name} 已超过其长度）",
            limit=format_count(bound.limit or 0),
            name=bound.field,
        )
    return Text(
        "{count} entries, bounded by {name} = {limit}",
        "{count} 个条目，上限为 {name} = {limit}",
        count=format_count(elements),
        name=bound.field,
        limit=format_count(bound.limit or 0),
    )


RULE = Rule(
    id="bounded-collection",
    catalogue=("M7",),
    topic=Topic.MEMORY,
    title=Text("Big, and bounded", "很大，但有上限"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "Collections that cannot grow further: at or below a limit in a field beside them, with"
            " a fixed capacity, unmodifiable, rings; and lists that a running method goes through.",
            "不会再增长的集合：未超过旁边字段给出的上限、容量固定、不可修改、环形；"
            "以及正在被方法遍历的列表。",
        ),
        why=Text(
            "They look like leaks by their size, and are not. No finding is made of them.",
            "从大小看像泄漏，其实不是，因此不作为发现报告。",
        ),
        fix=Text(
            "Nothing to fix; lower the limit where the memory is needed for something else.",
            "无需修复；若内存另有用途，可调低上限。",
        ),
        false_alarms=Text(
            "A number that is called a limit and limits something else.",
            "名为上限、实际限制其他东西的数字。",
        ),
    ),
)
