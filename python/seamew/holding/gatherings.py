"""Where memory gathers, by the fields of application code, at any depth and under many owners.

The engine sums up what each field holds over all its holders. Fields that hold each other's memory
are a chain (`Server#registry`, `Registry#sessions`, `Session#attributes`); the one on it that the
elements hang on is the owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from seamew.heap import Heap
from seamew.model import FieldSumRow, Owner

from .containers import Held, held_in
from .entries import stable_class_name
from .owners import class_of, is_application_class

__all__ = ["Gathering", "find_gatherings"]

_MOST_FIELDS = 150
_MOST_LEVELS = 60
_MOST_HOLDERS = 32
_FEWEST_ELEMENTS = 10
_FEW_ELEMENTS = 32
_SAME_MEMORY = 0.7
_SINGLE_OWNED = 4
_FEWEST_LINKED = 1_000


@dataclass(frozen=True, slots=True)
class Gathering:
    """A field, in one object or in many, whose containers hold elements.

    `container` is the biggest of `containers` (for what several fields hold together: the object
    with these fields). `elements` are in all of them together. `label` is `Class#field`, of what
    several fields hold the class alone. `chain` are the labels of the fields above, outermost
    first, that hold the same memory. `entry_class` is that of the closures which capture the
    elements, where there are any.
    """

    label: str
    owner: Owner
    container: int
    containers: int
    elements: int
    element_class: str | None
    entry_class: str | None
    sample: tuple[int, ...]
    retained_bytes: int
    is_shared: bool
    chain: tuple[str, ...]

    @property
    def grows(self) -> bool:
        """Whether it can grow by itself: it has entries, or is a buffer and not one array."""
        return self.elements >= _FEWEST_ELEMENTS or self.element_class is None

    @property
    def mean_elements(self) -> float:
        """Elements in a container, on average."""
        return self.elements / max(1, self.containers)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field that holds much, with what is in its containers.

    `linked` are the objects of a class that refer to each other, where the field holds the first.
    """

    row: FieldSumRow
    held: Held | None
    linked: Held | None = None

    @property
    def mean_elements(self) -> float:
        return 0 if self.held is None else self.held.elements / max(1, self._containers)

    @property
    def _containers(self) -> int:
        return 1 if self.row.field is None else self.row.owned

    @property
    def is_gathering(self) -> bool:
        return self.mean_elements >= _FEWEST_ELEMENTS


def find_gatherings(
    heap: Heap, sums: Iterable[FieldSumRow], least_bytes: int
) -> tuple[Gathering, ...]:
    """The fields that at least so many bytes gather in, most bytes first.

    `sums` is what the engine says of all application fields. Reads some hundred objects.
    """
    sums = list(sums)
    linked = _linked(heap, sums)
    rows = [
        row
        for row in sums
        if row.retained_bytes >= least_bytes and not (row.field or "").startswith("<")
    ]
    fields: dict[str, _Field] = {}
    for row in rows[:_MOST_FIELDS]:  # of classes of one name in several loaders the biggest
        if row.label not in fields:
            fields[row.label] = _Field(row, _held(heap, row), _linked_from(heap, row, linked))
    below: dict[str | None, list[str]] = {}
    for label in fields:
        below.setdefault(_label_above(heap, fields, label), []).append(label)
    found: list[Gathering] = []
    waiting = list(below.get(None, ()))
    while waiting:
        chain = _chain(fields, below, waiting.pop(0))
        beneath = sum(fields[one].row.retained_bytes for one in below.get(chain[-1], ()))
        picked = _picked([fields[label] for label in chain], beneath)
        kept = chain if picked is None else chain[: chain.index(picked.row.label)]
        if picked is not None:
            found.append(_gathering(heap, picked, tuple(kept)))
        waiting += [one for label in kept for one in below.get(label, ()) if one not in chain]
    return tuple(sorted(found, key=lambda one: (-one.retained_bytes, one.label)))


def _linked(heap: Heap, sums: Iterable[FieldSumRow]) -> dict[str, int]:
    """Of classes whose objects hold each other, as in chains and trees, how many do."""
    found: dict[str, int] = {}
    for row in sums:
        if row.field and row.class_name == heap.class_name(row.biggest):
            found[row.class_name] = found.get(row.class_name, 0) + row.owned
    return {name: count for name, count in found.items() if count >= _FEWEST_LINKED}


def _linked_from(heap: Heap, row: FieldSumRow, linked: dict[str, int]) -> Held | None:
    name = heap.class_name(row.biggest)
    if name not in linked or row.field is None or row.class_name == name:
        return None
    return Held(linked[name], stable_class_name(name), (row.biggest,))


def _held(heap: Heap, row: FieldSumRow) -> Held | None:
    """What the containers of a field hold together, estimated from some of them."""
    if row.field is None:
        return _held_together(heap, row)
    biggest = held_in(heap, row.biggest)
    if biggest is None or row.owned == 1:
        return biggest
    members = heap.of_class(row.class_name)
    step = max(1, len(members) // _MOST_HOLDERS)
    sample = [members.page(offset=at, limit=1)[0] for at in range(0, len(members), step)]
    targets = [heap.follow(one, row.field)[1] for one in sample]
    sizes = [heap.collection_size(one) for one in targets if one is not None]
    known = [one for one in sizes if one is not None]
    mean = sum(known) / len(known) if known else biggest.elements
    return Held(round(mean * row.owned), biggest.element_class, biggest.sample)


def _held_together(heap: Heap, row: FieldSumRow) -> Held | None:
    """The class of most of what an object keeps alive by no single field."""
    holder = row.biggest_holder
    own = {field.target for field in heap.fields(holder)}
    for group in heap.dominated_groups(holder, "class"):
        sample = heap.sample_dominated(holder, group.class_id or 0, limit=_MOST_HOLDERS)
        if not own.issuperset(sample):
            return Held(group.objects, stable_class_name(group.label), tuple(sample))
    return None


def _label_above(heap: Heap, fields: dict[str, _Field], label: str) -> str | None:
    """The nearest other field that holds the memory of this one."""
    row = fields[label].row
    chain = heap.dominators_of(row.biggest)[:_MOST_LEVELS]
    objects = [heap.row(row.biggest), *(one for one in chain if one.object_index != row.biggest)]
    for held, holder in pairwise(objects):
        if not is_application_class(class_of(holder)) or holder.kind.endswith("_array"):
            continue
        names = [
            f"{field.declaring_class}#{field.name}"
            for field in heap.fields(holder.object_index)
            if field.target == held.object_index
        ]
        name = next((one for one in names if one in fields), None if names else class_of(holder))
        if name is not None and name != label and name in fields:
            return name
    return None


def _chain(fields: dict[str, _Field], below: dict[str | None, list[str]], top: str) -> list[str]:
    """From a field down through those that hold most of its memory."""
    chain = [top]
    while True:
        candidates = below.get(chain[-1], ())
        best = max(candidates, key=lambda one: fields[one].row.retained_bytes, default=None)
        held = fields[chain[-1]].row.retained_bytes
        if best is None or fields[best].row.retained_bytes < _SAME_MEMORY * held:
            return chain
        chain.append(best)


def _picked(chain: Sequence[_Field], beneath: int) -> _Field | None:
    """The field that the elements hang on: the outermost that gathers, with exceptions.

    Inner containers are what grows where there are nearly as many elements in each as there are
    containers together in one place, and the elements are objects of the application; texts and
    numbers are what an element is made of. Where nothing gathers, the last one may be a big buffer:
    `beneath` is what other fields below it hold.
    """
    picked: _Field | None = None
    for field in chain:
        if field.is_gathering and (picked is None or _is_rather(field, picked)):
            picked = field
    if picked is not None:
        return picked
    for field in chain:
        if field.linked is not None:
            return replace(field, held=field.linked)
    return chain[-1] if _is_one_big_buffer(chain[-1].row, beneath) else None


def _is_rather(inner: _Field, outer: _Field) -> bool:
    if outer.mean_elements < _FEW_ELEMENTS and inner.mean_elements >= 10 * outer.mean_elements:
        return True
    element = inner.held.element_class if inner.held is not None else None
    is_own = element is not None and is_application_class(element)
    return is_own and inner.mean_elements * 10 >= outer.mean_elements


def _is_one_big_buffer(row: FieldSumRow, beneath: int) -> bool:
    few = row.field is not None and row.owned <= _SINGLE_OWNED
    return few and beneath < (1 - _SAME_MEMORY) * row.retained_bytes


def _single_array(heap: Heap, index: int) -> str | None:
    """The class of an array of numbers; None for other objects."""
    return heap.class_name(index) if heap.kind(index) == "primitive_array" else None


def _gathering(heap: Heap, field: _Field, chain: tuple[str, ...]) -> Gathering:
    row, held = field.row, field.held
    holder = heap.row(row.biggest_holder)
    is_shared = row.field is None
    return Gathering(
        label=row.label,
        owner=Owner(row.label, "static" if row.is_static else "instance", holder),
        container=row.biggest_holder if is_shared else row.biggest,
        containers=1 if is_shared else row.owned,
        elements=1 if held is None else held.elements,
        element_class=_single_array(heap, row.biggest) if held is None else held.element_class,
        entry_class=None if held is None else held.entry_class,
        sample=() if held is None else held.sample,
        retained_bytes=row.retained_bytes,
        is_shared=is_shared,
        chain=chain,
    )
