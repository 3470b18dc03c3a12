"""How old what a collection holds is: dates in its elements, and in the maps beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from seamew.heap import Heap
from seamew.model import FieldContent

from .bounds import numbers_beside

__all__ = ["Ages", "TimeToLive", "ages_in", "time_to_live"]

_SAMPLE = 150
_YEAR_MS = 365 * 86_400_000
_OLDEST_MS = 20 * _YEAR_MS
_LATEST_MS = 2 * _YEAR_MS
_MS_FROM = 100_000_000_000
"""Numbers from here on are milliseconds since 1970, lower ones seconds."""

_DATE_NAME = re.compile(
    r"time|date|stamp|at$|ms$|millis|created|access|last|since|issued|opened|seen|expir|deadline"
    r"|until|start|updated|modified|raised|began",
    re.IGNORECASE,
)
_END_NAME = re.compile(r"expir|deadline|until|validTo|due", re.IGNORECASE)
_TTL_NAME = re.compile(
    r"ttl|time_?to_?live|max_?age|expir|life_?time|retention|valid(ity|for)|time_?out|keep_?alive"
    r"|max_?(inactive|idle)",
    re.IGNORECASE,
)
_UNITS_MS = (
    (re.compile(r"(ms|millis|milliseconds)$", re.IGNORECASE), 1),
    (re.compile(r"(nanos|ns)$", re.IGNORECASE), 0),
    (re.compile(r"(seconds|secs|sec|_s)$", re.IGNORECASE), 1_000),
    (re.compile(r"(minutes|mins|min)$", re.IGNORECASE), 60_000),
    (re.compile(r"hours?$", re.IGNORECASE), 3_600_000),
    (re.compile(r"days?$", re.IGNORECASE), 86_400_000),
)
_TTL_MS_FROM = 10_000
"""A time to live without a unit is in milliseconds from here on, below it in seconds."""

_LEAST_TTL_MS, _MOST_TTL_MS = 1_000, _YEAR_MS


@dataclass(frozen=True, slots=True)
class Ages:
    """The dates in one field of the elements looked at, as milliseconds before the dump.

    Ascending; below 0 is the future. `is_end`: the date says when the element ends.
    """

    field: str
    milliseconds: tuple[int, ...]
    is_end: bool

    @property
    def oldest(self) -> int:
        """The age of the oldest."""
        return self.milliseconds[-1]

    @property
    def median(self) -> int:
        """The age that half of them exceed."""
        return self.milliseconds[len(self.milliseconds) // 2]

    def share_older_than(self, milliseconds: int) -> float:
        """The share of the elements that are older."""
        older = sum(one > milliseconds for one in self.milliseconds)
        return older / len(self.milliseconds)


@dataclass(frozen=True, slots=True)
class TimeToLive:
    """A number that says how long an element may live."""

    field: str
    milliseconds: int


def ages_in(heap: Heap, owner: int, container: int, at_ms: int) -> tuple[Ages, ...]:
    """The ages of up to 150 elements, for each field with dates; those with most dates first.

    Also those in other maps of the object `owner`, which keep times by the same keys.
    """
    found: dict[str, list[int]] = {}
    for collection, prefix in _collections(heap, owner, container):
        for entry in heap.entries(collection, limit=_SAMPLE).page(limit=_SAMPLE):
            for index in (entry.value_id, entry.key_id):
                if index is None:
                    continue
                for field, time_ms in _dates_of(heap, index, prefix):
                    if at_ms - _OLDEST_MS < time_ms < at_ms + _LATEST_MS:
                        found.setdefault(field, []).append(at_ms - time_ms)
    ages = (
        Ages(field, tuple(sorted(times)), _END_NAME.search(field.rpartition("#")[2]) is not None)
        for field, times in found.items()
    )
    return tuple(sorted(ages, key=lambda one: (-len(one.milliseconds), one.field)))


def _collections(heap: Heap, owner: int, container: int) -> Iterator[tuple[int, str]]:
    """The collection itself and the sister maps whose values may be dates, with their fields."""
    size, is_field = heap.collection_size(container) or 0, False
    for field in heap.fields(owner):
        if field.target is None or heap.collection_kind(field.target) is None:
            continue
        is_sister = (heap.collection_size(field.target) or 0) * 2 >= size
        if field.target == container:
            is_field = True
        if field.target == container or is_sister:
            yield field.target, f"{field.declaring_class}#{field.name}"
    if not is_field and heap.collection_kind(container) is not None:
        yield container, ""


def _dates_of(heap: Heap, index: int, prefix: str) -> Iterator[tuple[str, int]]:
    """The dates of an element, with the fields they are in; `prefix` where it is one itself."""
    own = _date(heap, index)
    if own is not None:
        if prefix:
            yield prefix, own
        return
    for field in heap.fields(index):
        if not _DATE_NAME.search(field.name):
            continue
        time_ms = _number_ms(field) if field.target is None else _date(heap, field.target)
        if time_ms is not None:
            yield f"{field.declaring_class}#{field.name}", time_ms


def _number_ms(field: FieldContent) -> int | None:
    if field.type != "long" or not isinstance(field.value, int) or field.value <= 0:
        return None
    return field.value if field.value >= _MS_FROM else field.value * 1_000


def _date(heap: Heap, index: int) -> int | None:
    """The time that a date object of the JDK (or a Long that looks like one) says."""
    name = heap.class_name(index)
    if name in {"java.util.Date", "java.sql.Timestamp", "java.sql.Date"}:
        return _follow(heap, index, "fastTime")
    if name == "java.time.Instant":
        seconds = _follow(heap, index, "seconds")
        return None if seconds is None else seconds * 1_000
    if name == "java.lang.Long":
        value = _follow(heap, index, "value")
        return value if value is not None and value >= _MS_FROM else None
    return _local(heap, index) if name == "java.time.LocalDateTime" else None


def _local(heap: Heap, index: int) -> int | None:
    """A time without a zone, read as UTC: right but for some hours."""
    names = ("date.year", "date.month", "date.day", "time.hour", "time.minute", "time.second")
    parts = [_follow(heap, index, name) for name in names]
    numbers = [one for one in parts if one is not None]
    if len(numbers) < len(names):
        return None
    year, month, day, hour, minute, second = numbers
    try:
        return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()) * 1_000
    except ValueError:  # a damaged dump may say the 31st of February
        return None


def _follow(heap: Heap, index: int, path: str) -> int | None:
    value = heap.follow(index, path)[0]
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def time_to_live(heap: Heap, owner: int, element: int | None) -> TimeToLive | None:
    """A time to live beside the collection, or in an element's class."""
    objects = (owner,) if element is None else (owner, element)
    for field in chain.from_iterable(_candidates(heap, one) for one in objects):
        if not _TTL_NAME.search(field.name):
            continue
        milliseconds = _duration_ms(heap, field)
        if milliseconds is not None and _LEAST_TTL_MS <= milliseconds <= _MOST_TTL_MS:
            return TimeToLive(f"{field.declaring_class}#{field.name}", milliseconds)
    return None


def _candidates(heap: Heap, index: int) -> Iterator[FieldContent]:
    yield from numbers_beside(heap, index)
    for field in heap.fields(index):
        if field.target is not None and heap.class_name(field.target) == "java.time.Duration":
            yield field


def _duration_ms(heap: Heap, field: FieldContent) -> int | None:
    if field.target is not None:
        seconds = _follow(heap, field.target, "seconds")
        return None if seconds is None else seconds * 1_000
    if not isinstance(field.value, int):
        return None
    for unit, factor in _UNITS_MS:
        if unit.search(field.name):
            return field.value * factor
    return field.value if field.value >= _TTL_MS_FROM else field.value * 1_000
