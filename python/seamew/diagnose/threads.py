"""Which threads keep most alive, and by which frame."""

from __future__ import annotations

from seamew.heap import Heap
from seamew.model import HeldLocal, ThreadHolding, ThreadRow

__all__ = ["thread_holdings"]


def thread_holdings(heap: Heap, limit: int | None) -> tuple[ThreadHolding, ...]:
    """The threads that retain most, biggest first (None: all)."""
    rows = sorted(heap.threads(), key=lambda row: (-row.retained_bytes, row.object_index))
    biggest: dict[int, HeldLocal] = {}
    for held in heap.held_locals():
        biggest.setdefault(held.thread_index, held)
    return tuple(_holding(heap, row, biggest.get(row.object_index)) for row in rows[:limit])


def _holding(heap: Heap, row: ThreadRow, held: HeldLocal | None) -> ThreadHolding:
    heap_bytes = heap.facts.heap_bytes
    return ThreadHolding(
        object_index=row.object_index,
        address=row.address,
        class_name=row.class_name,
        name=row.name,
        thread_state=row.thread_state,
        retained_bytes=row.retained_bytes,
        share=row.retained_bytes / heap_bytes if heap_bytes else 0.0,
        frames=len(row.frames),
        frame=None if held is None else held.frame,
        local=None if held is None else held.local,
    )
