"""Objects of a heap as Python objects: fields are attributes, collections can be iterated."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from seamew.model import FieldContent, ObjectRow, PathStep
from seamew.printable import printable

from .asking import Asking, ObjectName

if TYPE_CHECKING:
    from .heap import Heap

__all__ = ["ObjectView", "ViewQuestions", "ViewValue"]

ViewValue: TypeAlias = Any
"""What a field or an element holds: an ObjectView, bool, int, float, str or None."""

_PAGE = 10_000
_SHOWN_CHARACTERS = 60
_MAPS = frozenset({"map", "multimap"})


class ObjectView:
    """An object of a heap. Cheap to make; what is asked of it is read from the dump each time.

    Fields are attributes, those of the most derived class first: a primitive is a bool, int,
    float or str, an object a view, null is None. Names that the view itself has (`id`, `value`,
    `path` ...) hide fields; `field` reads any. Of a class object the statics are the fields.

    Lists, sets, maps and arrays have a `len`, can be iterated, and indexed: arrays and lists by
    number, maps by the readable value of a key. Iterating over a map gives (key, value).
    """

    __slots__ = ("_heap", "id")

    def __init__(self, heap: Heap, index: int) -> None:
        self._heap = heap
        self.id = index

    # ---- the object

    @property
    def address(self) -> int:
        """Where it starts."""
        return self._heap.address(self.id)

    @property
    def class_name(self) -> str:
        """Its class."""
        return self._heap.class_name(self.id)

    @property
    def kind(self) -> str:
        """instance, object_array, primitive_array, class, thread or class_loader."""
        return self._heap.kind(self.id)

    @property
    def shallow_bytes(self) -> int:
        """What it takes itself."""
        return self._heap.sizes(self.id)[0]

    @property
    def retained_bytes(self) -> int:
        """What would be freed with it."""
        return self._heap.sizes(self.id)[1]

    @property
    def value(self) -> str | None:
        """What it says: a string's text (256 characters), a thread's name, a box's number."""
        return self._heap.value(self.id)

    @property
    def text(self) -> str | None:
        """The whole text of a string or builder; None for other objects."""
        return self._heap.text(self.id)

    @property
    def fields(self) -> dict[str, ViewValue]:
        """All fields with their values; of two of one name that of the most derived class."""
        contents = reversed(self._heap.fields(self.id))
        return {content.name: self._content(content) for content in contents}

    def field(self, path: str) -> ViewValue:
        """What a path of fields leads to: `owner.name`. None where a null is on the way.

        Raises AttributeError where the object at hand has no such field.
        """
        found: ViewValue = self
        for name in path.split("."):
            if not isinstance(found, ObjectView):
                return None
            found = self._field_of(found.id, name)
        return found

    def __getattr__(self, name: str) -> ViewValue:
        if name.startswith("__") and name.endswith("__"):  # copy, pickle and others look for them
            raise AttributeError(name)
        return self._field_of(self.id, name)

    def _field_of(self, index: int, name: str) -> ViewValue:
        contents = self._heap.fields(index)
        for content in contents:
            if content.name == name:
                return self._content(content)
        near = get_close_matches(name, [content.name for content in contents])
        advice = f"; near names: {', '.join(near)}" if near else ""
        message = f"{self._heap.class_name(index)} has no field {name}{advice}"
        raise AttributeError(message)

    def _content(self, content: FieldContent) -> ViewValue:
        return content.value if content.target is None else self._view(content.target)

    def _view(self, index: int) -> ObjectView:
        return ObjectView(self._heap, index)

    # ---- what is around it

    @property
    def dominator(self) -> ObjectView | None:
        """Its immediate dominator; None where only roots hold it."""
        chain = self._heap.dominators_of(self.id)
        return self._view(chain[1].object_index) if len(chain) > 1 else None

    @property
    def dominated(self) -> Iterator[ObjectView]:
        """What it immediately dominates."""
        return map(self._view, self._heap.dominated_set(self.id))

    @property
    def inbound(self) -> Iterator[ObjectView]:
        """What refers to it."""
        for offset in range(0, self._heap.referrer_count(self.id), _PAGE):
            yield from map(
                self._view, self._heap.referrers_page(self.id, offset=offset, limit=_PAGE)
            )

    @property
    def outbound(self) -> Iterator[ObjectView]:
        """What it refers to, its class first."""
        for first in range(0, self._heap.outbound_slots(self.id), _PAGE):
            for index, _field in self._heap.outbound_page(self.id, first=first, slots=_PAGE):
                yield self._view(index)

    def path(self) -> tuple[PathStep, ...]:
        """A shortest path from a root to it, weak references left out; the root first."""
        return self._heap.path(self.id)

    # ---- collections and arrays

    def __len__(self) -> int:
        length = self._heap.length(self.id)
        if length is None and self._heap.collection_kind(self.id) is not None:
            size = self._heap.collection_size(self.id)
            length = len(self._heap.entries(self.id)) if size is None else size
        if length is None:
            message = f"{self.class_name} is no array and no known collection"
            raise TypeError(message)
        return length

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[ViewValue]:
        if self._heap.length(self.id) is not None:
            return self._elements()
        return self._members(is_map=self._collection_kind() in _MAPS)

    def __getitem__(self, place: int | str) -> ViewValue:
        """An element by number, or what a map has for a key with this readable value."""
        if self._heap.length(self.id) is not None:
            elements = self._element_page(_place(place, len(self)), 1)
            return elements[0]
        if self._collection_kind() in _MAPS:
            return self._looked_up(str(place))
        entries = self._heap.entries(self.id)
        (entry,) = entries.page(offset=_place(place, len(entries)), limit=1)
        return self._item(entry.value_id, entry.value)

    def _collection_kind(self) -> str:
        kind = self._heap.collection_kind(self.id)
        if kind is None:
            message = f"{self.class_name} is no array and no known collection"
            raise TypeError(message)
        return kind

    def _looked_up(self, key: str) -> ViewValue:
        found = self._heap.lookup(self.id, key)
        if not found:
            raise KeyError(key)
        item = found[0].value
        return self._view(item.object_index) if isinstance(item, ObjectRow) else item

    def _elements(self) -> Iterator[ViewValue]:
        for offset in range(0, len(self), _PAGE):
            yield from self._element_page(offset, _PAGE)

    def _element_page(self, offset: int, limit: int) -> list[ViewValue]:
        if self.kind == "object_array":
            ids = self._heap.element_ids(self.id, offset=offset, limit=limit)
            return [None if index is None else self._view(index) for index in ids]
        return self._heap.array_values(self.id, offset=offset, limit=limit)

    def _members(self, *, is_map: bool) -> Iterator[ViewValue]:
        entries = self._heap.entries(self.id)
        for offset in range(0, len(entries), _PAGE):
            for entry in entries.page(offset=offset, limit=_PAGE):
                value = self._item(entry.value_id, entry.value)
                yield (self._item(entry.key_id, entry.key), value) if is_map else value

    def _item(self, index: int | None, value: ViewValue) -> ViewValue:
        return value if index is None else self._view(index)

    # ---- as a Python object

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ObjectView):
            return NotImplemented
        return self.id == other.id and self._heap is other._heap

    def __hash__(self) -> int:
        return hash(self.id)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(content.name for content in self._heap.fields(self.id))]

    def __repr__(self) -> str:
        value = self.value
        said = "" if value is None else f" {printable(value[:_SHOWN_CHARACTERS])!r}"
        return f"<{printable(self.class_name)} @{self.id}{said}>"


class ViewQuestions(Asking):
    """Objects as Python objects. See `Heap`."""

    def view(self, name: ObjectName) -> ObjectView:
        """An object as a Python object."""
        return ObjectView(cast("Heap", self), self.resolve(name))

    def instances(self, class_name: str, *, subclasses: bool = False) -> Iterator[ObjectView]:
        """The instances of a class (`*` stands for any text), with `subclasses` of those below.

        In address order, and cheap: an object is read when something of it is asked for. Raises
        ObjectNotFoundError where there is no such class.
        """
        heap = cast("Heap", self)
        found = heap.select(class_name, subclasses=subclasses)
        return (ObjectView(heap, index) for index in found)


def _place(place: object, length: int) -> int:
    """A place counted from the start; one counted from the end is negative."""
    if not isinstance(place, int):
        message = f"places are numbers, not {place!r}"
        raise TypeError(message)
    counted = place + length if place < 0 else place
    if not 0 <= counted < length:
        message = f"there is no place {place}: the length is {length}"
        raise IndexError(message)
    return counted
