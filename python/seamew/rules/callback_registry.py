"""F24: callbacks by id that are removed on one outcome only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seamew.heap import CollectionFilter
from seamew.holding import captured_classes
from seamew.model import Confidence, Evidence, Finding, ObjectRow, OwnerCount, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text, joined

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import class_of_most, first_entries, held_fact, some_values

__all__ = ["RULE"]

_CLOSURE = re.compile(r"\$\$Lambda|\$\d+$")
_MOST_MAPS = 2_000
_FEWEST_CALLBACKS = 20
_LOOKED_AT = 8
_COMPARED_KEYS = 1_000
_MANY_CALLBACKS = 10_000
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Registry:
    """A map whose values are closures; `holder` is the object that has it in a field."""

    map: int
    entries: int
    closure: str
    owner: str
    owner_kind: str
    holder: int


def _find(heap: Examination) -> Iterator[Finding]:
    if not _has_many_closures(heap):
        return
    registries = list(_registries(heap))
    alone = [one for one in registries if _is_much(heap, heap.heap.sizes(one.map)[1])]
    holders = dict.fromkeys(one.holder for one in alone)
    for holder in holders:
        yield _finding(heap, [one for one in registries if one.holder == holder])
    # What two closures capture belongs to neither map alone, but to both together.
    rest = [one for one in registries if one.holder not in holders]
    if sum(one.entries for one in rest) >= _FEWEST_CALLBACKS:
        _, together = heap.heap.retained_bytes_of([one.map for one in rest])
        if _is_much(heap, together) or rest[0].entries >= _MANY_CALLBACKS:
            yield _finding(heap, rest)


def _has_many_closures(heap: Examination) -> bool:
    return any(
        count >= _FEWEST_CALLBACKS and _CLOSURE.search(name)
        for name, count in heap.instances_by_class.items()
    )


def _is_much(heap: Examination, retained_bytes: int) -> bool:
    return heap.severity(retained_bytes).rank <= Severity.MEDIUM.rank


def _registries(heap: Examination) -> Iterator[_Registry]:
    """Maps of application code whose values are closures, biggest first."""
    maps = heap.all_of("java.util.concurrent.ConcurrentHashMap") | heap.all_of("java.util.HashMap")
    only = CollectionFilter(least_size=_FEWEST_CALLBACKS)
    for row in heap.heap.collection_objects(maps, only=only, order="size", limit=_MOST_MAPS).rows:
        values = some_values(heap, row.object_index)
        closure = class_of_most(heap.heap.row(one) for one in values[:_LOOKED_AT])
        if closure is None or not _CLOSURE.search(closure):
            continue
        owner = heap.holding(row.object_index).owner
        if owner is not None:
            yield _Registry(
                row.object_index,
                row.size or 0,
                closure,
                owner.name,
                owner.kind,
                owner.object.object_index,
            )


def _finding(heap: Examination, registries: Sequence[_Registry]) -> Finding:
    biggest = registries[0]
    _, retained_bytes = heap.heap.retained_bytes_of([one.map for one in registries])
    shared = tuple(_shared_ids(heap, registries))
    found = Found(
        title=Text(
            "{count} callbacks wait in {owner}: {size}",
            "{owner} 中有 {count} 个回调在等待：{size}",
            count=format_count(biggest.entries),
            owner=biggest.owner,
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(*_held(heap, registries), *shared, *_captured(heap, biggest)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY if shared else Confidence.POSSIBLE,
        at=biggest.map,
        owners=tuple(
            OwnerCount(one.owner, one.owner_kind, one.entries, None) for one in registries
        ),
        element_class=biggest.closure,
        instances=biggest.entries,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _held(heap: Examination, registries: Sequence[_Registry]) -> Iterator[Evidence]:
    for one in registries[:_SHOWN]:
        yield held_fact(heap, one.owner, one.entries, one.map)


def _shared_ids(heap: Examination, registries: Sequence[_Registry]) -> Iterator[Evidence]:
    """Ids that two maps of one object have: one call is in both, an answer removes it from one."""
    first = registries[0]
    keys = _keys(heap, first.map)
    for other in registries[1:_SHOWN]:
        both = keys & _keys(heap, other.map) if other.holder == first.holder else set()
        if both:
            said = Text(
                "{count} of {all} ids of {one} looked at are in {other} too",
                "检查的 {one} 中 {all} 个标识有 {count} 个也在 {other} 中",
                count=format_count(len(both)),
                all=format_count(len(keys)),
                one=first.owner,
                other=other.owner,
            )
            yield heap.evidence(said, "contents", f"{heap.heap.address(other.map):#x}")


def _keys(heap: Examination, index: int) -> set[str]:
    rows = first_entries(heap, index, _COMPARED_KEYS)
    keys = (row.key.value for row in rows if isinstance(row.key, ObjectRow))
    return {key for key in keys if key is not None}


def _captured(heap: Examination, registry: _Registry) -> Iterator[Evidence]:
    names = captured_classes(heap.heap, registry.closure)
    if names:
        said = Text("each callback captures {names}", "每个回调捕获 {names}", names=joined(names))
        yield heap.evidence(said, "contents", f"{heap.heap.address(registry.map):#x}")


_SUMMARY = Text(
    "Callbacks wait for an event under an id. Where only one outcome (the answer) removes them, a"
    " call that times out, fails or is never sent leaves its callback behind, with all that the"
    " callback captured.",
    "回调按标识等待某个事件。若只有一种结果（应答）会移除它们，那么每个超时、失败或从未发出的调用"
    "都会留下回调及其捕获的一切。",
)
_ADVICE = Text(
    "Remove the callbacks of an id on every outcome, from all maps at once: one entry object per"
    " call in one map, removed on answer, error and timeout alike; and let entries expire, for"
    " example in a Caffeine cache with expireAfterWrite. Capture ids and not big objects.",
    "在每种结果下都移除该标识的回调，并同时从所有 map 中移除：每次调用在一个 map 中只放一个条目"
    "对象，应答、出错和超时都移除它；并让条目过期，例如使用带 expireAfterWrite 的 Caffeine 缓存。捕"
    "获"
    "标识而不是大对象。",
)
_DOUBT = Text(
    "Calls under way have callbacks as well: those older than the longest timeout, and a number"
    " that never falls, confirm the leak.",
    "进行中的调用也有回调：若存在早于最长超时的回调，且数量从不下降，则可确认泄漏。",
)

RULE = Rule(
    id="callback-registry",
    catalogue=("F24",),
    topic=Topic.MEMORY,
    title=Text("Callbacks that only success removes", "只有成功才移除的回调"),
    find=_find,
    page=Page(
        finds=Text(
            "Maps whose values are lambdas or anonymous objects and which, with what these capture,"
            " retain 5 % of the heap or more.",
            "值为 lambda 或匿名对象、连同其捕获内容占堆 5 % 以上的 map。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Handlers that are registered once, by name: their number does not grow.",
            "按名称一次性注册的处理器：其数量不会增长。",
        ),
        example="okSubscribes.put(callId, ok);\nerrorSubscribes.put(callId, error);\n"
        "// on the answer: okSubscribes.remove(callId).onEvent(answer);",
        fixed="calls.put(callId, new Call(ok, error));\n"
        "// on answer, error and timeout: Call call = calls.remove(callId);",
    ),
)
