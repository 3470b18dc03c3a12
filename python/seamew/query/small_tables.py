"""The small tables, whose rows Python makes: threads, frames, locals, class loaders."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seamew.heap import Heap

from .result import Value

__all__ = ["ROW_MAKERS"]

Row = tuple[Value, ...]


def _loaders(heap: Heap) -> Iterator[Row]:
    for row in heap.loaders():
        yield (
            row.object_index,
            row.address,
            row.class_name,
            row.name,
            row.parent_index,
            row.classes,
            row.objects,
            row.shallow_bytes,
            row.objects_retained_bytes,
            row.retained_bytes,
            row.state,
        )


def _threads(heap: Heap) -> Iterator[Row]:
    for row in heap.threads():
        yield (
            row.object_index,
            row.address,
            row.class_name,
            row.name,
            row.thread_id,
            row.group,
            row.thread_state,
            row.is_daemon,
            row.is_virtual,
            row.is_alive,
            row.priority,
            row.context_class_loader,
            row.shallow_bytes,
            row.retained_bytes,
            row.max_local_retained_bytes,
            len(row.frames),
            row.carrier_index,
            row.blocker_index,
        )


def _frames(heap: Heap) -> Iterator[Row]:
    for row in heap.threads():
        for depth, frame in enumerate(row.frames):
            text = frame.text.removeprefix("at ")
            yield row.object_index, row.name, depth, text, len(frame.locals)


def _locals(heap: Heap) -> Iterator[Row]:
    for row in heap.threads():
        for depth, frame in enumerate(row.frames):
            text = frame.text.removeprefix("at ")
            for local in frame.locals:
                yield (
                    row.object_index,
                    row.name,
                    depth,
                    text,
                    local.object_index,
                    local.class_name,
                    local.value,
                    local.root_type,
                    local.shallow_bytes,
                    local.retained_bytes,
                )


ROW_MAKERS: dict[str, Callable[[Heap], Iterator[Row]]] = {
    "loaders": _loaders,
    "threads": _threads,
    "frames": _frames,
    "locals": _locals,
}
"""By table: its rows, values in the order of the catalogue's columns."""
