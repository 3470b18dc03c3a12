"""What gathers at an accumulation point: how many entries, and of which class."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from seamew.heap import Heap
from seamew.model import FieldValue, ObjectDetail, ObjectRow, PathStep

from .owners import is_application_class

__all__ = [
    "VALUE_FIELDS",
    "captured_classes",
    "chain_element_class",
    "element_class",
    "entry_count",
    "is_node",
    "stable_class_name",
]

_COLLECTIONS = "java.util."
_SIZE_FIELDS = ("size", "elementCount", "count", "baseCount")
_NODE_ENDINGS = ("Node", "Entry", "TreeNode", "$Itr")
VALUE_FIELDS = ("val", "value", "item", "element", "key", "referent")
_PLAIN_VALUES = frozenset({"java.lang.Object", "java.lang.Boolean"})
_SAMPLE = 64
_LAMBDA = "$$Lambda"
_HIDDEN_ADDRESS = re.compile(r"[+/]0x[0-9a-f]+")


def entry_count(heap: Heap, path: tuple[PathStep, ...], chained: str | None = None) -> int | None:
    """How many entries the collection at the end of a path has.

    By the collection's own counter where the last object, or the one that holds this array, is a
    collection of the JDK; else by the number of objects of one class that the last one dominates
    or, for a chain, of all objects of the class `chained` below it.
    """
    last = path[-1]
    candidates = path[-2:] if last.kind == "object_array" else path[-1:]
    for step in reversed(candidates):
        if step.class_name.startswith(_COLLECTIONS) and step.kind == "instance":
            size = _size_of(heap, heap.object(step.object_index))
            if size is not None:
                return size
    if chained is not None:
        below = heap.retained_set([last.object_index])
        return next((row.objects for row in below if stable_class_name(row.label) == chained), None)
    groups = heap.dominated_groups(last.object_index, "class")
    return groups[0].objects if groups else None


def element_class(heap: Heap, row: ObjectRow) -> str | None:
    """The class of most of what lies under an object, looking through the nodes of collections."""
    groups = heap.dominated_groups(row.object_index, "class")
    if not groups:
        return None
    if not is_node(groups[0].label):
        return stable_class_name(groups[0].label)
    nodes = heap.sample_dominated(row.object_index, groups[0].class_id or 0, limit=_SAMPLE)
    return _most_common_value(heap, nodes) or groups[0].label


def chain_element_class(heap: Heap, nodes: Sequence[int]) -> str | None:
    """The class of what hangs on a chain: the nodes' values, or the nodes themselves."""
    if not nodes:
        return None
    name = heap.row(nodes[-1]).class_name
    found = _most_common_value(heap, nodes[:_SAMPLE]) if is_node(name) else None
    return found or stable_class_name(name)


def captured_classes(heap: Heap, element: str | None) -> tuple[str, ...]:
    """What an instance of a lambda's class captures, by class; nothing for other classes."""
    if element is None or _LAMBDA not in element:
        return ()
    rows = [
        row for row in heap.find_classes(f"{element}*") if stable_class_name(row.name) == element
    ]
    biggest = max(rows, key=lambda row: row.objects, default=None)
    if biggest is None:
        return ()
    targets = [
        field.target.class_name
        for instance in heap.instance_ids(biggest.name, limit=1)
        for field in heap.object(instance).fields
        if field.target is not None
    ]
    return tuple(dict.fromkeys(targets))


def stable_class_name(name: str) -> str:
    """A class name without the address that hidden classes (lambdas) carry in a dump."""
    return _HIDDEN_ADDRESS.sub("", name)


def _most_common_value(heap: Heap, nodes: Sequence[int]) -> str | None:
    found = Counter(filter(None, (_value_class(heap.object(node)) for node in nodes)))
    return stable_class_name(found.most_common(1)[0][0]) if found else None


def is_node(name: str) -> bool:
    """Whether a class is that of the nodes or entries of a collection."""
    return name.endswith(_NODE_ENDINGS) and not is_application_class(name)


def _value_class(node: ObjectDetail) -> str | None:
    """The class of a node's value; of its key where the value is a mere mark (as in sets)."""
    targets = {field.name: field.target for field in node.fields if field.target is not None}
    values = [targets[name].class_name for name in VALUE_FIELDS if name in targets]
    telling = [name for name in values if name not in _PLAIN_VALUES]
    return next(iter(telling or values), None)


def _size_of(heap: Heap, collection: ObjectDetail) -> int | None:
    fields = {field.name: field for field in collection.fields}
    for name in _SIZE_FIELDS:
        if name in fields:
            size = _number(heap, fields[name])
            if size is not None:
                return size + _counter_cells(heap, fields.get("counterCells"))
    return None


def _number(heap: Heap, field: FieldValue) -> int | None:
    """An int field, or the `value` of an AtomicInteger."""
    if isinstance(field.value, int) and not isinstance(field.value, bool):
        return field.value
    if field.target is None or not field.target.class_name.startswith(
        "java.util.concurrent.atomic"
    ):
        return None
    inner = {one.name: one.value for one in heap.object(field.target.object_index).fields}
    value = inner.get("value")
    return value if isinstance(value, int) else None


def _counter_cells(heap: Heap, cells: FieldValue | None) -> int:
    """The part of a ConcurrentHashMap's size that its threads count apart."""
    if cells is None or cells.target is None:
        return 0
    total = 0
    for cell in heap.references_from(cells.target.object_index):
        for field in heap.object(cell.object_index).fields:
            if field.name == "value" and isinstance(field.value, int):
                total += field.value
    return total
