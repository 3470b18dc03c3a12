"""What a field keeps alive, over all objects and classes that have it."""

from __future__ import annotations

from itertools import islice

from seamew.errors import ObjectNotFoundError, UsageError
from seamew.heap import Heap

__all__ = ["retained_by_field"]


def retained_by_field(heap: Heap, name: str) -> int:
    """Bytes that only the objects in a field `Class#field` keep alive, themselves included.

    Of an instance field in all instances, those of subclasses too; of a static field in the class.
    Raises ObjectNotFoundError where the dump has no such class, or the class no such field. Costs a
    walk of the heap.
    """
    class_name, sign, field = name.partition("#")
    if not (class_name and sign and field):
        message = f"{name} names no field"
        raise UsageError(message, hint="write com.acme.Cache#map")
    instances = heap.select(class_name, subclasses=True)
    targets = heap.field_targets(instances, field)
    names: set[str] = set()
    statics: list[int] = []
    for index in heap.select(class_name, class_objects=True) - heap.select(class_name):
        for one in heap.object(index).fields:
            names.add(one.name)
            if one.name == field and one.target is not None:
                statics.append(one.target.object_index)
    for index in islice(instances, 1):
        names.update(one.name for one in heap.object(index).fields)
    if names and field not in names:
        message = f"{class_name} has no field {field}"
        raise ObjectNotFoundError(message, hint=f"it has {', '.join(sorted(names))}")
    held = targets | heap.set_of(statics)
    return heap.retained_objects(held).shallow_bytes if len(held) else 0
