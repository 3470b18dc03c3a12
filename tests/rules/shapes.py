"""Objects of the JDK as dumps show them, for heaps that tests build."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from seamew.testing import ArrayObject, ClassObject, HeapBuilder, HeapObject, InstanceObject

UNBOUNDED = 2**31 - 1
BLOCKED = 0x400 | 1
WAITING = 0x191


def held(heap: HeapBuilder, name: str, **statics: HeapObject) -> ClassObject:
    """A class of the application whose statics hold these objects."""
    holder = heap.klass(name, statics=statics)
    heap.root(holder, "System Class")
    return holder


def kind(
    heap: HeapBuilder, name: str, /, superclass: str = "java.lang.Object", **fields: str
) -> ClassObject:
    """A class with these fields; a class that only stood in a stack so far gets them."""
    made = heap.klass(name, superclass=superclass)
    made.fields.update(fields)
    return made


def running(
    heap: HeapBuilder, name: str, frames: Sequence[tuple[str, str]], status: int = WAITING
) -> InstanceObject:
    """A thread within these (class, method) frames, the innermost first."""
    for class_name, _ in frames:
        heap.klass(class_name)
    thread = heap.thread(name, frames)
    thread.values["threadStatus"] = status
    return thread


def atomic(heap: HeapBuilder, value: int, of: str = "Integer") -> InstanceObject:
    """An AtomicInteger, AtomicLong or AtomicBoolean."""
    field = "long" if of == "Long" else "int"
    name = f"java.util.concurrent.atomic.Atomic{of}"
    return heap.instance(kind(heap, name, value=field), value=value)


def array(heap: HeapBuilder, elements: Iterable[HeapObject | None]) -> ArrayObject:
    """An Object[]."""
    return heap.array("java.lang.Object[]", elements)


def array_list(heap: HeapBuilder, elements: Sequence[HeapObject]) -> InstanceObject:
    """An ArrayList."""
    made = kind(heap, "java.util.ArrayList", elementData="object", size="int")
    return heap.instance(made, elementData=array(heap, elements), size=len(elements))


def copy_on_write_list(heap: HeapBuilder, elements: Sequence[HeapObject]) -> InstanceObject:
    """A CopyOnWriteArrayList."""
    made = kind(heap, "java.util.concurrent.CopyOnWriteArrayList", array="object")
    return heap.instance(made, array=array(heap, elements))


def array_deque(heap: HeapBuilder, elements: Sequence[HeapObject]) -> InstanceObject:
    """An ArrayDeque; one slot is always free."""
    made = kind(heap, "java.util.ArrayDeque", elements="object", head="int", tail="int")
    slots = array(heap, [*elements, None])
    return heap.instance(made, elements=slots, head=0, tail=len(elements))


def linked_queue(
    heap: HeapBuilder, elements: Sequence[HeapObject], capacity: int = UNBOUNDED
) -> InstanceObject:
    """A LinkedBlockingQueue: a node without an item, then one for each element."""
    name = "java.util.concurrent.LinkedBlockingQueue"
    node = kind(heap, f"{name}$Node", item="object", next="object")
    nodes = [heap.instance(node), *(heap.instance(node, item=one) for one in elements)]
    for before, after in pairwise(nodes):
        before.values["next"] = after
    made = kind(heap, name, capacity="int", count="object", head="object", last="object")
    count = atomic(heap, len(elements))
    return heap.instance(made, capacity=capacity, count=count, head=nodes[0], last=nodes[-1])


def array_queue(heap: HeapBuilder, elements: Sequence[HeapObject], capacity: int) -> InstanceObject:
    """An ArrayBlockingQueue."""
    made = kind(
        heap,
        "java.util.concurrent.ArrayBlockingQueue",
        items="object",
        count="int",
        takeIndex="int",
        putIndex="int",
    )
    slots = array(heap, [*elements, *([None] * (capacity - len(elements)))])
    return heap.instance(made, items=slots, count=len(elements))


def delayed_queue(heap: HeapBuilder, tasks: Sequence[HeapObject]) -> InstanceObject:
    """The queue of a ScheduledThreadPoolExecutor."""
    name = "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue"
    made = kind(heap, name, queue="object", size="int")
    return heap.instance(made, queue=array(heap, tasks), size=len(tasks))


def hash_map(
    heap: HeapBuilder, entries: Sequence[tuple[HeapObject, HeapObject]], *, concurrent: bool = False
) -> InstanceObject:
    """A HashMap, or a ConcurrentHashMap, with an entry in each bucket."""
    name = "java.util.concurrent.ConcurrentHashMap" if concurrent else "java.util.HashMap"
    value = "val" if concurrent else "value"
    node = kind(heap, f"{name}$Node", hash="int", key="object", next="object", **{value: "object"})
    nodes = [heap.instance(node, key=key, **{value: item}) for key, item in entries]
    table = heap.array(f"{name}$Node[]", nodes)
    if concurrent:
        made = kind(heap, name, table="object", baseCount="long", counterCells="object")
        return heap.instance(made, table=table, baseCount=len(nodes))
    return heap.instance(kind(heap, name, table="object", size="int"), table=table, size=len(nodes))


def hash_set(heap: HeapBuilder, elements: Sequence[HeapObject]) -> InstanceObject:
    """A HashSet."""
    present = heap.instance("java.lang.Object")
    inside = hash_map(heap, [(one, present) for one in elements])
    return heap.instance(kind(heap, "java.util.HashSet", map="object"), map=inside)


def executor(
    heap: HeapBuilder,
    queue: HeapObject,
    threads: Sequence[HeapObject] = (),
    *,
    maximum: int = 1,
    scheduled: bool = False,
) -> InstanceObject:
    """A ThreadPoolExecutor, or a scheduled one, with a worker for each thread."""
    name = "java.util.concurrent.ThreadPoolExecutor"
    made = kind(
        heap,
        name,
        ctl="object",
        workQueue="object",
        workers="object",
        corePoolSize="int",
        maximumPoolSize="int",
    )
    if scheduled:
        scheduler = "java.util.concurrent.ScheduledThreadPoolExecutor"
        made = kind(heap, scheduler, superclass=name, removeOnCancel="boolean")
    worker = kind(heap, f"{name}$Worker", thread="object")
    workers = [heap.instance(worker, thread=thread) for thread in threads]
    return heap.instance(
        made,
        ctl=atomic(heap, -(1 << 29) + len(workers)),
        workQueue=queue,
        workers=hash_set(heap, workers),
        corePoolSize=max(1, len(workers)),
        maximumPoolSize=maximum,
    )


def future(heap: HeapBuilder, task: HeapObject, state: int = 0) -> InstanceObject:
    """A task in a scheduler's queue; the state of a cancelled one is 4."""
    above = "java.util.concurrent.FutureTask"
    kind(heap, above, state="int", callable="object")
    name = "java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask"
    adapter = kind(heap, "java.util.concurrent.Executors$RunnableAdapter", task="object")
    made = kind(heap, name, superclass=above)
    return heap.instance(made, state=state, callable=heap.instance(adapter, task=task))


def things(heap: HeapBuilder, name: str, count: int, payload_bytes: int = 0) -> list[HeapObject]:
    """Instances of a class of the application, with an array in each if they are to weigh."""
    made = kind(heap, name, payload="object")
    return [
        heap.instance(made, payload=heap.data(payload_bytes) if payload_bytes else None)
        for _ in range(count)
    ]
