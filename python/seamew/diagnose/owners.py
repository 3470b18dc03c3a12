"""Who holds it: the first field of application code on the way from the memory to a root."""

from __future__ import annotations

from seamew.heap import Heap
from seamew.model import ObjectRow, Owner, PathStep

__all__ = ["class_of", "find_owner", "held_fields", "is_application_class"]

_JDK_PREFIXES = ("java.", "javax.", "com.sun.", "sun.", "jdk.")
_CONTAINER_PREFIXES = (
    "com.carrotsearch.hppc.",
    "com.github.benmanes.caffeine.",
    "com.google.common.",
    "gnu.trove.",
    "io.netty.util.",
    "it.unimi.dsi.fastutil.",
    "kotlin.",
    "org.apache.commons.collections",
    "org.ehcache.",
    "org.eclipse.collections.",
    "org.jctools.",
    "scala.",
)
_PRIMITIVES = frozenset(["boolean", "byte", "char", "double", "float", "int", "long", "short"])
_THREAD_LOCAL_ENTRY = "java.lang.ThreadLocal$ThreadLocalMap$Entry"
_LOCAL_FIELD = "<Java Local>"
_TELLING_SHARE = 0.2

_APPLICATION, _CONTAINER, _JDK = range(3)


def is_application_class(name: str) -> bool:
    """Whether a class is neither the JDK's nor one of a collection library, nor primitive."""
    return _rank(name) == _APPLICATION


def class_of(row: ObjectRow) -> str:
    """The class that an object speaks for: a class object stands for its own class."""
    return row.value or row.class_name if row.kind == "class" else row.class_name


def find_owner(heap: Heap, path: tuple[PathStep, ...]) -> Owner | None:
    """The owner nearest to the end of a path that starts at a root.

    Application code is preferred to a collection library, that to a static field of the JDK. A
    value of a thread-local is owned by the field that holds the thread-local; a local variable
    by its stack frame. None where nothing of that kind is on the path.
    """
    found: dict[int, Owner] = {}
    for holder, held in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        owner = _owner_of(heap, holder, held)
        if owner is None:
            continue
        rank = _rank(class_of(holder)) if owner.kind in {"static", "instance"} else _APPLICATION
        if rank == _JDK and owner.kind == "instance":
            continue
        found.setdefault(rank, owner)
        if rank == _APPLICATION:
            break
    return found[min(found)] if found else None


def held_fields(heap: Heap, row: ObjectRow) -> tuple[tuple[str, ObjectRow], ...]:
    """The fields of an application object that each hold a good part of it, biggest first.

    As (`Class#field`, object held). Only fields whose object this one dominates count.
    """
    if not is_application_class(class_of(row)) or row.kind.endswith("_array"):
        return ()
    least = _TELLING_SHARE * row.retained_bytes
    children = [
        child for child in heap.dominated(row.object_index) if child.retained_bytes >= least
    ]
    targets = {
        field.target.object_index: f"{field.declaring_class}#{field.name}"
        for field in heap.object(row.object_index).fields
        if field.target is not None
    }
    return tuple(
        (targets[child.object_index], child) for child in children if child.object_index in targets
    )


def _rank(class_name: str) -> int:
    name = class_name.rstrip("[]")
    if name.startswith(_JDK_PREFIXES) or name in _PRIMITIVES:
        return _JDK
    return _CONTAINER if name.startswith(_CONTAINER_PREFIXES) else _APPLICATION


def _owner_of(heap: Heap, holder: PathStep, held: PathStep) -> Owner | None:
    if held.field == _LOCAL_FIELD:
        return _local_owner(heap, holder, held)
    if holder.class_name == _THREAD_LOCAL_ENTRY and held.field == "value":
        return _thread_local_owner(heap, holder)
    if held.field.startswith(("<", "[")):
        return None
    name = f"{_declaring_class(heap, holder, held)}#{held.field}"
    return Owner(name, "static" if holder.kind == "class" else "instance", holder)


def _declaring_class(heap: Heap, holder: PathStep, held: PathStep) -> str:
    """The class that declares the field, which may be a superclass of the holder's."""
    if not is_application_class(class_of(holder)):
        return class_of(holder)
    for field in heap.object(holder.object_index).fields:
        if field.target is not None and field.target.object_index == held.object_index:
            return field.declaring_class
    return class_of(holder)


def _local_owner(heap: Heap, thread: PathStep, held: PathStep) -> Owner | None:
    for row in heap.threads():
        if row.object_index != thread.object_index:
            continue
        for frame in row.frames:
            if any(local.object_index == held.object_index for local in frame.locals):
                return Owner(frame.text, "local", thread)
    return None


def _thread_local_owner(heap: Heap, entry: PathStep) -> Owner | None:
    """The field that holds the ThreadLocal object, which is the key of the entry."""
    for field in heap.object(entry.object_index).fields:
        if field.name == "referent" and field.target is not None:
            owner = find_owner(heap, heap.path(field.target.object_index))
            return Owner(owner.name, "thread_local", owner.object) if owner else None
    return None
