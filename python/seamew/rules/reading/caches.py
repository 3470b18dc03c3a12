"""Caches and other maps of libraries: what they hold, and whether that is worth a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from seamew.errors import ObjectNotFoundError
from seamew.holding import stable_class_name
from seamew.model import EntryRow, Evidence, Healthy, ObjectRow, Severity
from seamew.rules.examination import Examination
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .facts import object_fact
from .fields import target

__all__ = [
    "class_of_most",
    "first_entries",
    "held_fact",
    "is_much",
    "is_of_strings",
    "kept_in_bounds",
    "key_class",
    "some_values",
    "value_class",
]

_SAMPLE = 100
_BUCKETS = 48
_MANY_ENTRIES = 1_000
_FEW_BUT_HEAVY = 20


def is_much(heap: Examination, entries: int, retained_bytes: int) -> bool:
    """Whether a collection matters: many entries and some memory, or few and much memory."""
    if entries >= _MANY_ENTRIES:
        return heap.severity(retained_bytes) is not Severity.INFO
    return entries >= _FEW_BUT_HEAVY and heap.severity(retained_bytes).rank <= Severity.MEDIUM.rank


def first_entries(heap: Examination, collection: int, most: int = _SAMPLE) -> tuple[EntryRow, ...]:
    """The first entries of a collection, however big it is; none of what is no collection.

    Some milliseconds.
    """
    try:
        return heap.heap.contents(collection, limit=most).rows
    except ObjectNotFoundError:
        return ()


def some_values(heap: Examination, hash_map: int) -> list[int]:
    """Some values of a HashMap or ConcurrentHashMap, from its first buckets.

    Some tens of microseconds, where `first_entries` takes milliseconds: for maps by the thousand.
    """
    table = target(heap, hash_map, "table")
    nodes = [] if table is None else heap.heap.element_ids(table, limit=_BUCKETS)
    values = (target(heap, node, "val", "value") for node in nodes)
    return [value for value in values if value is not None]


def value_class(heap: Examination, collection: int) -> str | None:
    """The class of most of the first values of a map, or of the elements of a list."""
    rows = first_entries(heap, collection)
    return class_of_most(row.value for row in rows)


def key_class(heap: Examination, collection: int) -> str | None:
    """The class of most of the first keys of a map."""
    rows = first_entries(heap, collection)
    return class_of_most(row.key for row in rows)


def class_of_most(items: Iterable[object]) -> str | None:
    """The class of most of the objects among these; None where there are none."""
    rows = (item for item in items if isinstance(item, ObjectRow))
    found = Counter(stable_class_name(row.class_name) for row in rows)
    return found.most_common(1)[0][0] if found else None


def is_of_strings(heap: Examination, collection: int) -> bool:
    """Whether the keys of a map are strings."""
    return key_class(heap, collection) == "java.lang.String"


def held_fact(heap: Examination, name: str, entries: int, index: int) -> Evidence:
    """How many entries a field or an object holds, and what it retains."""
    said = Text(
        "{name} holds {count} entries and retains {size}",
        "{name} 中有 {count} 个条目，保持 {size}",
        name=name,
        count=format_count(entries),
        size=format_bytes(heap.heap.sizes(index)[1]),
    )
    return object_fact(heap, said, index)


def kept_in_bounds(heap: Examination, rule: str, index: int, because: Text) -> Healthy:
    """That what `index` retains is held on purpose and within a bound."""
    owner = heap.holding(index).owner
    return Healthy(rule, None if owner is None else owner.name, heap.heap.row(index), because)
