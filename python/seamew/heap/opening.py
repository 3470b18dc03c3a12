"""Opening a dump: checks of the path, waiting for its writer, progress, the index."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from seamew import engine, errors
from seamew.model import DumpEntry, FirstPass, MemoryPlan
from seamew.units import parse_bytes

from .asking import ProgressListener
from .heap import Heap

__all__ = ["first_pass", "list_dumps", "memory_plan", "open_heap"]

FirstPassListener = Callable[[FirstPass], None]

_QUIET_SECONDS = 3.0
_POLL_SECONDS = 0.2


def open_heap(  # noqa: PLR0913 (one keyword for each thing a user may decide)
    path: str | os.PathLike[str],
    *,
    dump_index: int | None = None,
    index_directory: str | os.PathLike[str] | None = None,
    use_index: bool = True,
    keep_unreachable: bool = False,
    size_model: str = "gap",
    memory: int | str | None = None,
    threads: int = 0,
    strict: bool = False,
    wait: bool = False,
    on_progress: ProgressListener | None = None,
    on_first_pass: FirstPassListener | None = None,
) -> Heap:
    """Open a heap dump: read its index, or build it and keep it for the next time.

    The index goes beside the dump, or where that is read-only into the user's cache folder;
    `index_directory` says otherwise and `use_index=False` keeps nothing. `memory` caps private
    memory (bytes, or text such as "1500MB"). `size_model` is "gap" (sizes as the JVM's own) or
    "mat" (as Eclipse MAT guesses them). `strict` makes every anomaly an error, `wait` waits for
    a dump that is being written. `on_progress` is called about ten times a second.

    Raises DumpNotFoundError, AccessRefusedError, NotAHeapDumpError, DamagedDumpError,
    StillBeingWrittenError, MemoryLimitError or DumpReadError.
    """
    dump = _readable(path)
    if wait:
        _wait_for_writer(dump)
    before = dump.stat()
    progress = engine.NativeProgress()
    poll = _poller(on_progress, on_first_pass)
    memory_bytes = _memory_bytes(memory)
    native = engine.call_interruptibly(
        lambda: engine.open_heap(
            str(dump),
            progress=progress,
            dump_index=dump_index,
            index_directory=None if index_directory is None else str(index_directory),
            use_index=use_index,
            keep_unreachable=keep_unreachable,
            size_model=size_model,
            memory_bytes=memory_bytes,
            threads=threads,
            strict=strict,
        ),
        progress,
        poll,
    )
    heap = Heap(native)
    _check_finished(heap, dump, before)
    if strict and heap.warnings:
        first = heap.warnings[0]
        raise errors.DamagedDumpError(first.message, path=str(dump), offset=first.offset)
    return heap


def first_pass(
    path: str | os.PathLike[str],
    *,
    dump_index: int = 0,
    size_model: str = "gap",
    on_progress: ProgressListener | None = None,
) -> FirstPass:
    """Histogram and biggest arrays of every object, dead or alive, by one pass; no index."""
    dump = _readable(path)
    progress = engine.NativeProgress()
    found = engine.call_interruptibly(
        lambda: engine.first_pass(str(dump), dump_index, size_model, progress),
        progress,
        _poller(on_progress, None),
    )
    return engine.first_pass_row(found)


def list_dumps(path: str | os.PathLike[str]) -> tuple[DumpEntry, ...]:
    """The heap dumps in a file: HotSpot and Android may append one to another."""
    dump = _readable(path)
    return engine.rows(DumpEntry, engine.call_interruptibly(lambda: engine.list_dumps(str(dump))))


def memory_plan(path: str | os.PathLike[str], memory: int | str | None = None) -> MemoryPlan:
    """What opening will need, by an estimate from the file's size and beginning."""
    dump = _readable(path)
    memory_bytes = _memory_bytes(memory)
    found = engine.call_interruptibly(lambda: engine.memory_plan(str(dump), memory_bytes))
    return MemoryPlan(**found)


def _memory_bytes(memory: int | str | None) -> int | None:
    if not isinstance(memory, str):
        return memory
    try:
        return parse_bytes(memory)
    except ValueError as error:
        raise errors.UsageError(str(error)) from error


def _readable(path: str | os.PathLike[str]) -> Path:
    """The path, if it is there and can be read."""
    dump = Path(path)
    try:
        if dump.is_dir():
            message = "this is a folder, not a heap dump"
            raise errors.NotAHeapDumpError(message, path=str(dump), hint="name the dump file in it")
        with dump.open("rb"):
            return dump
    except FileNotFoundError as error:
        message = "no such file"
        raise errors.DumpNotFoundError(
            message,
            path=str(dump),
            hint="a JVM in a container writes its dump into the file system of the container",
        ) from error
    except PermissionError as error:
        message = "the file may not be read"
        raise errors.AccessRefusedError(
            message,
            path=str(dump),
            hint="dumps belong to the JVM's user: run as that user, or change the file's mode",
        ) from error
    except OSError as error:
        raise errors.DumpReadError(error.strerror or str(error), path=str(dump)) from error


def _poller(
    on_progress: ProgressListener | None, on_first_pass: FirstPassListener | None
) -> Callable[[engine.NativeProgress], None]:
    pending = on_first_pass

    def poll(progress: engine.NativeProgress) -> None:
        nonlocal pending
        if pending is not None and (early := progress.early()) is not None:
            listener, pending = pending, None
            listener(engine.first_pass_row(early))
        if on_progress is not None:
            on_progress(engine.progress_snapshot(progress))

    return poll


def _wait_for_writer(dump: Path) -> None:
    """Return once the file has kept its size and time for three seconds."""
    seen: tuple[int, int] | None = None
    changed_at = 0.0
    while True:
        status = dump.stat()
        now = (status.st_size, status.st_mtime_ns)
        if now != seen:
            age = max(0.0, time.time() - status.st_mtime) if seen is None else 0.0
            seen, changed_at = now, time.monotonic() - age
        if time.monotonic() - changed_at >= _QUIET_SECONDS:
            return
        time.sleep(_POLL_SECONDS)


def _check_finished(heap: Heap, dump: Path, before: os.stat_result) -> None:
    after = dump.stat()
    grew = (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns)
    if grew and heap.facts.read_in_part:
        message = "the dump is still being written"
        raise errors.StillBeingWrittenError(
            message, path=str(dump), hint="try again when it is finished, or use --wait"
        )
