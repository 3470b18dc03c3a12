"""What one collection or array holds: how many elements, and of which class."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from seamew.heap import Entry, Heap

from .entries import VALUE_FIELDS, is_node, stable_class_name
from .owners import is_application_class

__all__ = ["TEXT_BUFFERS", "Held", "container_of", "held_in", "is_closure"]

TEXT_BUFFERS = frozenset(
    {"java.io.ByteArrayOutputStream", "java.lang.StringBuffer", "java.lang.StringBuilder"}
)
"""Classes of the JDK that are one growing array."""

_SAMPLE = 64
_INNER_SAMPLE = 16
_MARKS = frozenset({"java.lang.Object", "java.lang.Boolean"})
_BOXES = frozenset(
    f"java.lang.{name}"
    for name in ("Boolean", "Byte", "Character", "Double", "Float", "Integer", "Long", "Short")
)
_WRAPPERS = {
    "java.lang.ref.SoftReference": "referent",
    "java.lang.ref.WeakReference": "referent",
    "java.util.concurrent.CompletableFuture$AsyncRun": "fn",
    "java.util.concurrent.CompletableFuture$AsyncSupply": "fn",
    "java.util.concurrent.Executors$RunnableAdapter": "task",
    "java.util.concurrent.FutureTask": "callable",
    "java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask": "callable",
    "java.util.concurrent.atomic.AtomicReference": "value",
}
_JDK = ("java.util.", "java.lang.String", "java.io.")
_STEPS_TO_CONTAINER = 3
_REFERRERS = 8
_ARRAYS = "object_array"
_CLOSURE = re.compile(r"\$\$Lambda|\$\d+$")
_CLOSURE_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Held:
    """The elements of a container: their number, the class of most of them, and some of them.

    Of a map they are the values, or the keys where these tell more. Where the elements are
    collections themselves, theirs are counted (from a sample); where they are closures, what these
    capture: `entry_class` is that of the closures.
    """

    elements: int
    element_class: str | None
    sample: tuple[int, ...]
    entry_class: str | None = None


def held_in(heap: Heap, index: int) -> Held | None:
    """What a collection or an array of objects holds; None for other objects. Looks at 64."""
    found = _held(heap, index, _SAMPLE)
    if found is None or not found.sample or found.element_class is None:
        return found
    if is_closure(found.element_class):
        return _captured(heap, found)
    if not found.element_class.startswith("java.util."):
        return found
    inner = [_held(heap, one, _SAMPLE) for one in found.sample[:_INNER_SAMPLE]]
    collections = [one for one in inner if one is not None]
    elements = sum(one.elements for one in collections)
    if not elements:
        return found
    sample = tuple(one for held in collections for one in held.sample)[:_SAMPLE]
    return Held(
        round(found.elements * elements / len(collections)),
        _most_common(one.element_class for one in collections),
        sample,
    )


def container_of(heap: Heap, index: int) -> int:
    """The collection that an array or a node of it belongs to, or the object itself.

    The JDK's own methods have arrays and nodes in local variables: these then lead to the memory
    past the collection.
    """
    if heap.collection_kind(index) is not None:
        return index
    seen, level = {index}, [index]
    for _ in range(_STEPS_TO_CONTAINER):
        holders = [
            holder
            for one in level
            for holder in heap.referrers_page(one, limit=_REFERRERS)
            if holder not in seen and heap.class_name(holder).startswith(_JDK)
        ]
        for holder in holders:
            known = heap.collection_kind(holder) is not None
            if known or heap.class_name(holder) in TEXT_BUFFERS:
                return holder
        seen.update(holders)
        level = holders
    return index


def is_closure(class_name: str) -> bool:
    """Whether a class is that of a lambda, or an anonymous one."""
    return _CLOSURE.search(class_name) is not None


def _captured(heap: Heap, closures: Held) -> Held:
    """What closures capture: the application objects that are the heaviest, each once."""
    found: dict[int, int] = {}
    for closure in closures.sample:
        targets = [one for one in _captures(heap, closure, _CLOSURE_DEPTH) if one not in found]
        found.update((one, heap.sizes(one)[1]) for one in targets)
    weights: Counter[str] = Counter()
    for index, retained in found.items():
        weights[stable_class_name(heap.class_name(index))] += retained
    if not weights:
        return replace(closures, entry_class=closures.element_class)
    heaviest = min(weights.items(), key=lambda one: (-one[1], one[0]))[0]
    members = tuple(one for one in found if stable_class_name(heap.class_name(one)) == heaviest)
    share = min(1.0, len(members) / len(closures.sample))
    elements = min(round(closures.elements * share), len(heap.of_class(heaviest)))
    return Held(max(1, elements), heaviest, members, closures.element_class)


def _captures(heap: Heap, closure: int, depth: int) -> Iterator[int]:
    """The application objects that a closure captures, by way of other closures too."""
    for field in heap.fields(closure):
        if field.target is None:
            continue
        name = heap.class_name(field.target)
        if is_closure(name) and depth:
            yield from _captures(heap, field.target, depth - 1)
        elif is_application_class(name) and heap.kind(field.target) == "instance":
            yield field.target


def _held(heap: Heap, index: int, most: int) -> Held | None:
    if heap.collection_kind(index) is not None:
        entries = heap.entries(index, limit=most).page(limit=most)
        elements = heap.collection_size(index)
        sample = _telling(heap, entries)
        return Held(
            len(entries) if elements is None else elements, _class_of_most(heap, sample), sample
        )
    if heap.kind(index) == _ARRAYS:
        found = [one for one in heap.element_ids(index, limit=most * 4) if one is not None]
        sample = tuple(_unwrapped(heap, _in_node(heap, one)) for one in found[:most])
        is_whole = (heap.length(index) or 0) <= most * 4
        elements = len(found) if is_whole else max(len(found), heap.dominated_count(index))
        return Held(elements, _class_of_most(heap, sample), sample)
    return None


def _in_node(heap: Heap, index: int) -> int:
    """The value in a node of a JDK's collection, or its key; other objects are themselves."""
    if not is_node(heap.class_name(index)):
        return index
    targets = {field.name: field.target for field in heap.fields(index)}
    inside = [target for name in VALUE_FIELDS if (target := targets.get(name)) is not None]
    telling = (one for one in inside if heap.class_name(one) not in _MARKS)
    return next(telling, index)


def _telling(heap: Heap, entries: Sequence[Entry]) -> tuple[int, ...]:
    """The objects that the entries are about: the values, or the keys."""
    values = [one.value_id for one in entries if one.value_id is not None]
    keys = [one.key_id for one in entries if one.key_id is not None]
    told = keys and _tell(heap, keys) > _tell(heap, values)
    chosen = keys if told or not values else values
    return tuple(_unwrapped(heap, one) for one in chosen)


def _tell(heap: Heap, objects: Iterable[int]) -> int:
    """How much the classes of objects tell: 0 marks and numbers, 1 others', 2 application's."""
    names = {heap.class_name(one) for one in objects}
    if any(is_application_class(name) for name in names):
        return 2
    return 0 if names <= _MARKS | _BOXES else int(not all(name.endswith("[]") for name in names))


def _unwrapped(heap: Heap, index: int) -> int:
    """What a task or a reference object of the JDK is about, or the object itself."""
    field = _WRAPPERS.get(heap.class_name(index))
    target = None if field is None else heap.follow(index, field)[1]
    return index if target is None else _unwrapped(heap, target)


def _class_of_most(heap: Heap, objects: Iterable[int]) -> str | None:
    return _most_common(heap.class_name(one) for one in objects)


def _most_common(names: Iterable[str | None]) -> str | None:
    found = Counter(stable_class_name(name) for name in names if name is not None)
    if not found:
        return None
    return min(found.items(), key=lambda one: (-one[1], one[0]))[0]
