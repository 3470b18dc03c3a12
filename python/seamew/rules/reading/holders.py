"""Owners that the way from a root does not tell, because a thread is a root itself."""

from __future__ import annotations

from seamew.holding import Holding, class_of, is_application_class
from seamew.model import ObjectRow, Owner, ThreadRow
from seamew.rules.examination import Examination

from .stacks import application_frame

__all__ = ["executor_holding", "stack_holding"]

_MOST_REFERRERS = 20_000
_WRAPPINGS = 3


def executor_holding(heap: Examination, executor: int) -> Holding:
    """The field of application code that refers to an executor, past its own many workers.

    Wrappers (FinalizableDelegatedExecutorService) are looked through. No owner: only the threads
    of the pool keep it.
    """
    wanted = executor
    for _ in range(_WRAPPINGS):
        wrapper = None
        for index in heap.heap.referrers_page(wanted, limit=_MOST_REFERRERS):
            name = heap.heap.class_name(index)
            row = heap.heap.row(index) if name == "java.lang.Class" else None
            if is_application_class(class_of(row) if row else name):
                return _held(heap, index, wanted)
            if name.startswith("java.util.concurrent.Executors$"):
                wrapper = index
        if wrapper is None:
            break
        wanted = wrapper
    return Holding(None, heap.holding(executor).path)


def stack_holding(heap: Examination, thread: ThreadRow) -> Holding:
    """The innermost frame of application code as the owner of what a thread does."""
    frame = application_frame(thread)
    if frame is None:
        return Holding(None, ())
    return Holding(Owner(frame, "local", heap.heap.row(thread.object_index)), ())


def _held(heap: Examination, holder: int, held: int) -> Holding:
    row: ObjectRow = heap.heap.row(holder)
    field = heap.heap.fields_between(holder, held).split(", ", maxsplit=1)[0]
    kind = "static" if row.kind == "class" else "instance"
    owner = Owner(f"{class_of(row)}#{field}", kind, row)
    return Holding(owner, heap.holding(held).path)
