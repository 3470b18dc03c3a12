"""What changed between dumps of one JVM: growing pools, stacks that never change, CPU time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from seamew.thread_pools import pools

from .groups import own_frame, stack_of, state_of, summed
from .locks import LockWaits, lock_waits
from .model import JavaThread, ThreadDump

__all__ = [
    "ChangeReader",
    "DumpRow",
    "PoolChange",
    "StillThreads",
    "ThreadChanges",
    "thread_changes",
    "thread_key",
]

_BLOCKED = "BLOCKED"
_IDLE_STATES = frozenset({"WAITING", "TIMED_WAITING"})
# Calls that wait for work though the thread counts as RUNNABLE, or its state is not told.
_IDLE_FRAMES = (
    "java.lang.Object.wait",
    "java.lang.Thread.sleep",
    "java.lang.VirtualThread.park",
    "java.lang.VirtualThread.takeVirtualThreadListToUnblock",
    "java.lang.ref.Reference.waitForReferencePendingList",
    "java.net.PlainSocketImpl.socketAccept",
    "jdk.internal.misc.Unsafe.park",
    "sun.misc.Unsafe.park",
    "sun.nio.ch.EPoll.wait",
    "sun.nio.ch.EPollArrayWrapper.epollWait",
    "sun.nio.ch.Net.accept",
)


@dataclass(frozen=True)
class DumpRow:
    """One of the dumps. `blocked` counts threads that wait for a lock of another thread."""

    source: str | None
    taken_at: str | None
    threads: int
    states: dict[str, int]
    blocked: int
    deadlocks: int


@dataclass(frozen=True)
class PoolChange:
    """How many threads a pool has in each dump. `cpu_seconds` is what they used in between."""

    label: str
    threads: tuple[int, ...]
    grown: int
    cpu_seconds: float | None


@dataclass(frozen=True)
class StillThreads:
    """Threads with one stack in all dumps: stuck, or with nothing to do.

    `is_idle`: they wait, for no lock that another thread has, and nobody waits for theirs.
    """

    threads: int
    states: dict[str, int]
    pools: dict[str, int]
    cpu_seconds: float | None
    frame: str | None
    frames: tuple[str, ...]
    thread_names: tuple[str, ...]
    is_idle: bool


@dataclass(frozen=True)
class ThreadChanges:
    """From the first dump to the last. `started` and `ended` are names of threads."""

    dumps: tuple[DumpRow, ...]
    pools: tuple[PoolChange, ...]
    still: tuple[StillThreads, ...]
    started: tuple[str, ...]
    ended: tuple[str, ...]
    notes: tuple[str, ...]


def thread_key(thread: JavaThread) -> str:
    """Number and name; for threads of the JVM, which have no number, the native id and the name."""
    if thread.number is not None:
        return f"#{thread.number} {thread.name}"
    return f"[{thread.native_id}] {thread.name}"


def thread_changes(dumps: Iterable[ThreadDump]) -> ThreadChanges:
    """The changes over the dumps in the order given; ValueError without any."""
    reader = ChangeReader()
    for dump in dumps:
        reader.take(dump)
    return reader.changes()


class ChangeReader:
    """Takes dumps in, one by one; keeps the first and the last of them, and counts of all."""

    def __init__(self) -> None:
        self.first: ThreadDump | None = None
        self.last: ThreadDump | None = None
        self._rows: list[DumpRow] = []
        self._names: list[Counter[str]] = []
        self._still: dict[str, tuple[str, ...]] = {}

    @property
    def count(self) -> int:
        """How many dumps were taken in."""
        return len(self._rows)

    def take(self, dump: ThreadDump) -> None:
        """Take the next dump in."""
        stacks = {thread_key(thread): stack_of(thread) for thread in dump.threads}
        if self.first is None:
            self.first = dump
            self._still = stacks
        else:
            self._still = {
                key: stack for key, stack in self._still.items() if stacks.get(key) == stack
            }
        self.last = dump
        self._rows.append(_row(dump))
        self._names.append(Counter(thread.name for thread in dump.threads))

    def changes(self) -> ThreadChanges:
        """What changed between the first dump and the last: biggest growth first."""
        if self.first is None or self.last is None:
            message = "there is no dump to compare"
            raise ValueError(message)
        before = {thread_key(thread): thread for thread in self.first.threads}
        after = {thread_key(thread): thread for thread in self.last.threads}
        return ThreadChanges(
            dumps=tuple(self._rows),
            pools=_pool_changes(self._names, before, after),
            still=_still(self._still, before, self.last),
            started=tuple(one.name for key, one in after.items() if key not in before),
            ended=tuple(one.name for key, one in before.items() if key not in after),
            notes=tuple(_notes((self.first, self.last))),
        )


def _row(dump: ThreadDump) -> DumpRow:
    found = lock_waits(dump)
    return DumpRow(
        source=dump.source,
        taken_at=dump.taken_at,
        threads=len(dump.threads),
        states=dict(Counter(state_of(thread) for thread in dump.threads).most_common()),
        blocked=_blocked(found),
        deadlocks=len(found.deadlocks),
    )


def _blocked(found: LockWaits) -> int:
    waiting = sum(row.class_name is not None for row in found.blocking)
    return waiting + sum(lock.waiting for lock in found.unowned)


def _pool_changes(
    names: Sequence[Counter[str]],
    first: Mapping[str, JavaThread],
    last: Mapping[str, JavaThread],
) -> tuple[PoolChange, ...]:
    """Pools by the names in all dumps, so that one that begins with a single thread is a pool."""
    pool_of = pools(name for counted in names for name in counted.elements())
    counts = []
    for counted in names:
        count: Counter[str] = Counter()
        for name, threads in counted.items():
            count[pool_of[name]] += threads
        counts.append(count)
    used: dict[str, list[float | None]] = defaultdict(list)
    for key, thread in last.items():
        used[pool_of[thread.name]].append(_cpu_between(first.get(key), thread))
    rows = [
        PoolChange(
            label=label,
            threads=tuple(count[label] for count in counts),
            grown=counts[-1][label] - counts[0][label],
            cpu_seconds=summed(used[label]),
        )
        for label in dict.fromkeys(pool_of.values())
    ]
    return tuple(sorted(rows, key=lambda row: (-row.grown, -row.threads[-1], row.label)))


def _cpu_between(before: JavaThread | None, after: JavaThread) -> float | None:
    """What a thread used between two dumps; one that is new used all of it."""
    if after.cpu_seconds is None:
        return None
    if before is None:
        return after.cpu_seconds
    return None if before.cpu_seconds is None else max(0.0, after.cpu_seconds - before.cpu_seconds)


def _still(
    stacks: Mapping[str, tuple[str, ...]], first: Mapping[str, JavaThread], last: ThreadDump
) -> tuple[StillThreads, ...]:
    involved = {row.thread_number for row in lock_waits(last).blocking}
    pool_of = pools(thread.name for thread in last.threads)
    alike: dict[tuple[str, ...], list[JavaThread]] = defaultdict(list)
    for thread in last.threads:
        stack = stacks.get(thread_key(thread))
        if stack:
            alike[stack].append(thread)
    rows = []
    for stack, threads in alike.items():
        used = [_cpu_between(first.get(thread_key(thread)), thread) for thread in threads]
        rows.append(
            StillThreads(
                threads=len(threads),
                states=dict(Counter(map(state_of, threads)).most_common()),
                pools=dict(Counter(pool_of[thread.name] for thread in threads).most_common()),
                cpu_seconds=summed(used),
                frame=own_frame(stack),
                frames=stack,
                thread_names=tuple(thread.name for thread in threads),
                is_idle=all(
                    _is_idle(thread, stack) and thread.number not in involved for thread in threads
                ),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.is_idle, -(row.cpu_seconds or 0), -row.threads)))


def _is_idle(thread: JavaThread, stack: tuple[str, ...]) -> bool:
    return thread.state in _IDLE_STATES or (
        thread.state != _BLOCKED and stack[0].startswith(_IDLE_FRAMES)
    )


def _notes(dumps: Sequence[ThreadDump]) -> list[str]:
    notes = []
    if len({dump.process_id for dump in dumps if dump.process_id is not None}) > 1:
        notes.append("the dumps are of different processes: threads are told apart by their names")
    if len({dump.vm for dump in dumps if dump.vm is not None}) > 1:
        notes.append("the dumps are of different JVMs")
    if len({dump.form for dump in dumps}) > 1:
        notes.append(
            "the dumps are of different forms: some threads and locks are in one form only"
        )
    return notes
