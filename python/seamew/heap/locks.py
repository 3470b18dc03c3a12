"""Who holds which lock, and who waits for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from seamew import engine
from seamew.errors import ObjectNotFoundError
from seamew.model import BlockedThread, Deadlock, LockOverview, LockRow, ObjectRow, ThreadRow

from .overview import OverviewQuestions
from .reading import Reading
from .threads import ThreadQuestions

__all__ = ["LockQuestions", "find_rings"]

_BLOCKED = "BLOCKED"
_SYNCHRONIZER = "java.util.concurrent.locks.AbstractOwnableSynchronizer"
_MOST_LOCKS = 100_000
_FEW_HOLDERS = 8


@dataclass(slots=True)
class _Lock:
    """What is known of a lock: indices of threads."""

    kind: str
    owner: int | None = None
    holders: set[int] = field(default_factory=set)
    waiters: set[int] = field(default_factory=set)


class LockQuestions(OverviewQuestions, ThreadQuestions, Reading):
    """Questions about locks. See `Heap`."""

    def locks(self) -> LockOverview:
        """Locked monitors, locks of java.util.concurrent, who waits for them, and deadlocks.

        HotSpot dumps since JDK 16 do not say which monitors are locked: then only the locals of
        blocked threads hint at them.
        """
        threads = {row.object_index: row for row in self.threads()}
        blocked = [row for row in threads.values() if row.thread_state == _BLOCKED]
        locks = self._owned_locks()
        for monitor in self._busy_monitors():
            locks.setdefault(monitor, _Lock("monitor"))
        for row in threads.values():
            if row.blocker_index is not None:
                locks.setdefault(row.blocker_index, _Lock("park")).waiters.add(row.object_index)
        for row in blocked:
            for local in row.frames[0].locals if row.frames else ():
                if local.object_index not in threads:
                    lock = locks.setdefault(local.object_index, _Lock("contended"))
                    lock.waiters.add(row.object_index)
        _add_holders(locks, threads.values())
        names = {index: _name(row) for index, row in threads.items()}
        found = self._ask_long(lambda native: native.object_rows(list(locks)))
        rows = engine.rows(ObjectRow, found)
        return LockOverview(
            locks=tuple(_rows(rows, locks, names)),
            blocked=tuple(_blocked(row) for row in blocked),
            deadlocks=tuple(_deadlocks(locks, names, rows)),
        )

    def _owned_locks(self) -> dict[int, _Lock]:
        """The synchronizers that a thread owns exclusively."""
        try:
            native_set = self._ask_long(
                lambda native: native.select(
                    [_SYNCHRONIZER], [], subclasses=True, class_objects=False, loaded=False
                )
            )
        except ObjectNotFoundError:
            return {}
        synchronizers = native_set.ids(0, _MOST_LOCKS)
        owners = [one.target("exclusiveOwnerThread") for one in self._fields(synchronizers)]
        return {
            index: _Lock("lock", owner)
            for index, owner in zip(synchronizers, owners, strict=True)
            if owner is not None
        }

    def _busy_monitors(self) -> list[int]:
        return [row.object_index for row in self.root_objects("Busy Monitor", limit=_MOST_LOCKS)]


def _add_holders(locks: Mapping[int, _Lock], threads: Iterable[ThreadRow]) -> None:
    """The threads that have a lock in their stack and do not wait for it."""
    for row in threads:
        for frame in row.frames:
            for local in frame.locals:
                lock = locks.get(local.object_index)
                if lock is not None and row.object_index not in lock.waiters:
                    lock.holders.add(row.object_index)


def _name(row: ThreadRow) -> str:
    return row.name or f"{row.class_name} @ {row.address:#x}"


def _blocked(row: ThreadRow) -> BlockedThread:
    top = row.frames[0].text.removeprefix("at ") if row.frames else None
    return BlockedThread(row.object_index, row.name, top)


def _rows(
    rows: Iterable[ObjectRow], locks: Mapping[int, _Lock], names: Mapping[int, str]
) -> Iterable[LockRow]:
    """Locks that most threads wait for first; what is only a local of one thread is left out."""
    found = []
    for row in rows:
        lock = locks[row.object_index]
        if lock.kind == "contended" and len(lock.waiters | lock.holders) < 2:  # noqa: PLR2004
            continue
        found.append(
            LockRow(
                object=row,
                kind=lock.kind,
                owner=names.get(lock.owner, "(no thread)") if lock.owner is not None else None,
                owner_index=lock.owner,
                holders=tuple(sorted(names[index] for index in lock.holders)),
                waiters=tuple(sorted(names[index] for index in lock.waiters)),
            )
        )
    return sorted(found, key=lambda row: (-len(row.waiters), row.object.object_index))


def _deadlocks(
    locks: Mapping[int, _Lock], names: Mapping[int, str], rows: Iterable[ObjectRow]
) -> Iterable[Deadlock]:
    """Rings in the graph of who waits for whom."""
    labels = {row.object_index: f"{row.class_name} @ {row.address:#x}" for row in rows}
    edges: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
    for index, lock in locks.items():
        # Without a field that says who owns a monitor, each of the few threads that hold it may.
        owners: set[int | None] = {lock.owner}
        if lock.owner is None and lock.kind != "park" and len(lock.holders) <= _FEW_HOLDERS:
            owners = {*lock.holders}
        for waiter in lock.waiters:
            for owner in owners:
                if owner is not None and owner != waiter:
                    edges[waiter].append((owner, index, lock.owner is not None))
    for ring in find_rings(edges):
        yield Deadlock(
            threads=tuple(names.get(thread, "(no thread)") for thread, _, _ in ring),
            locks=tuple(labels[lock] for _, lock, _ in ring),
            is_certain=all(certain for _, _, certain in ring),
        )


def find_rings(
    edges: Mapping[int, Sequence[tuple[int, int, bool]]],
) -> Iterable[list[tuple[int, int, bool]]]:
    """Each ring as (thread, lock it waits for, certain), found by a search in depth."""
    done: set[int] = set()
    for start in edges:
        if start in done:
            continue
        places = {start: 0}
        stack = [(start, iter(edges[start]))]
        path: list[tuple[int, int, bool]] = []
        while stack:
            thread, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                stack.pop()
                places.pop(thread)
                done.add(thread)
                continue
            owner, lock, certain = step
            path[len(stack) - 1 :] = [(thread, lock, certain)]
            if owner in places:
                yield path[places[owner] :]
            elif owner not in done:
                places[owner] = len(stack)
                stack.append((owner, iter(edges.get(owner, ()))))
