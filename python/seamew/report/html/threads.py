"""Threads with their stacks and local variables, as a page holds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from seamew.heap import Heap
from seamew.model import LocalVariable, StackFrame, ThreadRow

from .names import Names, Values

__all__ = ["threads_data"]

_THREADS = 500
_FRAMES = 100
_LOCALS = 8
_FRAMES_IN_ALL = 15_000
_POOLS = 100


def threads_data(heap: Heap, names: Names, values: Values) -> dict[str, Any]:
    """The threads that retain most, and all threads by pool; the numbers left out are said."""
    rows, pools = heap.threads(), heap.thread_groups("pool")
    shown = rows[:_THREADS]
    return {
        "total": len(rows),
        "rows": list(_thread_rows(shown, names, values)),
        "pools": [
            {
                "name": names.number(values.name(group.label)),
                "threads": group.threads,
                "retained": group.retained_bytes,
                "states": group.states,
            }
            for group in pools[:_POOLS]
        ],
        "morePools": max(0, len(pools) - _POOLS),
    }


def _thread_rows(
    rows: Sequence[ThreadRow], names: Names, values: Values
) -> Iterator[dict[str, Any]]:
    room = _FRAMES_IN_ALL
    for row in rows:
        frames = row.frames[: min(_FRAMES, room)]
        room -= len(frames)
        yield {
            "name": names.optional(row.name and values.name(row.name)),
            "class": names.number(row.class_name),
            "address": f"{row.address:x}",
            "state": row.thread_state,
            "daemon": row.is_daemon,
            "virtual": row.is_virtual,
            "priority": row.priority,
            "loader": names.optional(row.context_class_loader),
            "shallow": row.shallow_bytes,
            "retained": row.retained_bytes,
            "biggestLocal": row.max_local_retained_bytes,
            "frames": [_frame(frame, names, values) for frame in frames],
            "moreFrames": len(row.frames) - len(frames),
        }


def _frame(frame: StackFrame, names: Names, values: Values) -> list[Any]:
    """Text and locals, `[text, [local ...], locals left out]`."""
    biggest = sorted(frame.locals, key=lambda local: -local.retained_bytes)[:_LOCALS]
    shown = [_local(local, names, values) for local in biggest]
    text = names.number(frame.text.removeprefix("at "))
    return [text, shown, len(frame.locals) - len(shown)]


def _local(local: LocalVariable, names: Names, values: Values) -> list[Any]:
    """`[class, address, retained bytes, value]`."""
    value = values.of(local.object_index, local.value)
    return [names.number(local.class_name), f"{local.address:x}", local.retained_bytes, value]
