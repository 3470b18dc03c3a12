"""Parts of heaps that tests of several rules are built of."""

from __future__ import annotations

from collections.abc import Iterable

from seamew.testing import HeapBuilder, HeapObject, InstanceObject

__all__ = ["array_list", "concurrent_map", "hash_map", "held_by"]


def concurrent_map(
    heap: HeapBuilder, entries: Iterable[tuple[HeapObject | None, HeapObject | None]]
) -> InstanceObject:
    """A ConcurrentHashMap of JDK 8 and later."""
    name = "java.util.concurrent.ConcurrentHashMap"
    heap.klass(name, fields={"table": "object", "baseCount": "long", "counterCells": "object"})
    return _hashed(heap, name, entries, value_field="val", size_field="baseCount")


def hash_map(
    heap: HeapBuilder, entries: Iterable[tuple[HeapObject | None, HeapObject | None]]
) -> InstanceObject:
    """A HashMap of JDK 8 and later."""
    name = "java.util.HashMap"
    heap.klass(name, fields={"table": "object", "size": "int"})
    return _hashed(heap, name, entries, value_field="value", size_field="size")


def array_list(heap: HeapBuilder, elements: Iterable[HeapObject]) -> InstanceObject:
    """An ArrayList."""
    listed = list(elements)
    heap.klass("java.util.ArrayList", fields={"elementData": "object", "size": "int"})
    data = heap.array("java.lang.Object[]", listed)
    return heap.instance("java.util.ArrayList", elementData=data, size=len(listed))


def held_by(heap: HeapBuilder, field: str, held: HeapObject) -> None:
    """A static field of a class, `com.acme.Service#CACHE`, that holds an object."""
    class_name, _, name = field.partition("#")
    heap.root(heap.klass(class_name, statics={name: held}), "System Class")


def _hashed(
    heap: HeapBuilder,
    name: str,
    entries: Iterable[tuple[HeapObject | None, HeapObject | None]],
    *,
    value_field: str,
    size_field: str,
) -> InstanceObject:
    node = f"{name}$Node"
    fields = {"hash": "int", "key": "object", value_field: "object", "next": "object"}
    heap.klass(node, fields=fields)
    nodes = [heap.instance(node, key=key, **{value_field: value}) for key, value in entries]
    table = heap.array(f"{node}[]", nodes)
    return heap.instance(name, table=table, **{size_field: len(nodes)})
