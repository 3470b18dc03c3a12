"""Who waits for whom: rings against a slow twin, and what counts as holding a lock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamew.jvm.threads import JavaThread, LockLine, StackFrame, ThreadDump, lock_waits
from seamew.jvm.threads.locks import chain_rings
from seamew.jvm.threads.model import PrintedDeadlock, PrintedWait

SYNC = "java.util.concurrent.locks.ReentrantLock$NonfairSync"


def slow_rings(chain: list[int | None]) -> list[list[int]]:
    """Walk from each thread as many steps as there are threads; a ring comes back to its start."""
    rings = set()
    for start in range(len(chain)):
        walk = [start]
        while len(walk) <= len(chain):
            following = chain[walk[-1]]
            if following is None:
                break
            if following == start:
                first = walk.index(min(walk))
                rings.add(tuple(walk[first:] + walk[:first]))
                break
            walk.append(following)
    return [list(ring) for ring in sorted(rings)]


@st.composite
def chains(draw: st.DrawFn) -> list[int | None]:
    size = draw(st.integers(0, 12))
    return [draw(st.none() | st.integers(0, size - 1)) for _ in range(size)]


@given(chains())
def test_rings_are_those_of_the_slow_twin(chain: list[int | None]) -> None:
    assert chain_rings(chain) == slow_rings(chain)


def test_a_long_chain_takes_linear_time() -> None:
    size = 200_000
    assert chain_rings([*range(1, size), None]) == []
    assert chain_rings([*range(1, size), 0]) == [list(range(size))]


def thread(
    number: int, *locks: tuple[str, str | None], state: str = "BLOCKED", **facts: object
) -> JavaThread:
    lines = tuple(LockLine(action, lock, SYNC) for action, lock in locks)
    frames = (StackFrame("com.acme.Store.put(Store.java:42)", lines),)
    values = {"frames": frames, "state": state, **facts}
    return JavaThread(name=f"t{number}", number=number, **values)  # type: ignore[arg-type]


def dump_of(*threads: JavaThread, deadlocks: tuple[PrintedDeadlock, ...] = ()) -> ThreadDump:
    return ThreadDump("test", threads, deadlocks=deadlocks)


def rings(dump: ThreadDump) -> list[tuple[list[str], bool]]:
    return [
        ([step.thread_name for step in one.steps], one.is_printed)
        for one in lock_waits(dump).deadlocks
    ]


@st.composite
def random_dumps(draw: st.DrawFn) -> ThreadDump:
    """Threads that each hold some locks of their own and wait for one of any other."""
    size = draw(st.integers(1, 8))
    threads = []
    for number in range(size):
        wanted = draw(st.none() | st.integers(0, size - 1))
        held = [("locked", f"{number}")]
        waits = [] if wanted is None else [("waiting to lock", f"{wanted}")]
        threads.append(thread(number, *waits, *held))
    return dump_of(*threads)


@given(random_dumps())
def test_deadlocks_of_a_dump_are_the_rings_of_its_locks(dump: ThreadDump) -> None:
    chain: list[int | None] = []
    for number, one in enumerate(dump.threads):
        wanted = [lock.lock_id for lock in one.frames[0].locks if lock.action != "locked"]
        other = int(str(wanted[0])) if wanted else None
        chain.append(None if other == number else other)
    found = [names for names, _ in rings(dump)]
    assert found == [[f"t{number}" for number in ring] for ring in slow_rings(chain)]


@given(random_dumps())
def test_the_tree_of_who_blocks_whom_has_each_thread_once(dump: ThreadDump) -> None:
    waits = lock_waits(dump)
    rows = waits.blocking
    assert len({row.thread_name for row in rows}) == len(rows)
    for number, row in enumerate(rows):
        below = []
        for one in rows[number + 1 :]:
            if one.depth <= row.depth:
                break
            below.append(one)
        assert row.blocked == len(below)
        assert row.directly == sum(one.depth == row.depth + 1 for one in below)
    tops = [row.blocked for row in rows if row.depth == 0]
    assert tops == sorted(tops, reverse=True)


def test_a_monitor_that_is_waited_on_is_given_back() -> None:
    waiting = thread(1, ("waiting on", "a"), ("locked", "a"), state="WAITING")
    blocked = thread(2, ("waiting to lock", "a"))

    waits = lock_waits(dump_of(waiting, blocked))
    assert waits.blocking == ()
    assert [(lock.lock_id, lock.thread_names) for lock in waits.unowned] == [("a", ("t2",))]


def test_compiled_code_of_java_8_does_not_say_what_it_waits_on() -> None:
    frames = (
        StackFrame("java.lang.Object.wait(Native Method)"),
        StackFrame("com.acme.Queue.take(Queue.java:1)", (LockLine("locked", "a", SYNC),)),
        StackFrame("com.acme.Pool.take(Pool.java:2)", (LockLine("locked", "b", SYNC),)),
    )
    waiting = JavaThread("waiting", 1, state="WAITING", frames=frames)
    blocked = [thread(2, ("waiting to lock", "a")), thread(3, ("waiting to lock", "b"))]

    waits = lock_waits(dump_of(waiting, *blocked))
    assert [row.thread_name for row in waits.blocking] == ["waiting", "t3"]
    assert [lock.lock_id for lock in waits.unowned] == ["a"]


@pytest.mark.parametrize("action", ["waiting to re-lock in wait()", "waiting on"])
def test_a_thread_that_was_told_needs_the_monitor_again(action: str) -> None:
    told = thread(1, (action, "a"), ("locked", "a"), state="BLOCKED")
    not_told = thread(2, (action, "a"), ("locked", "a"), state="WAITING")
    holder = thread(3, ("locked", "a"), state="RUNNABLE")

    rows = lock_waits(dump_of(told, not_told, holder)).blocking
    assert [row.thread_name for row in rows] == ["t3", "t1"]


def test_latches_and_conditions_have_no_owner() -> None:
    line = LockLine("parking to wait for", "a", "java.util.concurrent.CountDownLatch$Sync")
    lock = LockLine("parking to wait for", "b", SYNC)
    threads = [
        JavaThread(f"t{number}", number, frames=(StackFrame("a.B.c(B.java)", (one,)),))
        for number, one in enumerate([line, line, lock])
    ]

    assert [one.lock_id for one in lock_waits(dump_of(*threads)).unowned] == ["b"]


def test_a_ring_that_the_jvm_printed_is_told_once() -> None:
    left = thread(1, ("waiting to lock", "b"), ("locked", "a"))
    right = thread(2, ("waiting to lock", "a"), ("locked", "b"))
    printed = PrintedDeadlock(
        (PrintedWait("t1", "b", SYNC, "t2"), PrintedWait("t2", "a", SYNC, "t1"))
    )

    assert rings(dump_of(left, right)) == [(["t1", "t2"], False)]
    assert rings(dump_of(left, right, deadlocks=(printed,))) == [(["t1", "t2"], True)]
    assert rings(dump_of(deadlocks=(printed,))) == [(["t1", "t2"], True)]


def test_owners_that_only_the_printed_deadlock_names() -> None:
    """As in a dump of kill -3, which has no owned synchronizers."""
    left = thread(1, ("parking to wait for", "b"), state="WAITING")
    right = thread(2, ("parking to wait for", "a"), state="WAITING")
    other = thread(3, ("parking to wait for", "a"), state="WAITING")
    printed = PrintedDeadlock(
        (PrintedWait("t1", "b", SYNC, "t2"), PrintedWait("t2", "a", SYNC, "t1"))
    )

    waits = lock_waits(dump_of(left, right, other, deadlocks=(printed,)))
    assert [(row.thread_name, row.is_in_deadlock) for row in waits.blocking] == [
        ("t1", True),
        ("t2", True),
        ("t3", False),
    ]
    assert waits.unowned == ()


def test_classes_that_initialize_each_other() -> None:
    def initializing(number: int, own: str, other: str) -> JavaThread:
        line = LockLine("waiting for the initialization of", None, other)
        frame = StackFrame(f"{own}.<clinit>(Some.java:1)", (line,))
        return JavaThread(f"t{number}", number, state="RUNNABLE", frames=(frame,))

    found = dump_of(initializing(1, "a.A", "a.B"), initializing(2, "a.B", "a.A"))
    assert rings(found) == [(["t1", "t2"], False)]
