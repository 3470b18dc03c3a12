"""Objects, their fields, and the references between them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FieldContent", "FieldValue", "ObjectDetail", "ObjectRow", "ReferenceRow"]


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """One object.

    `kind` is instance, object_array, primitive_array, class, thread or class_loader. `value` is
    its readable value (a string's text, a thread's name, for a class object the name of the
    class that it stands for), or None. `length` is the number of elements of an array.
    """

    object_index: int
    address: int
    class_id: int
    class_name: str
    kind: str
    shallow_bytes: int
    retained_bytes: int
    length: int | None
    value: str | None


@dataclass(frozen=True, slots=True)
class ReferenceRow(ObjectRow):
    """The object at the other end of a reference, and the field that holds it.

    `field` is a field's name, `[12]` in an array, or in angle brackets what is no field:
    <class>, <super>, <class loader>, <Java Local>. Several are joined by a
    comma and a space, `+2` at the end for two more.
    """

    field: str


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field and its value: `value` for a primitive, `target` for a reference (None: null).

    A reference to an object that is not in the dump has no target but a `value` that says so.
    """

    name: str
    declaring_class: str
    type: str
    value: bool | int | float | str | None
    target: ObjectRow | None


@dataclass(frozen=True, slots=True)
class FieldContent:
    """A field and what it holds: `value` for a primitive, the id `target` for a reference.

    Both are None for null, and for a reference to what is not in the dump.
    """

    name: str
    declaring_class: str
    type: str
    value: bool | int | float | str | None
    target: int | None


@dataclass(frozen=True, slots=True)
class ObjectDetail(ObjectRow):
    """An object with its fields, from the most derived class up.

    For a class object `fields` are its statics, `instance_count` and `instance_bytes` (shallow, of
    one instance; None for array classes) say what it has. `elements` holds the first 64 values of
    a primitive array. `dominator` is None where only the virtual root dominates the object.
    `statics` are those of an instance's class and the classes above, if they were asked for.
    """

    superclasses: tuple[str, ...]
    loader: str | None
    root_types: tuple[str, ...]
    dominator: ObjectRow | None
    fields: tuple[FieldValue, ...]
    elements: tuple[bool | int | float | str, ...]
    instance_count: int | None = None
    instance_bytes: int | None = None
    statics: tuple[FieldValue, ...] = ()
