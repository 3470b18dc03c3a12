"""Values of thread-locals, thread by thread.

Fields by java.base/java/lang/ThreadLocal.java, the same from JDK 7 to 25.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seamew.rules.examination import Examination

from .fields import target

__all__ = ["ThreadValue", "thread_values"]

_THREAD = "java.lang.Thread"
_MOST_THREADS = 5_000
_MOST_SLOTS = 20_000
_MOST_VALUES = 100_000


@dataclass(frozen=True, slots=True)
class ThreadValue:
    """A value that a thread keeps for a ThreadLocal; `key` None: that is collected already."""

    thread: int
    entry: int
    key: int | None
    value: int
    retained_bytes: int


def thread_values(heap: Examination, field: str = "threadLocals") -> list[ThreadValue]:
    """The values of `threadLocals` or `inheritableThreadLocals` in all threads.

    Of the first five thousand threads; some fifty microseconds a value.
    """
    found: list[ThreadValue] = []
    for thread in heap.all_of(_THREAD).page(limit=_MOST_THREADS):
        found.extend(_values(heap, thread, field))
        if len(found) >= _MOST_VALUES:
            break
    return found


def _values(heap: Examination, thread: int, field: str) -> Iterator[ThreadValue]:
    table = target(heap, thread, f"{field}.table")
    if table is None:
        return
    for entry in heap.heap.element_ids(table, limit=_MOST_SLOTS):
        value = target(heap, entry, "value")
        if entry is not None and value is not None:
            key = target(heap, entry, "referent")
            yield ThreadValue(thread, entry, key, value, heap.heap.sizes(entry)[1])
