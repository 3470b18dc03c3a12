"""Collections of the JDK in heaps that tests build."""

from __future__ import annotations

from collections.abc import Iterable

from seamew.testing import HeapBuilder, HeapObject, InstanceObject

ENTRY_FIELDS = {"hash": "int", "key": "object", "value": "object", "next": "object"}


def array_list(heap: HeapBuilder, elements: Iterable[HeapObject]) -> InstanceObject:
    """A java.util.ArrayList."""
    listed = list(elements)
    kind = heap.klass("java.util.ArrayList", fields={"size": "int", "elementData": "object"})
    array = heap.array("java.lang.Object[]", listed)
    return heap.instance(kind, size=len(listed), elementData=array)


def hash_map(
    heap: HeapBuilder,
    entries: Iterable[tuple[HeapObject, HeapObject]],
    class_name: str = "java.util.HashMap",
) -> InstanceObject:
    """A java.util.HashMap, each entry in a bucket of its own."""
    heap.klass("java.util.HashMap$Node", fields=ENTRY_FIELDS)
    heap.klass("java.util.HashMap", fields={"table": "object", "size": "int"})
    nodes = [
        heap.instance("java.util.HashMap$Node", hash=number, key=key, value=value)
        for number, (key, value) in enumerate(entries)
    ]
    table = heap.array("java.util.HashMap$Node[]", nodes)
    kind = heap.klass(class_name, superclass="java.util.HashMap")
    return heap.instance(kind, size=len(nodes), table=table)


def singleton(
    heap: HeapBuilder, holder: InstanceObject, name: str = "com.acme.Application"
) -> None:
    """Make an object the one in a static field of an application class."""
    owner = heap.klass(name, statics={"INSTANCE": holder})
    heap.root(owner, "System Class")
