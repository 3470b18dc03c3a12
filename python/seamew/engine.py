"""The only importer of the native engine: errors, rows, and work that can be interrupted.

Native calls release the GIL. Long ones run in a worker thread while the caller's thread polls
their progress, so Ctrl-C reaches them within a fraction of a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from . import _engine, errors
from .model import (
    ArrayRow,
    FieldValue,
    FirstPass,
    HistogramRow,
    LocalVariable,
    ObjectDetail,
    ObjectRow,
    ProgressSnapshot,
    StackFrame,
    ThreadLocalRow,
    ThreadRow,
)

__all__ = [
    "Cancellable",
    "NativeCollectionReader",
    "NativeColumn",
    "NativeEntries",
    "NativeHeap",
    "NativeObjectSet",
    "NativeOqlAnswer",
    "NativeProgress",
    "NativeTable",
    "arrow_schema",
    "arrow_stream",
    "call",
    "call_interruptibly",
    "check_oql",
    "detail",
    "field_values",
    "first_pass",
    "first_pass_row",
    "list_dumps",
    "memory_plan",
    "open_heap",
    "optional_rows",
    "rows",
    "thread_local_rows",
    "thread_rows",
]

NativeCollectionReader = _engine.CollectionReader
NativeColumn = _engine.Column
NativeEntries = _engine.Entries
NativeHeap = _engine.Heap
NativeObjectSet = _engine.ObjectSet
NativeOqlAnswer = _engine.OqlAnswer
NativeProgress = _engine.Progress
NativeTable = _engine.Table
arrow_schema = _engine.arrow_schema
arrow_stream = _engine.arrow_stream
check_oql = _engine.check_oql
first_pass = _engine.first_pass
list_dumps = _engine.list_dumps
memory_plan = _engine.memory_plan
open_heap = _engine.open_heap

Result = TypeVar("Result")


class Cancellable(Protocol):
    """Something that runs in another thread and can be stopped."""

    def cancel(self) -> None:
        """Ask it to stop."""


Work = TypeVar("Work", bound=Cancellable)
Row = TypeVar("Row")

_POLL_SECONDS = 0.1
# Cancelled work ends within a second; what it wrote must be gone before the process is.
_CANCEL_SECONDS = 1.5

_ERRORS: tuple[tuple[type[Exception], type[errors.SeamewError]], ...] = (
    (_engine.NotAHeapDumpError, errors.NotAHeapDumpError),
    (_engine.DamagedDumpError, errors.DamagedDumpError),
    (_engine.ObjectNotFoundError, errors.ObjectNotFoundError),
    (_engine.IndexUnusableError, errors.IndexUnusableError),
    (_engine.MemoryLimitError, errors.MemoryLimitError),
    (_engine.CancelledError, errors.CancelledError),
    (_engine.DumpReadError, errors.DumpReadError),
    (_engine.UsageError, errors.UsageError),
    (_engine.EngineError, errors.SeamewError),
)


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except _engine.EngineError as error:
        message, hint, path, offset = (*error.args, None, None, None, None)[:4]
        if isinstance(error, _engine.QueryError):
            raise errors.QueryError(str(message), hint=hint or "", place=offset) from error
        kind = next(ours for native, ours in _ERRORS if isinstance(error, native))
        raise kind(str(message), hint=hint or "", path=path, offset=offset) from error
    except PermissionError as error:
        raise errors.AccessRefusedError(str(error), path=error.filename) from error
    except OSError as error:
        raise errors.DumpReadError(str(error), path=error.filename) from error


def call(work: Callable[[], Result]) -> Result:
    """The result of a short native call; its errors become those of `seamew.errors`."""
    with _translated_errors():
        return work()


class _Worker(threading.Thread):
    """Runs one native call; a daemon, so that a stuck call cannot keep the process alive."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(name="seamew-engine", daemon=True)
        self._work = work
        self.result: Any = None
        self.error: BaseException | None = None
        # Not join(): a KeyboardInterrupt in it makes CPython 3.11 believe that the thread ended.
        self.finished = threading.Event()

    def run(self) -> None:
        try:
            self.result = self._work()
        except BaseException as error:  # noqa: BLE001 (handed to the waiting thread)
            self.error = error
        finally:
            self.finished.set()


def call_interruptibly(
    work: Callable[[], Result],
    progress: Work | None = None,
    on_poll: Callable[[Work], None] | None = None,
) -> Result:
    """The result of a long native call, which Ctrl-C stops.

    `on_poll` is called about ten times a second with `progress`, and may raise. An exception in
    the waiting thread, KeyboardInterrupt included, cancels the work and is raised again once it
    stopped.
    """
    worker = _Worker(work)
    try:
        worker.start()  # Ctrl-C may come while it waits for the thread
        while not worker.finished.wait(_POLL_SECONDS):
            if progress is not None and on_poll is not None:
                on_poll(progress)
    except BaseException:
        if progress is not None:
            progress.cancel()
            worker.finished.wait(_CANCEL_SECONDS)
        raise
    with _translated_errors():
        if worker.error is not None:
            raise worker.error
    result: Result = worker.result
    return result


def rows(kind: type[Row], native_rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Native rows as frozen values; their keys are the fields of `kind`."""
    return tuple(kind(**_frozen(row)) for row in native_rows)


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _object_row(row: Mapping[str, Any] | None) -> ObjectRow | None:
    return None if row is None else ObjectRow(**row)


def field_values(native: Iterable[Mapping[str, Any]]) -> tuple[FieldValue, ...]:
    """Fields with what they refer to."""
    return tuple(
        FieldValue(**{**field, "target": _object_row(field["target"])}) for field in native
    )


def optional_rows(native: Iterable[Mapping[str, Any] | None]) -> tuple[ObjectRow | None, ...]:
    """Objects, or None for null."""
    return tuple(map(_object_row, native))


def detail(native: Mapping[str, Any]) -> ObjectDetail:
    """An object with its fields."""
    changed = {
        "fields": field_values(native["fields"]),
        "dominator": _object_row(native["dominator"]),
    }
    return ObjectDetail(**{**_frozen(native), **changed})


def thread_rows(native_rows: Iterable[Mapping[str, Any]]) -> tuple[ThreadRow, ...]:
    """Threads with their frames and locals."""
    return tuple(
        ThreadRow(**{**row, "frames": tuple(_frame(frame) for frame in row["frames"])})
        for row in native_rows
    )


def thread_local_rows(native_rows: Iterable[Mapping[str, Any]]) -> tuple[ThreadLocalRow, ...]:
    """Thread-local variables with their keys and values."""
    return tuple(
        ThreadLocalRow(
            **{**row, "key": _object_row(row["key"]), "value": _object_row(row["value"])}
        )
        for row in native_rows
    )


def _frame(frame: Mapping[str, Any]) -> StackFrame:
    return StackFrame(text=frame["text"], locals=rows(LocalVariable, frame["locals"]))


def first_pass_row(native: Mapping[str, Any]) -> FirstPass:
    """What the first pass found."""
    return FirstPass(
        histogram=rows(HistogramRow, native["histogram"]),
        arrays=rows(ArrayRow, native["arrays"]),
        object_count=native["object_count"],
        heap_bytes=native["heap_bytes"],
    )


def progress_snapshot(progress: NativeProgress) -> ProgressSnapshot:
    """Where a long call stands."""
    return ProgressSnapshot(**progress.snapshot())
