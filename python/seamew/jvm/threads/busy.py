"""Which threads use the processors: by /proc over a while, or by what dumps say themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seamew.jvm.tasks import NativeThread

from .changes import thread_key
from .groups import stack_of, state_of
from .model import JavaThread, ThreadDump

__all__ = ["BusyThread", "busy_by_dumps", "busy_by_tasks"]

_DIGITS = 6


@dataclass(frozen=True)
class BusyThread:
    """A thread with the CPU time that it used. `cpu_share` is of one processor.

    `number` is None for threads of the JVM and for native ones, which dumps do not have.
    """

    name: str
    number: int | None
    native_id: int | None
    state: str | None
    cpu_seconds: float
    cpu_share: float | None
    frames: tuple[str, ...]


def busy_by_tasks(
    before: Sequence[NativeThread],
    after: Sequence[NativeThread],
    dump: ThreadDump,
    seconds: float,
) -> tuple[BusyThread, ...]:
    """Threads by CPU time between two looks at /proc that lie `seconds` apart, busiest first.

    The stacks are those of a dump, joined by the thread's id in the JVM's own namespace.
    """
    known = {thread.native_id: thread for thread in dump.threads if thread.native_id is not None}
    earlier = {task.tid: task.cpu_seconds for task in before}
    rows = []
    for task in after:
        thread = known.get(task.namespace_tid)
        used = max(0.0, task.cpu_seconds - earlier.get(task.tid, 0.0))
        rows.append(_row(thread, task.name, task.namespace_tid, used, used / seconds))
    return _busiest(rows)


def busy_by_dumps(dumps: Sequence[ThreadDump]) -> tuple[BusyThread, ...]:
    """Threads by the CPU time that the dumps print (JDK 11 and later), busiest first.

    With several dumps the time between the first and the last; with one, of the threads' lives.
    """
    first: Mapping[object, JavaThread] = (
        {thread_key(thread): thread for thread in dumps[0].threads} if len(dumps) > 1 else {}
    )
    rows = []
    for thread in dumps[-1].threads:
        if thread.cpu_seconds is None:
            continue
        before = first.get(thread_key(thread))
        used = max(0.0, thread.cpu_seconds - ((before.cpu_seconds if before else None) or 0.0))
        lived = thread.elapsed_seconds
        if lived is not None:
            lived -= (before.elapsed_seconds if before else None) or 0.0
        share = used / lived if lived is not None and lived > 0 else None
        rows.append(_row(thread, thread.name, thread.native_id, used, share))
    return _busiest(rows)


def _row(
    thread: JavaThread | None,
    name: str,
    native_id: int | None,
    seconds: float,
    share: float | None,
) -> BusyThread:
    return BusyThread(
        name=thread.name if thread else name,
        number=thread.number if thread else None,
        native_id=native_id,
        state=state_of(thread) if thread else None,
        cpu_seconds=round(seconds, _DIGITS),
        cpu_share=share,
        frames=stack_of(thread) if thread else (),
    )


def _busiest(rows: Sequence[BusyThread]) -> tuple[BusyThread, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.cpu_seconds, row.name)))
