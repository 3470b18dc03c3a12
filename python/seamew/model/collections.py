"""Collections: sums over many, single ones, and their entries. All sizes are bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from .objects import ObjectRow

__all__ = [
    "CollectionClassRow",
    "CollectionRatioRow",
    "CollectionRow",
    "CollectionSizeRow",
    "CollectionSums",
    "CollectionTable",
    "Contents",
    "EntryRow",
    "Item",
]

Row = TypeVar("Row", covariant=True)  # noqa: PLC0105

Item: TypeAlias = ObjectRow | bool | int | float | str | None
"""A key, a value or an element: an object, a primitive value, or None for null."""


@dataclass(frozen=True, slots=True)
class CollectionSums:
    """Sums over some collections.

    `unreadable` counts those whose number of entries cannot be read. `retained_bytes` is the
    minimum retained size. `wasted_bytes` are places in backing arrays that nothing is in; that of
    a wrapper counts with the collection it wraps, where that one is counted too.
    """

    collections: int
    empty: int
    unreadable: int
    elements: int
    shallow_bytes: int
    retained_bytes: int
    wasted_bytes: int


@dataclass(frozen=True, slots=True)
class CollectionClassRow(CollectionSums):
    """The collections of a class; `kind` is list, queue, set, map or multimap."""

    class_name: str
    class_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class CollectionSizeRow(CollectionSums):
    """The collections with one number of entries; None: it cannot be read."""

    size: int | None


@dataclass(frozen=True, slots=True)
class CollectionRatioRow(CollectionSums):
    """The collections with a ratio up to `upto`, above that of the row before.

    `upto` is None in the last row: collections without a backing array or with an empty one.
    """

    upto: float | None


@dataclass(frozen=True, slots=True)
class CollectionRow(ObjectRow):
    """One collection.

    `size` is its number of entries, `capacity` the places in its backing array, `fill_ratio` the
    one by the other, `collision_ratio` the share of a hash table's entries that found their
    bucket taken. Each is None where there is none, or it cannot be read.
    """

    collection_kind: str
    size: int | None
    capacity: int | None
    fill_ratio: float | None
    collision_ratio: float | None
    wasted_bytes: int


@dataclass(frozen=True, slots=True)
class CollectionTable(Generic[Row]):
    """Rows about collections; `others` counts objects asked for that are no known collections.

    `total` is how many rows there are, of which a page may show some.
    """

    rows: tuple[Row, ...]
    total: int
    others: int


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of a map, or an element of another collection, which then is the `value`.

    `index` is the place in the array, in a hash table the bucket's; `hash` what a hash table's
    entry keeps.
    """

    collection_index: int
    collection_address: int
    collection_class: str
    index: int | None
    hash: int | None
    key: Item
    value: Item


@dataclass(frozen=True, slots=True)
class Contents:
    """Entries of collections.

    `kind`, `size` and `capacity` are those of the first collection. `is_complete` says whether
    all entries were visited; `notes` what is broken in those that were.
    """

    kind: str
    size: int | None
    capacity: int | None
    collections: int
    others: int
    rows: tuple[EntryRow, ...]
    is_complete: bool
    notes: tuple[str, ...]
