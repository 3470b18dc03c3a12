"""M5: maps of one object that should have the same keys, and have not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from seamew.heap import Entry
from seamew.holding import class_of, is_application_class, is_framework_class
from seamew.model import Confidence, Finding, Severity, Topic
from seamew.units import format_address, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding

__all__ = ["RULE"]

_MOST_OWNERS = 20
_MOST_KEYS = 30_000
_MOST_MAPS = 12
_FEWEST_KEYS = 20
_OVERLAP = 0.5
_POISON = 3
_SMALL_DRIFT = 0.05
_TIMES = frozenset(
    {
        "java.lang.Long",
        "java.time.Instant",
        "java.time.LocalDateTime",
        "java.util.Date",
        "java.util.concurrent.atomic.AtomicLong",
    }
)


@dataclass(frozen=True, slots=True)
class _Map:
    """A map in a field of an object, by its keys: the ids of the key objects."""

    label: str
    index: int
    keys: frozenset[int]
    has_times: bool


@dataclass(frozen=True, slots=True)
class _Drift:
    """Two maps with many keys in common: what only one of them has."""

    big: _Map
    small: _Map
    common: int
    only_big: int
    only_small: int

    @property
    def is_of_few(self) -> bool:
        """An entry or three: a removal that stopped in between, or two writes just under way."""
        return self.only_big + self.only_small <= _POISON

    @property
    def is_telling(self) -> bool:
        """Whether the maps belong together beyond doubt: one keeps times, or few keys differ."""
        drift = self.only_big + self.only_small
        return self.big.has_times or self.small.has_times or drift <= _SMALL_DRIFT * self.common


def _find(heap: Examination) -> Iterator[Finding]:
    owners = dict.fromkeys(heap.owner_of(one)[0].object.object_index for one in heap.gatherings)
    for owner in list(owners)[:_MOST_OWNERS]:
        drifts = [
            drift
            for one, other in combinations(_maps(heap, owner), 2)
            if (drift := _drift(heap, one, other)) is not None
        ]
        if is_framework_class(class_of(heap.heap.row(owner))):
            drifts = [one for one in drifts if one.is_telling]  # a part is meant as one there
        if drifts:
            yield _finding(heap, max(drifts, key=lambda one: one.only_big + one.only_small))


def _maps(heap: Examination, owner: int) -> list[_Map]:
    if not is_application_class(class_of(heap.heap.row(owner))):
        return []
    found: list[_Map] = []
    for field in heap.heap.fields(owner):
        target = field.target
        if target is None or heap.heap.collection_kind(target) not in {"map", "set"}:
            continue
        if not _FEWEST_KEYS <= (heap.heap.collection_size(target) or 0) <= _MOST_KEYS:
            continue
        entries = heap.heap.entries(target).page(limit=_MOST_KEYS)
        keys = frozenset(key for one in entries if (key := _key(one)) is not None)
        label = f"{field.declaring_class}#{field.name}"
        found.append(_Map(label, target, keys, _has_times(heap, entries)))
    found.sort(key=lambda one: (-heap.heap.sizes(one.index)[1], one.label))
    return found[:_MOST_MAPS]


def _key(entry: Entry) -> int | None:
    return entry.value_id if entry.key_id is None else entry.key_id


def _has_times(heap: Examination, entries: list[Entry]) -> bool:
    value = entries[0].value_id if entries and entries[0].key_id is not None else None
    return value is not None and heap.heap.class_name(value) in _TIMES


def _drift(heap: Examination, big: _Map, small: _Map) -> _Drift | None:
    """What differs: by the key objects, and of those that differ by their texts."""
    only_big, only_small = big.keys - small.keys, small.keys - big.keys
    common = len(big.keys & small.keys)
    if only_big and only_small:
        texts = _texts(heap, only_big), _texts(heap, only_small)
        equal = len(texts[0] & texts[1])
        common += equal
        differences = len(only_big) - equal, len(only_small) - equal
    else:
        differences = len(only_big), len(only_small)
    is_related = common >= _FEWEST_KEYS and common >= _OVERLAP * min(len(big.keys), len(small.keys))
    if not is_related or not any(differences):
        return None
    return _Drift(big, small, common, *differences)


def _texts(heap: Examination, keys: frozenset[int]) -> set[str]:
    """The readable values of keys; keys without one are told by what they are."""
    return {heap.heap.value(key) or f"@{key}" for key in keys}


def _finding(heap: Examination, drift: _Drift) -> Finding:
    values: dict[str, str | Text] = {
        "big": drift.big.label,
        "small": drift.small.label,
        "only_big": format_count(drift.only_big),
        "only_small": format_count(drift.only_small),
        "common": format_count(drift.common),
    }
    gathering = next((one for one in heap.gatherings if one.container == drift.big.index), None)
    retained_bytes = heap.heap.sizes(drift.big.index)[1]
    found = Found(
        title=Text(
            "{big} and {small} have drifted apart: {only_big} keys are only in the one,"
            " {only_small} only in the other",
            "{big} 与 {small} 不再一致：{only_big} 个键只在前者，{only_small} 个键只在后者",
            **values,
        ),
        summary=_POISONED if drift.is_of_few else _HALF,
        evidence=(
            heap.evidence(
                Text("{common} keys are in both", "{common} 个键两者都有", **values),
                "contents",
                format_address(heap.heap.address(drift.small.index)),
            ),
            heap.evidence(
                Text("{only_big} are only in {big}", "{only_big} 个只在 {big} 中", **values),
                "contents",
                format_address(heap.heap.address(drift.big.index)),
            ),
            heap.evidence(
                Text("{only_small} are only in {small}", "{only_small} 个只在 {small} 中", **values)
            ),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY if drift.is_telling else Confidence.POSSIBLE,
        severity=_severity(heap, drift, retained_bytes),
        at=drift.big.index,
        element_class=None if gathering is None else gathering.element_class,
        instances=len(drift.big.keys),
        retained_bytes=retained_bytes if gathering is None else gathering.retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _severity(heap: Examination, drift: _Drift, retained_bytes: int) -> Severity:
    """By size where the drift is sure to keep memory; a subset may be meant as one."""
    if not drift.is_telling:
        return Severity.INFO
    if drift.is_of_few:
        return Severity.LOW
    return heap.severity_of_size(retained_bytes)


_POISONED = Text(
    "The maps are written together, and an entry or a few are in one of them only. A sweeper that"
    " stops half-way leaves this (it removed from one map, then failed), and meets the same key"
    " again in each run: from then on nothing is removed.",
    "这些映射应一起写入，但有一个或少数条目只在其中之一。清理任务中途停止就会留下这种痕迹"
    "（已从一个映射移除，随后失败），并且每次运行都会再次遇到同一个键：此后再也不会移除任何条目。",
)
_HALF = Text(
    "The maps are keyed alike, but entries are removed from one of them only: the others stay.",
    "这些映射使用相同的键，但条目只从其中一个移除，其余的一直保留。",
)
_ADVICE = Text(
    "Keep one map with one entry object that has all that belongs to a key, so that one removal"
    " removes all; in a sweeper remove first, then call out, each entry in its own try/catch.",
    "只用一个映射，让一个条目对象包含该键的全部内容，这样一次移除就全部移除；"
    "清理任务中应先移除再回调，并对每个条目单独 try/catch。",
)
_DOUBT = Text(
    "One map may be meant to hold a part of the other's keys, and one or two may be writes that the"
    " dump caught in between: look at what removes entries, and for the sweeper's exception in the"
    " log.",
    "其中一个映射可能本就只保存另一个的部分键，一两个差异也可能是转储时正在进行的写入："
    "请查看移除条目的代码，并在日志中查找清理任务的异常。",
)

RULE = Rule(
    id="companion-map-drift",
    catalogue=("M5",),
    topic=Topic.MEMORY,
    title=Text("Sister maps with different keys", "键不一致的成对映射"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "Two maps or sets in fields of one object that share most keys, while some are in one"
            " only.",
            "同一对象的两个字段中的映射或集合大部分键相同，但有些键只在其中之一。",
        ),
        why=_HALF,
        fix=_ADVICE,
        false_alarms=_DOUBT,
        example="values.put(key, value); times.put(key, now());\n// and later\ntimes.remove(key);",
        fixed="entries.put(key, new Entry(value, now()));\n// and later\nentries.remove(key);",
    ),
)
