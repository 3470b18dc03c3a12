"""What waits in queues and lists: how many, and what the first of them are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from seamew.holding import stable_class_name
from seamew.rules.examination import Examination

from .fields import target

__all__ = ["first_elements", "queue_size", "task_class"]

_ARRAYS = ("items", "elements", "elementData", "queue", "array")
_MOST_SLOTS = 10_000
_FEW_OBJECTS = 10_000
_SAMPLE = 32
_LONGEST_WRAPPING = 6
_WRAPPED = ("callable", "task", "fn", "runnable", "command", "delegate", "val$task")
_WRAPPERS = ("java.util.concurrent.", "org.springframework.", "com.google.common.util.concurrent.")


def first_elements(heap: Examination, collection: int, most: int = _SAMPLE) -> list[int]:
    """The first elements of a queue or list, however long it is: linked nodes, or an array."""
    for path in ("head.next", "head", "first"):
        node = target(heap, collection, path)
        if node is not None:
            return list(islice(_linked(heap, node), most))
    for path in _ARRAYS:
        array = target(heap, collection, path)
        if array is not None:
            slots = heap.heap.element_ids(array, limit=_MOST_SLOTS)
            return [one for one in slots if one is not None][:most]
    return []


def queue_size(heap: Examination, queue: int) -> int:
    """How many elements a queue has; those without a counter (ConcurrentLinkedQueue) are walked."""
    known = heap.heap.collection_size(queue)
    if known is not None:
        return known
    if heap.heap.retained_count(queue) <= _FEW_OBJECTS:
        return len(heap.heap.entries(queue))
    node = target(heap, queue, "head.next", "head")
    name = None if node is None else heap.heap.class_name(node)
    below = heap.heap.retained_set([queue])
    return next((row.objects for row in below if row.label == name), 0)


def task_class(heap: Examination, tasks: list[int]) -> str | None:
    """The class of most of these tasks, without the futures and adapters around it."""
    found = Counter(_unwrapped_class(heap, task) for task in tasks)
    return found.most_common(1)[0][0] if found else None


def _unwrapped_class(heap: Examination, task: int) -> str:
    for _ in range(_LONGEST_WRAPPING):
        if not heap.heap.class_name(task).startswith(_WRAPPERS):
            break
        inside = target(heap, task, *_WRAPPED)
        if inside is None:
            break
        task = inside
    return stable_class_name(heap.heap.class_name(task))


def _linked(heap: Examination, node: int | None) -> Iterator[int]:
    while node is not None:
        element = target(heap, node, "item", "element")
        if element is not None:
            yield element
        following = target(heap, node, "next")
        node = None if following == node else following
