"""Groups, changes between dumps, and CPU time."""

from __future__ import annotations

import pytest

from seamew.jvm.tasks import NativeThread
from seamew.jvm.threads import (
    JavaThread,
    LockLine,
    StackFrame,
    ThreadDump,
    busy_by_dumps,
    busy_by_tasks,
    thread_changes,
    thread_groups,
    threads_in_state,
)

PARKED = (
    StackFrame("jdk.internal.misc.Unsafe.park(Native Method)"),
    StackFrame("a.B.take(B.java:1)"),
)
WORKING = (StackFrame("com.acme.Work.run(Work.java:9)"),)


def thread(number: int, name: str, state: str | None = "WAITING", **facts: object) -> JavaThread:
    values = {"frames": PARKED, "state": state, "number": number, **facts}
    return JavaThread(name, **values)  # type: ignore[arg-type]


def dump_of(*threads: JavaThread, **facts: object) -> ThreadDump:
    return ThreadDump("test", threads, **facts)  # type: ignore[arg-type]


def test_pools_states_and_stacks() -> None:
    dump = dump_of(
        thread(1, "exec-1", state_detail="parking", cpu_seconds=1.5),
        thread(2, "exec-2", "RUNNABLE", frames=WORKING, cpu_seconds=0.5),
        thread(3, "exec-3", state_detail="parking"),
        JavaThread("GC Thread#0", jvm_id="0x1", cpu_seconds=2.0),
        JavaThread("carrier", 4, state=None, carries=9),
        JavaThread("unknown", 5),
    )

    pools = thread_groups(dump, "pool")
    assert [(one.label, one.threads, one.states, one.cpu_seconds) for one in pools] == [
        ("exec-*", 3, {"WAITING": 2, "RUNNABLE": 1}, 2.0),
        ("GC Thread#0", 1, {"JVM": 1}, 2.0),
        ("carrier", 1, {"CARRIER": 1}, None),
        ("unknown", 1, {"UNKNOWN": 1}, None),
    ]
    states = thread_groups(dump, "state")
    assert (states[0].label, states[0].states) == ("WAITING", {"WAITING (parking)": 2})
    stacks = thread_groups(dump, "stack")
    assert [(one.threads, one.pools, one.examples) for one in stacks] == [
        (2, {"exec-*": 2}, ("exec-1", "exec-3")),
        (1, {"exec-*": 1}, ("exec-2",)),
    ]
    assert [one.name for one in threads_in_state(dump, "runnable")] == ["exec-2"]


def test_growth_of_pools_over_dumps() -> None:
    changes = thread_changes(
        [
            dump_of(thread(1, "leak-1", cpu_seconds=1.0), thread(2, "old-1")),
            dump_of(thread(1, "leak-1"), thread(3, "leak-2"), thread(2, "old-1")),
            dump_of(*(thread(n, f"leak-{n}", cpu_seconds=1.5) for n in (1, 3, 4)), taken_at="now"),
        ]
    )

    assert [(one.label, one.threads, one.grown, one.cpu_seconds) for one in changes.pools] == [
        ("leak-*", (1, 2, 3), 2, 3.5),
        ("old-1", (1, 1, 0), -1, None),
    ]
    assert (changes.started, changes.ended) == (("leak-3", "leak-4"), ("old-1",))
    assert [(row.threads, row.taken_at) for row in changes.dumps] == [
        (2, None),
        (3, None),
        (3, "now"),
    ]


def test_stacks_that_never_change_are_stuck_or_idle() -> None:
    lock = (LockLine("waiting to lock", "a", "java.lang.Object"),)
    held = (LockLine("locked", "a", "java.lang.Object"),)
    epoll = (StackFrame("sun.nio.ch.EPoll.wait(Native Method)"),)

    def dump(moved: str) -> ThreadDump:
        return dump_of(
            thread(1, "idle-1"),
            thread(2, "idle-2"),
            thread(3, "hot", "RUNNABLE", frames=WORKING, cpu_seconds=len(moved)),
            thread(4, "stuck", "BLOCKED", frames=(StackFrame("a.B.put(B.java:2)", lock),)),
            thread(5, "owner", "TIMED_WAITING", frames=(StackFrame("a.B.hold(B.java)", held),)),
            thread(6, "poller", "RUNNABLE", frames=epoll),
            thread(7, "moves", "RUNNABLE", frames=(StackFrame(f"a.B.{moved}(B.java:3)"),)),
            thread(8, "without", frames=()),
        )

    still = thread_changes([dump("a"), dump("bbb")]).still
    assert [(row.thread_names, row.is_idle, row.cpu_seconds) for row in still] == [
        (("hot",), False, 2),
        (("stuck",), False, None),
        (("owner",), False, None),
        (("idle-1", "idle-2"), True, None),
        (("poller",), True, None),
    ]


def test_dumps_of_different_jvms_are_told() -> None:
    changes = thread_changes([dump_of(process_id=1, vm="17"), dump_of(process_id=2, vm="21")])

    assert len(changes.notes) == 2
    assert thread_changes([dump_of(process_id=1), dump_of()]).notes == ()
    with pytest.raises(ValueError, match="no dump"):
        thread_changes([])


def task(tid: int, seconds: float, namespace_tid: int | None = None) -> NativeThread:
    return NativeThread(tid, namespace_tid or tid, f"native-{tid}", "R", seconds, 0.0)


def test_busy_threads_are_joined_by_the_id_of_the_jvms_namespace() -> None:
    dump = dump_of(thread(1, "hot", "RUNNABLE", native_id=11, frames=WORKING))
    before = [task(1011, 5.0, 11), task(1012, 1.0, 12)]
    after = [task(1011, 6.5, 11), task(1012, 1.5, 12), task(1013, 0.25, 13)]

    rows = busy_by_tasks(before, after, dump, 2.0)
    assert [(row.name, row.native_id, row.cpu_seconds, row.cpu_share) for row in rows] == [
        ("hot", 11, 1.5, 0.75),
        ("native-1012", 12, 0.5, 0.25),
        ("native-1013", 13, 0.25, 0.125),
    ]
    assert (rows[0].frames, rows[1].frames) == ((WORKING[0].text,), ())


def test_busy_threads_by_what_dumps_print() -> None:
    first = dump_of(thread(1, "hot", cpu_seconds=1.0, elapsed_seconds=10.0), thread(2, "unknown"))
    last = dump_of(
        thread(1, "hot", cpu_seconds=4.0, elapsed_seconds=14.0),
        thread(3, "new", cpu_seconds=0.5, elapsed_seconds=1.0),
    )

    assert [(row.name, row.cpu_seconds, row.cpu_share) for row in busy_by_dumps([first, last])] == [
        ("hot", 3.0, 0.75),
        ("new", 0.5, 0.5),
    ]
    assert [(row.name, row.cpu_share) for row in busy_by_dumps([first])] == [("hot", 0.1)]
