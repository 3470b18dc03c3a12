"""Leaks to build into a heap: lists as the JDK has them, of objects that hold something."""

from __future__ import annotations

from random import Random

from seamew.testing import ClassObject, HeapBuilder, HeapObject, InstanceObject

__all__ = ["held_by_a_static", "list_of"]


def list_of(
    builder: HeapBuilder, class_name: str, count: int, bytes_each: int
) -> tuple[InstanceObject, ClassObject]:
    """An ArrayList of so many instances of a class, each with a byte array, and the class.

    What is in the arrays is no waste: neither constant nor repeated.
    """
    kind = builder.klass(class_name, fields={"data": "object"})
    chance = Random(class_name)  # noqa: S311 (content, no secret)
    held: list[HeapObject | None] = [
        builder.instance(kind, data=builder.byte_array(chance.randbytes(bytes_each)))
        for _ in range(count)
    ]
    fields = {"elementData": "object", "size": "int"}
    listed = builder.klass("java.util.ArrayList", fields=fields)
    elements = builder.array("java.lang.Object[]", held)
    return builder.instance(listed, elementData=elements, size=count), kind


def held_by_a_static(
    builder: HeapBuilder,
    class_name: str,
    field: str = "com.acme.Owner#ALL",
    *,
    count: int = 400,
    bytes_each: int = 40_000,
) -> None:
    """Instances of a class, 16 MB of them, in a list in a static field `Class#field`."""
    listed, _ = list_of(builder, class_name, count, bytes_each)
    owner, _, name = field.partition("#")
    builder.root(builder.klass(owner, statics={name: listed}), "System Class")
