"""Memory that holds nothing new: how much, in which fields, and how bad that is.

Waste is summed over all objects; which fields hold it is told by a sample of them, evenly spread,
and scaled up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from seamew.heap import ObjectSet
from seamew.holding import (
    Holding,
    is_application_class,
    is_framework_class,
    stable_class_name,
)
from seamew.model import (
    Confidence,
    Duplicates,
    Evidence,
    Finding,
    Owner,
    OwnerCount,
    Severity,
    Topic,
    WasteRow,
)
from seamew.rules.base import RuleAnswer
from seamew.rules.examination import Examination
from seamew.rules.findings import Found, finding
from seamew.units import format_bytes, format_share
from seamew.wording import Text

__all__ = [
    "SPARSE_FILL",
    "Waste",
    "by_holders",
    "by_sample",
    "evenly",
    "is_worth_a_look",
    "waste_answers",
]

SPARSE_FILL = 0.2
"""A collection with at most this share of its places taken is sparse."""

_NOTABLE_SHARE = 0.05
_LEAST_BYTES = 1 << 20
# In fields of the JDK and of libraries, which nobody can change, less is not worth the time.
_LEAST_OF_OTHERS = 8 << 20
_HUGE_SHARE = 0.25
_HUGE_BYTES = 256 << 20
_ROW_SHARE = 0.001
_LEAST_ROW_BYTES = 64 << 10
_SHOWN_FIELDS = 10
_FEWEST_BLOCKS = 50
_BLOCK = 500
_SAMPLE = 100
_MOST_STEPS = 8
_MOST_REFERRERS = 4
_FIELD = re.compile(r"[^#<]+#[^<].*")
_INNER = ("java.util.", "java.lang.")
"""Collections, strings and boxes: what holds these tells more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waste:
    """One kind of waste. `by_field` is how its bytes are spread over fields; `example` one object.

    `what` says in words what is wasted, `class_name` is the class of most of the objects.
    """

    kind: str
    what: Text
    class_name: str
    instances: int
    wasted_bytes: int
    by_field: Mapping[str, float]
    example: int | None
    evidence: tuple[Evidence, ...]


def is_worth_a_look(heap: Examination, most_bytes: int) -> bool:
    """Whether waste of at most so many bytes would be worth a row."""
    return most_bytes >= _LEAST_ROW_BYTES and heap.share(most_bytes) >= _ROW_SHARE


def waste_answers(
    heap: Examination, waste: Waste, advice: Text, doubt: Text
) -> Iterator[RuleAnswer]:
    """The waste by field, and a finding where it is a notable part of the heap."""
    if not is_worth_a_look(heap, waste.wasted_bytes):
        return
    yield from _rows(heap, waste)
    share = heap.share(waste.wasted_bytes)
    if share >= _NOTABLE_SHARE and waste.wasted_bytes >= _least_bytes(waste):
        yield _finding(heap, waste, advice, doubt)


def _least_bytes(waste: Waste) -> int:
    """From how much on waste is a finding: by whose field holds most of it."""
    owner = next((field.partition("#")[0] for field, _ in _fields(waste)), None)
    is_own = owner is not None and is_application_class(owner) and not is_framework_class(owner)
    return _LEAST_BYTES if is_own else _LEAST_OF_OTHERS


def _rows(heap: Examination, waste: Waste) -> Iterator[WasteRow]:
    """The fields that waste most; the last row is what is in no field told."""
    told = 0.0
    for field, share in _fields(waste)[:_SHOWN_FIELDS]:
        if not is_worth_a_look(heap, round(waste.wasted_bytes * share)):
            break
        told += share
        yield WasteRow(
            waste.kind,
            field,
            waste.class_name,
            round(waste.instances * share),
            round(waste.wasted_bytes * share),
        )
    rest = round(waste.wasted_bytes * (1 - told))
    if is_worth_a_look(heap, rest):
        instances = round(waste.instances * (1 - told))
        yield WasteRow(waste.kind, None, waste.class_name, instances, rest)


def _fields(waste: Waste) -> list[tuple[str, float]]:
    return sorted(waste.by_field.items(), key=lambda one: (-one[1], one[0]))


def _finding(heap: Examination, waste: Waste, advice: Text, doubt: Text) -> Finding:
    fields = _fields(waste)
    size = Text(
        "{size}, {share} of the heap",
        "{size}，占堆的 {share}",
        size=format_bytes(waste.wasted_bytes),
        share=format_share(heap.share(waste.wasted_bytes)),
    )
    found = Found(
        title=Text("{what}: {size}", "{what}：{size}", what=waste.what, size=size),
        summary=Text(
            "{what} take {size}. The field that holds most of what could be told is {field}:"
            " {part}.",
            "{what}占用 {size}。能够辨别的部分中，{field} 持有最多：{part}。",
            what=waste.what,
            size=size,
            field=fields[0][0] if fields else "?",
            part=format_share(fields[0][1]) if fields else "?",
        ),
        evidence=waste.evidence,
        advice=(advice,),
        doubts=(doubt,),
        confidence=Confidence.CERTAIN,
        severity=_severity(heap, waste),
        at=waste.example,
        holding=_holding(heap, waste, fields[0][0]) if fields else None,
        owners=tuple(
            OwnerCount(
                field,
                "instance",
                round(waste.instances * share),
                round(waste.wasted_bytes * share),
            )
            for field, share in fields[:_SHOWN_FIELDS]
            if is_worth_a_look(heap, round(waste.wasted_bytes * share))
        ),
        element_class=waste.class_name,
        instances=waste.instances,
        retained_bytes=waste.wasted_bytes,
    )
    return finding(heap, waste.kind, Topic.WASTE, found)


def _severity(heap: Examination, waste: Waste) -> Severity:
    """Waste is no leak: it is not above low until a big heap is a quarter waste."""
    is_huge = heap.share(waste.wasted_bytes) >= _HUGE_SHARE and waste.wasted_bytes >= _HUGE_BYTES
    return Severity.MEDIUM if is_huge else Severity.LOW


def _holding(heap: Examination, waste: Waste, field: str) -> Holding | None:
    if waste.example is None:
        return None
    held = heap.holding(waste.example)
    return Holding(Owner(field, "instance", heap.heap.row(waste.example)), held.path)


# ---- which field


def by_holders(found: Duplicates) -> dict[str, float]:
    """How the bytes that copies lose are spread over the fields that hold them."""
    weights: Counter[str] = Counter()
    for row in found.rows:
        for holder in row.holders:
            if _FIELD.fullmatch(holder.field):
                part = holder.objects / max(1, row.sampled_objects)
                weights[stable_class_name(holder.field)] += round(row.lost_bytes * part)
    total = max(1, found.lost_bytes)
    return {field: weight / total for field, weight in weights.items()}


def evenly(objects: ObjectSet, most: int = _SAMPLE) -> list[int]:
    """So many of the objects, evenly spread in blocks; all where there are not more."""
    total = len(objects)
    if total <= most:
        return objects.page(limit=total)
    blocks = max(_FEWEST_BLOCKS, most // _BLOCK)
    return [
        index
        for block in range(blocks)
        for index in objects.page(offset=block * total // blocks, limit=most // blocks)
    ]


def by_sample(heap: Examination, weights: Iterable[tuple[int, int]]) -> dict[str, float]:
    """The same for objects with the bytes that each wastes: their share of all that are given."""
    sums: Counter[str] = Counter()
    total = 0
    for index, wasted in weights:
        field = _field_that_holds(heap, index)
        total += wasted
        if field is not None:
            sums[field] += wasted
    return {field: wasted / total for field, wasted in sums.items()} if total else {}


def _field_that_holds(heap: Examination, index: int) -> str | None:
    """`Class#field` of the nearest object that is neither an array nor a collection."""
    seen = {index}
    jdk: str | None = None
    for _ in range(_MOST_STEPS):
        holders = heap.heap.referrers_page(index, limit=_MOST_REFERRERS)
        holder = next((one for one in holders if one not in seen), None)
        if holder is None:
            return jdk
        seen.add(holder)
        if not heap.heap.kind(holder).endswith("_array"):
            label = _label(heap, holder, index)
            if not (label or "").startswith(_INNER):
                return label or jdk
            if not (label or "").startswith("java.util."):
                jdk = label or jdk
            if heap.heap.kind(holder) == "class":
                return jdk
        index = holder
    return jdk


def _label(heap: Examination, holder: int, held: int) -> str | None:
    names = (
        f"{stable_class_name(one.declaring_class)}#{one.name}"
        for one in heap.heap.fields(holder)
        if one.target == held and not one.name.startswith("<")
    )
    return next(names, None)
