"""Who holds it: the first field of application code on the way from the memory to a root."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, fields

from seamew.heap import Heap
from seamew.model import (
    LocalVariable,
    ObjectRow,
    Owner,
    PathStep,
    ReferenceRow,
    StackFrame,
    ThreadRow,
)

__all__ = [
    "OTHERS_CLASSES",
    "Holding",
    "class_of",
    "find_holding",
    "frame_of_thread",
    "held_fields",
    "is_application_class",
    "is_framework_class",
]

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
_FRAMEWORK_PREFIXES = (
    "akka.",
    "ch.qos.logback.",
    "com.alibaba.druid.",
    "com.alibaba.dubbo.",
    "com.alibaba.fastjson",
    "com.alibaba.nacos.",
    "com.fasterxml.",
    "com.mysql.",
    "com.zaxxer.",
    "feign.",
    "freemarker.",
    "gov.nist.",
    "groovy.",
    "io.grpc.",
    "io.lettuce.",
    "io.micrometer.",
    "io.micronaut.",
    "io.netty.",
    "io.opentelemetry.",
    "io.prometheus.",
    "io.quarkus.",
    "io.reactivex.",
    "io.undertow.",
    "io.vertx.",
    "jakarta.",
    "javassist.",
    "kotlinx.",
    "net.bytebuddy.",
    "net.sf.",
    "okhttp3.",
    "okio.",
    "org.apache.",
    "org.codehaus.",
    "org.eclipse.",
    "org.glassfish.",
    "org.h2.",
    "org.hibernate.",
    "org.jboss.",
    "org.mariadb.",
    "org.mybatis.",
    "org.postgresql.",
    "org.quartz.",
    "org.redisson.",
    "org.slf4j.",
    "org.springframework.",
    "org.thymeleaf.",
    "org.yaml.",
    "play.api.",
    "reactor.",
    "redis.clients.",
    "rx.",
    "retrofit2.",
)
OTHERS_CLASSES = tuple(f"{prefix}*" for prefix in (*_JDK_PREFIXES, *_CONTAINER_PREFIXES))
"""Patterns for the classes of the JDK and of collection libraries, as `Heap.field_sums` skips."""

_PRIMITIVES = frozenset(["boolean", "byte", "char", "double", "float", "int", "long", "short"])
_THREAD_LOCAL_ENTRY = "java.lang.ThreadLocal$ThreadLocalMap$Entry"
_LOCAL_FIELD = "<Java Local>"
_TELLING_SHARE = 0.2

_MOST_VISITED = 150
_REFERRERS = 25

_MOST_FRAMEWORK_STEPS = 8
"""Further up, an object of the application holds a whole framework and tells nothing."""

_APPLICATION, _FRAMEWORK, _LOCAL, _CONTAINER, _JDK, _THREAD, _JDK_LOCAL = range(7)


def is_application_class(name: str) -> bool:
    """Whether a class is neither the JDK's nor one of a collection library, nor primitive."""
    return _rank(name) <= _FRAMEWORK


def is_framework_class(name: str) -> bool:
    """Whether a class belongs to a well-known library, so that its users did not write it."""
    return _rank(name) == _FRAMEWORK


def class_of(row: ObjectRow) -> str:
    """The class that an object speaks for: a class object stands for its own class."""
    return row.value or row.class_name if row.kind == "class" else row.class_name


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds the end of a path, and the path through that owner."""

    owner: Owner | None
    path: tuple[PathStep, ...]


def find_holding(heap: Heap, path: tuple[PathStep, ...], *, past_libraries: bool = True) -> Holding:
    """The owner nearest to the end of a path that starts at a root.

    Application code on the path comes first (`past_libraries`: that of the users before that of a
    well-known library which is at most eight steps nearer); then application code that refers to
    the end of the path in another way through objects of the JDK (a thread of a pool is often
    nearer than the field that holds the pool), then a local variable of application code, a
    collection library, a static field of the JDK, a field of a thread. A value of a thread-local
    is owned by the field that holds the thread-local.
    """
    found: dict[int, Holding] = {}
    framework_steps = 0
    for holder, held in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        ranked = _owner_of(heap, holder, held)
        if ranked is not None:
            found.setdefault(ranked[0], Holding(ranked[1], path))
        framework_steps += _FRAMEWORK in found
        most = _MOST_FRAMEWORK_STEPS if past_libraries else 0
        if _APPLICATION in found or framework_steps > most:
            break
    if path and not found.keys() & {_APPLICATION, _FRAMEWORK}:
        for rank, holding in _holdings_by_references(heap, path[-1]):
            found.setdefault(rank, holding)
    return found[min(found)] if found else Holding(None, path)


def frame_of_thread(heap: Heap, thread: ObjectRow) -> Owner | None:
    """The frame of a thread with the local variable that retains most, if it is the application's.

    Where the variable is a JDK method's, the application's method that called it.
    """
    for held in heap.held_locals([thread.object_index])[:1]:
        ranked = _local_owner(heap, thread, held.local)
        if ranked is not None and is_application_class(ranked[1].name):
            return ranked[1]
    return None


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
    if name.startswith(_CONTAINER_PREFIXES):
        return _CONTAINER
    return _FRAMEWORK if name.startswith(_FRAMEWORK_PREFIXES) else _APPLICATION


def _owner_of(heap: Heap, holder: ObjectRow, held: ReferenceRow) -> tuple[int, Owner] | None:
    """What holds one step of a path, and how telling that is."""
    if held.field.startswith(_LOCAL_FIELD):  # several, where several variables refer to it
        return _local_owner(heap, holder, held)
    if holder.class_name == _THREAD_LOCAL_ENTRY and held.field == "value":
        return _thread_local_owner(heap, holder)
    if held.field.startswith(("<", "[")):
        return None
    rank = _rank(class_of(holder))
    if rank == _JDK and holder.kind != "class":
        return None
    return rank, _field_owner(heap, holder, held.field, held.object_index)


def _field_owner(heap: Heap, holder: ObjectRow, field: str, held: int) -> Owner:
    """`Class#field`, with the class that declares the field; the first where there are several."""
    field = field.split(", ", maxsplit=1)[0]
    declaring = class_of(holder)
    if is_application_class(declaring):
        for one in heap.object(holder.object_index).fields:
            if one.name == field and one.target is not None and one.target.object_index == held:
                declaring = one.declaring_class
                break
    return Owner(f"{declaring}#{field}", "static" if holder.kind == "class" else "instance", holder)


def _holdings_by_references(heap: Heap, end: ObjectRow) -> Iterator[tuple[int, Holding]]:
    """Threads, and at last the nearest application object, that refer to `end` from outside.

    Breadth first against the references, through objects of the JDK.
    """
    below: dict[int, PathStep] = {}
    level = [end]
    while level and len(below) < _MOST_VISITED:
        following: list[ObjectRow] = []
        for held, holder in _referrers(heap, level, below):
            if holder.object_index == end.object_index:
                continue
            known = {**below, holder.object_index: _step(held, holder.field)}
            is_local = holder.field.startswith(_LOCAL_FIELD)
            if not is_local:  # a thread may be met again, by a field of it
                below = known
            if heap.dominates(end.object_index, holder.object_index):
                continue
            ranked = _owner_met(heap, holder, held)
            if ranked is not None:
                yield ranked[0], Holding(ranked[1], _path_back(heap, holder, known))
                if ranked[0] == _APPLICATION:
                    return
            if holder.kind != "thread":
                following.append(holder)
        level = following


def _owner_met(heap: Heap, holder: ReferenceRow, held: ObjectRow) -> tuple[int, Owner] | None:
    """What an object that refers to another says about the owner of that one."""
    if holder.field.startswith(_LOCAL_FIELD):
        return _local_owner(heap, holder, held)
    if holder.class_name == _THREAD_LOCAL_ENTRY and holder.field == "value":
        return _thread_local_owner(heap, holder)
    if holder.field.startswith("["):
        return None
    is_own = is_application_class(class_of(holder))
    if not is_own and holder.kind != "thread":
        return None
    owner = _field_owner(heap, holder, holder.field, held.object_index)
    return (_APPLICATION if is_own else _THREAD), owner


def _referrers(
    heap: Heap, level: list[ObjectRow], seen: Container[int]
) -> Iterator[tuple[ObjectRow, ReferenceRow]]:
    """What refers to the objects of a level and was not met before."""
    for held in level:
        for holder in heap.references_to(held.object_index, limit=_REFERRERS):
            if holder.object_index not in seen and not _leads_nowhere(holder.field):
                yield held, holder


def _step(held: ObjectRow, field: str) -> PathStep:
    values = {one.name: getattr(held, one.name) for one in fields(ObjectRow)}
    return PathStep(**values, field=field)


def _path_back(heap: Heap, holder: ObjectRow, below: dict[int, PathStep]) -> tuple[PathStep, ...]:
    """A path to an owner that was met against the references, and from there back down."""
    path = [*heap.path(holder.object_index)]
    step: PathStep | None = below[holder.object_index]
    while step is not None:
        path.append(step)
        step = below.get(step.object_index)  # the end itself has none
    return tuple(path)


def _leads_nowhere(field: str) -> bool:
    """References that are no ownership: an object's class, a weak referent."""
    if field.startswith(_LOCAL_FIELD):
        return False
    return field.startswith("<") or field == "referent"


def _local_owner(
    heap: Heap, thread: ObjectRow, held: ObjectRow | LocalVariable
) -> tuple[int, Owner] | None:
    """The variable in the outermost frame of application code that has it, else in any."""
    found: tuple[int, Owner] | None = None
    for row in heap.threads():
        if row.object_index != thread.object_index:
            continue
        for frame in row.frames:
            if any(local.object_index == held.object_index for local in frame.locals):
                name = frame.text.removeprefix("at ")
                if is_application_class(name):
                    found = _LOCAL, Owner(name, "local", thread)
                elif found is None:
                    found = _JDK_LOCAL, Owner(_caller(row, frame) or name, "local", thread)
    return found


def _caller(thread: ThreadRow, frame: StackFrame) -> str | None:
    """The application's method that called the JDK's."""
    outer = thread.frames[thread.frames.index(frame) + 1 :]
    names = (one.text.removeprefix("at ") for one in outer)
    return next((name for name in names if is_application_class(name)), None)


def _thread_local_owner(heap: Heap, entry: ObjectRow) -> tuple[int, Owner] | None:
    """The field that holds the ThreadLocal object, which is the key of the entry."""
    for field in heap.object(entry.object_index).fields:
        if field.name == "referent" and field.target is not None:
            owner = find_holding(heap, heap.path(field.target.object_index)).owner
            if owner is not None:
                return _APPLICATION, Owner(owner.name, "thread_local", owner.object)
    return None
