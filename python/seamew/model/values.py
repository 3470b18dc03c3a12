"""Rows about the values of many objects: texts, duplicates, arrays, groups. All sizes are bytes."""

from __future__ import annotations

from dataclasses import dataclass

from .objects import ObjectRow

__all__ = [
    "ArrayClassRow",
    "ArrayFillRow",
    "ArrayLengthRow",
    "ArrayTable",
    "ConstantArrayRow",
    "ConstantArrays",
    "DuplicateClassRow",
    "DuplicateRow",
    "Duplicates",
    "HolderRow",
    "TextRow",
    "UnusedRoom",
    "UnusedRow",
    "ValueGroup",
    "ValueGroups",
]


@dataclass(frozen=True, slots=True)
class TextRow(ObjectRow):
    """An object whose `value` is its text, cut to the characters asked for.

    `characters` is the length of the whole text as Java counts it; None where there is none.
    """

    characters: int | None


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A field (`Class#field`, or the kind of root) and how many of the objects it holds."""

    field: str
    objects: int


@dataclass(frozen=True, slots=True)
class DuplicateClassRow:
    """The objects of a class that were compared; `copies` have an equal one before them."""

    class_name: str
    class_id: int
    objects: int
    copies: int
    lost_bytes: int


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """Objects of equal contents.

    `value` is what they hold, cut to fit; `length` counts elements, or a string's characters.
    `bytes_each` is the shallow size of one, with its array for a string. `object_index` is one
    of them. `holders` are the fields that hold most of the `sampled_objects` copies looked at,
    past arrays and the inner objects of java.util.
    """

    class_name: str
    value: str | None
    length: int | None
    objects: int
    bytes_each: int
    lost_bytes: int
    object_index: int
    holders: tuple[HolderRow, ...]
    sampled_objects: int


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What equal objects lose.

    `objects` were compared, `distinct` contents were found, `groups` of them more than once.
    `lost_bytes` would be free if each were there once. `not_compared` objects have no contents in
    the dump or are too long to be read. `rows` are the groups asked for.
    """

    objects: int
    distinct: int
    groups: int
    lost_bytes: int
    not_compared: int
    classes: tuple[DuplicateClassRow, ...]
    rows: tuple[DuplicateRow, ...]


@dataclass(frozen=True, slots=True)
class ArrayClassRow:
    """The arrays of a class; `empty_objects` of them have length 0."""

    class_name: str
    class_id: int
    objects: int
    elements: int
    empty_objects: int
    shallow_bytes: int


@dataclass(frozen=True, slots=True)
class ArrayLengthRow:
    """The arrays of a length."""

    length: int
    objects: int
    shallow_bytes: int


@dataclass(frozen=True, slots=True)
class ArrayTable:
    """Arrays by class (biggest first) and by length (rising)."""

    classes: tuple[ArrayClassRow, ...]
    lengths: tuple[ArrayLengthRow, ...]


@dataclass(frozen=True, slots=True)
class ArrayFillRow:
    """Object arrays by the share of elements that are not null.

    The row holds shares up to `up_to_share`, from that of the row before; None: arrays of length
    0. `null_bytes` is what the null elements take.
    """

    up_to_share: float | None
    objects: int
    elements: int
    null_elements: int
    shallow_bytes: int
    null_bytes: int


@dataclass(frozen=True, slots=True)
class ConstantArrayRow:
    """Primitive arrays of one class and length whose elements all have one value."""

    class_name: str
    value: bool | int | float | str | None
    length: int
    objects: int
    shallow_bytes: int
    object_index: int


@dataclass(frozen=True, slots=True)
class ConstantArrays:
    """Primitive arrays of two elements or more that are all the same, most bytes first."""

    objects: int
    shallow_bytes: int
    rows: tuple[ConstantArrayRow, ...]


@dataclass(frozen=True, slots=True)
class UnusedRow:
    """An array that is longer than the texts in it.

    `length` and `used_length` count characters. `owner_index` is one of the `owners` strings and
    builders that use it.
    """

    object_index: int
    address: int
    class_name: str
    owner_index: int
    owner_class_name: str
    owners: int
    length: int
    used_length: int
    unused_bytes: int
    shallow_bytes: int


@dataclass(frozen=True, slots=True)
class UnusedRoom:
    """Arrays of strings and builders with unused room; `rows` are those asked for."""

    objects: int
    unused_bytes: int
    rows: tuple[UnusedRow, ...]


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """Objects of one value.

    `kind` is value; object (without a readable value, told by its address); null; or missing (no
    such field, or no contents in the dump). `retained_bytes` is the least that the objects retain
    together; `object_index` is the first of them.
    """

    value: str | None
    kind: str
    objects: int
    shallow_bytes: int
    retained_bytes: int
    object_index: int


@dataclass(frozen=True, slots=True)
class ValueGroups:
    """Objects by value: `total` groups of `objects` in all; `rows` are those asked for."""

    objects: int
    total: int
    rows: tuple[ValueGroup, ...]
