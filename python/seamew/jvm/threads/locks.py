"""Who waits for which lock, who holds it, deadlocks, and who blocks most.

A thread waits for one lock at most, and a lock has one owner: so each thread has at most one
thread that it waits for, and the deadlocks are the rings of that chain.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .groups import own_frame, stack_of
from .model import (
    CLASS_INITIALIZATION,
    LOCKED,
    PARKING,
    RELOCKING,
    WAITING_ON,
    WAITING_TO_LOCK,
    JavaThread,
    LockLine,
    PrintedDeadlock,
    ThreadDump,
)

__all__ = [
    "BlockingRow",
    "Deadlock",
    "DeadlockStep",
    "LockWaits",
    "UnownedLock",
    "chain_rings",
    "lock_waits",
]

_BLOCKED = "BLOCKED"
_WAIT_METHOD = "java.lang.Object.wait"
_INITIALIZER = ".<clinit>("
# Locks whose owner the JVM tells; latches, queues and conditions have none.
_LOCKS = ("$NonfairSync", "$FairSync", "StampedLock", "$Sync")
_NO_LOCKS = ("CountDownLatch$", "Semaphore$", "Phaser", "CyclicBarrier")


@dataclass(frozen=True)
class DeadlockStep:
    """A thread of a deadlock, what it waits for, and the thread that holds it."""

    thread_name: str
    thread_number: int | None
    lock_id: str | None
    class_name: str | None
    owner_name: str | None
    frame: str | None


@dataclass(frozen=True)
class Deadlock:
    """Threads that wait for each other in a ring. `is_printed`: the JVM found it too."""

    steps: tuple[DeadlockStep, ...]
    is_printed: bool


@dataclass(frozen=True)
class BlockingRow:
    """A thread in the tree of who blocks whom, in preorder.

    `blocked` counts the threads below it, `directly` those right below. `lock_id` and `class_name`
    are what it waits for itself; None: nothing that another thread holds.
    """

    depth: int
    thread_name: str
    thread_number: int | None
    state: str | None
    blocked: int
    directly: int
    lock_id: str | None
    class_name: str | None
    frame: str | None
    is_in_deadlock: bool


@dataclass(frozen=True)
class UnownedLock:
    """A lock that threads wait for and whose owner the dump does not tell."""

    lock_id: str
    class_name: str | None
    waiting: int
    thread_names: tuple[str, ...]


@dataclass(frozen=True)
class LockWaits:
    """What a dump tells of locks: rings first found, then who blocks whom, most blocked first."""

    deadlocks: tuple[Deadlock, ...]
    blocking: tuple[BlockingRow, ...]
    unowned: tuple[UnownedLock, ...]


def lock_waits(dump: ThreadDump) -> LockWaits:
    """Deadlocks, blocking threads and contended locks of a dump."""
    threads = dump.threads
    wanted = [_wanted(thread) for thread in threads]
    owners = _owners(dump)
    chain = [_owner_of(lock, number, owners) for number, lock in enumerate(wanted)]
    rings = chain_rings(chain)
    return LockWaits(
        deadlocks=_deadlocks(dump, rings, wanted, chain),
        blocking=tuple(_blocking(threads, chain, rings, wanted)),
        unowned=_unowned(threads, wanted, chain),
    )


def chain_rings(chain: Sequence[int | None]) -> list[list[int]]:
    """The rings of a chain in which each number points to at most one other, or to itself.

    Each ring begins with its smallest number; rings in the order of these. Linear time.
    """
    walk_of: dict[int, int] = {}  # by number, the walk that first came by
    rings = []
    for start in range(len(chain)):
        at: int | None = start
        while at is not None and at not in walk_of:
            walk_of[at] = start
            at = chain[at]
        if at is not None and walk_of[at] == start:
            ring = [at]
            while chain[ring[-1]] != at:
                following = chain[ring[-1]]
                assert following is not None  # noqa: S101 (it is a ring)
                ring.append(following)
            first = ring.index(min(ring))
            rings.append(ring[first:] + ring[:first])
    return sorted(rings)


def _lines(thread: JavaThread) -> Iterator[LockLine]:
    for frame in (*thread.mounted_frames, *thread.frames):
        yield from frame.locks


def _wanted(thread: JavaThread) -> LockLine | None:
    """The lock that a thread waits for; not what it waits to be told by."""
    lines = [line for line in _lines(thread) if line.action != LOCKED]
    for line in lines:
        if line.action in {WAITING_TO_LOCK, PARKING, CLASS_INITIALIZATION}:
            return line
    if thread.state == _BLOCKED:
        # Told, or out of time: to leave Object.wait it needs the monitor again.
        again = (line for line in lines if line.action in {RELOCKING, WAITING_ON})
        return next((line for line in again if line.lock_id), None)
    return None


def _held(thread: JavaThread) -> set[str]:
    """The locks that a thread has: not the monitor that it gave back to wait on it."""
    lines = list(_lines(thread))
    held = [line.lock_id for line in lines if line.action == LOCKED and line.lock_id]
    given_back = {line.lock_id for line in lines if line.action != LOCKED and line.lock_id}
    waits = bool(thread.frames) and thread.frames[0].text.startswith(_WAIT_METHOD)
    if waits and held and not given_back:
        given_back = {held[0]}  # compiled code of JDK 8 does not tell which
    owned = {line.lock_id for line in thread.owned_synchronizers if line.lock_id}
    return {lock for lock in held if lock not in given_back} | owned


@dataclass(frozen=True)
class _Owners:
    """Threads by the locks that they hold, by the classes they initialize, and by their names."""

    by_lock: Mapping[str, int]
    by_class: Mapping[str, int]
    by_key: Mapping[str, int]


def _owners(dump: ThreadDump) -> _Owners:
    threads = dump.threads
    by_lock: dict[str, int] = {}
    by_class: dict[str, int] = {}
    by_key: dict[str, int] = {}
    for number, thread in enumerate(threads):
        for lock in _held(thread):
            by_lock.setdefault(lock, number)
        for frame in thread.frames:
            name, initializes, _ = frame.text.partition(_INITIALIZER)
            if initializes:
                by_class.setdefault(name, number)
        if thread.jvm_id is not None:
            by_key[thread.jvm_id] = number
        if thread.number is not None:
            by_key[f"#{thread.number}"] = number
    by_lock.update(_printed_owners(dump, by_lock))
    return _Owners(by_lock, by_class, by_key)


def _printed_owners(dump: ThreadDump, known: Mapping[str, int]) -> dict[str, int]:
    """Owners that only the JVM's own deadlocks name, as in dumps without owned synchronizers."""
    named: dict[str, list[int]] = defaultdict(list)
    for number, thread in enumerate(dump.threads):
        named[thread.name].append(number)
    return {
        wait.lock_id: named[wait.owner_name][0]
        for deadlock in dump.deadlocks
        for wait in deadlock.waits
        if wait.lock_id
        and wait.lock_id not in known
        and len(named[wait.owner_name or ""]) == 1
        and wait.owner_name is not None
    }


def _owner_of(lock: LockLine | None, waiting: int, owners: _Owners) -> int | None:
    if lock is None:
        return None
    if lock.action == CLASS_INITIALIZATION:
        found = owners.by_class.get(lock.class_name or "")
    else:
        found = owners.by_key.get(lock.owner or "")
        if found is None:
            found = owners.by_lock.get(lock.lock_id or "")
    return None if found == waiting else found


def _deadlocks(
    dump: ThreadDump,
    rings: Sequence[Sequence[int]],
    wanted: Sequence[LockLine | None],
    chain: Sequence[int | None],
) -> tuple[Deadlock, ...]:
    """The JVM's own first. A ring is the same if it is over the same locks."""
    printed = {_locks_of(one): one for one in dump.deadlocks}
    found = []
    for ring in rings:
        steps = tuple(_step(dump.threads, number, wanted, chain) for number in ring)
        own = printed.pop(frozenset(step.lock_id for step in steps), None)
        found.append(Deadlock(steps, is_printed=own is not None))
    # What is left: its threads are not in the text, as in a dump that is cut off.
    found += [
        Deadlock(
            tuple(
                DeadlockStep(
                    one.thread_name, None, one.lock_id, one.class_name, one.owner_name, None
                )
                for one in own.waits
            ),
            is_printed=True,
        )
        for own in printed.values()
    ]
    return tuple(sorted(found, key=lambda one: not one.is_printed))


def _locks_of(deadlock: PrintedDeadlock) -> frozenset[str | None]:
    return frozenset(wait.lock_id for wait in deadlock.waits)


def _step(
    threads: Sequence[JavaThread],
    number: int,
    wanted: Sequence[LockLine | None],
    chain: Sequence[int | None],
) -> DeadlockStep:
    thread, lock, owner = threads[number], wanted[number], chain[number]
    return DeadlockStep(
        thread_name=thread.name,
        thread_number=thread.number,
        lock_id=lock.lock_id if lock else None,
        class_name=lock.class_name if lock else None,
        owner_name=None if owner is None else threads[owner].name,
        frame=own_frame(stack_of(thread)),
    )


def _blocking(
    threads: Sequence[JavaThread],
    chain: Sequence[int | None],
    rings: Sequence[Sequence[int]],
    wanted: Sequence[LockLine | None],
) -> Iterator[BlockingRow]:
    """The trees below those that wait for nobody, and below each ring's first thread."""
    in_ring = {number for ring in rings for number in ring}
    first_of_ring = {ring[0] for ring in rings}
    waiters: dict[int, list[int]] = defaultdict(list)
    for number, owner in enumerate(chain):
        if owner is not None and number not in first_of_ring:
            waiters[owner].append(number)
    blocked = _counts_below(waiters)
    tops = [one for one in waiters if chain[one] is None or one in first_of_ring]
    waiting = [(0, one) for one in sorted(tops, key=lambda one: blocked[one])]
    while waiting:
        depth, number = waiting.pop()
        thread, lock = threads[number], wanted[number]
        below = sorted(waiters.get(number, ()), key=lambda one: (blocked[one], -one))
        waiting += [(depth + 1, one) for one in below]
        is_held = chain[number] is not None and lock is not None
        yield BlockingRow(
            depth=depth,
            thread_name=thread.name,
            thread_number=thread.number,
            state=thread.state,
            blocked=blocked[number],
            directly=len(below),
            lock_id=lock.lock_id if is_held and lock else None,
            class_name=lock.class_name if is_held and lock else None,
            frame=own_frame(stack_of(thread)),
            is_in_deadlock=number in in_ring,
        )


def _counts_below(waiters: Mapping[int, Sequence[int]]) -> Counter[int]:
    """How many are below each number of a forest."""
    below: Counter[int] = Counter()
    child = {one for ones in waiters.values() for one in ones}
    order = [number for number in waiters if number not in child]
    for number in order:  # grows while it is walked: parents before children
        order += waiters.get(number, ())
    for number in reversed(order):
        below[number] = sum(1 + below[one] for one in waiters.get(number, ()))
    return below


def _unowned(
    threads: Sequence[JavaThread],
    wanted: Sequence[LockLine | None],
    chain: Sequence[int | None],
) -> tuple[UnownedLock, ...]:
    names: dict[str, list[str]] = defaultdict(list)
    classes: dict[str, str | None] = {}
    for thread, lock, owner in zip(threads, wanted, chain):  # noqa: B905 (equal by making)
        if lock is not None and lock.lock_id and owner is None and _has_owner(lock):
            names[lock.lock_id].append(thread.name)
            classes[lock.lock_id] = lock.class_name
    rows = [UnownedLock(lock, classes[lock], len(who), tuple(who)) for lock, who in names.items()]
    return tuple(sorted(rows, key=lambda row: -row.waiting))


def _has_owner(lock: LockLine) -> bool:
    """Whether what is waited for is a lock, which somebody has, and no latch or queue."""
    name = lock.class_name or ""
    if lock.action != PARKING:
        return True
    return any(one in name for one in _LOCKS) and not any(one in name for one in _NO_LOCKS)
