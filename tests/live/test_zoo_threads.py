"""Threads of a running program: names, stacks, and the locals of known frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import seamew
from seamew.heap import Heap
from seamew.model import StackFrame, ThreadRow

from . import jdks
from .combinations import Combination, majors
from .conftest import jdk_of
from .parity import figures_of_jvm
from .zoo import running_zoo

ZOO_THREADS = {
    "zoo-holder",
    "zoo-waiter",
    "zoo-sleeper",
    "zoo-locked",
    "zoo-notified",
    "zoo-thread-local",
}
DEPTH = 10
VIRTUAL_THREAD = "java.lang.VirtualThread"
VIRTUAL_THREADS = 20
FEWEST_OBJECTS = 500
# Before, a dump has no roots for the stacks of virtual threads that are not running.
VIRTUAL_STACKS_SINCE = 25
FRAME_LOCAL = "BlockedThreads$FrameLocal"
LUGGAGE = "HeapZoo$VirtualLuggage"

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Portrait:
    """A dump of HeapZoo, and how the JVM counts the same heap."""

    major: int
    histogram: str
    dump: Path


@pytest.fixture(scope="module", params=majors(), ids=str)
def portrait(
    request: pytest.FixtureRequest, zoo_classes: Path, tmp_path_factory: pytest.TempPathFactory
) -> Portrait:
    jdk = jdk_of(int(request.param))
    options = Combination(jdk.major, "g1", "default").options()
    folder = tmp_path_factory.mktemp(f"zoo-{jdk.major}")
    with running_zoo(jdk, options, zoo_classes, folder) as zoo:
        pair = zoo.pair(live=True)
    return Portrait(jdk.major, pair.histogram, pair.dump)


@pytest.fixture
def heap(portrait: Portrait) -> Iterator[Heap]:
    with seamew.open(portrait.dump, use_index=False) as heap:
        yield heap


def test_the_threads_are_named(heap: Heap) -> None:
    assert {row.name for row in heap.threads()} >= ZOO_THREADS | {"main"}


def test_a_recursion_shows_the_local_of_each_call(heap: Heap) -> None:
    calls = frames_of(thread(heap, "zoo-sleeper"), "BlockedThreads.descend")
    assert [numbers(heap, call) for call in calls] == [[depth] for depth in range(1, DEPTH + 1)]


def test_a_blocked_thread_shows_its_local(heap: Heap) -> None:
    waiter = thread(heap, "zoo-waiter")
    (frame,) = frames_of(waiter, "BlockedThreads.enterMonitor")
    assert numbers(heap, frame) == [-1]
    assert waiter.state is not None
    assert "blocked" in waiter.state


def test_a_waiting_thread_shows_the_object_it_waits_for(heap: Heap) -> None:
    (frame,) = frames_of(thread(heap, "zoo-notified"), "BlockedThreads.waitForNotice")
    assert [local.class_name for local in frame.locals] == ["java.lang.Object"]


def test_a_local_retains_what_only_it_holds(heap: Heap) -> None:
    (frame,) = frames_of(thread(heap, "zoo-waiter"), "BlockedThreads.enterMonitor")
    (local,) = (one for one in frame.locals if one.class_name == FRAME_LOCAL)
    targets = [field.target for field in heap.object(local.object_index).fields]
    content = [target.shallow_bytes for target in targets if target is not None]
    assert len(content) == 1
    assert local.retained_bytes == local.shallow_bytes + content[0]


def test_virtual_threads_are_counted_as_the_jvm_does(portrait: Portrait, heap: Heap) -> None:
    if portrait.major < jdks.VIRTUAL_THREADS_SINCE:
        pytest.skip(f"Java {portrait.major} has no virtual threads")
    objects, _ = figures_of_jvm(portrait.histogram, portrait.major)[VIRTUAL_THREAD]
    virtual = virtual_threads(heap)
    assert len(virtual) == objects == VIRTUAL_THREADS
    assert {row.name for row in virtual} == {""}


def test_stacks_of_virtual_threads_hold_their_locals(portrait: Portrait, heap: Heap) -> None:
    if portrait.major < VIRTUAL_STACKS_SINCE:
        pytest.skip(f"dumps of Java {portrait.major} lack the stacks of parked virtual threads")
    guests = [
        frame
        for row in virtual_threads(heap)
        for frame in frames_of(row, "HeapZoo$VirtualGuest.run")
    ]
    held = [local for frame in guests for local in frame.locals if local.class_name == LUGGAGE]
    assert len({local.object_index for local in held}) == VIRTUAL_THREADS


def test_virtual_threads_tell_what_they_do(portrait: Portrait, heap: Heap) -> None:
    if portrait.major < jdks.VIRTUAL_THREADS_SINCE:
        pytest.skip(f"Java {portrait.major} has no virtual threads")
    virtual = virtual_threads(heap)
    assert {row.thread_state for row in virtual} == {"WAITING"}
    assert {row.state for row in virtual} == {"[parked]"}
    assert all(row.is_virtual and row.is_alive for row in virtual)
    assert {row.carrier_index for row in virtual} == {None}
    assert sum(row.is_virtual for row in heap.threads()) == VIRTUAL_THREADS


def test_threads_tell_their_state_and_group(heap: Heap) -> None:
    states = {row.name: row.thread_state for row in heap.threads() if row.name in ZOO_THREADS}
    assert states == {**dict.fromkeys(ZOO_THREADS, "WAITING"), "zoo-waiter": "BLOCKED"}
    assert {row.group for row in heap.threads() if row.name in ZOO_THREADS} == {"main"}


def test_locks_know_their_owner_and_who_waits(heap: Heap) -> None:
    found = heap.locks()
    (lock,) = (row for row in found.locks if row.owner == "zoo-holder")
    assert (lock.kind, lock.waiters) == ("lock", ("zoo-locked",))
    assert [row.thread_name for row in found.blocked] == ["zoo-waiter"]
    assert found.blocked[0].top_frame is not None
    assert "BlockedThreads.enterMonitor" in found.blocked[0].top_frame
    assert found.deadlocks == ()


def test_the_monitor_that_a_blocked_thread_wants_is_among_those_told(heap: Heap) -> None:
    wanted = [row for row in heap.locks().locks if row.waiters == ("zoo-waiter",)]
    assert any(row.holders == ("zoo-holder",) for row in wanted)


@pytest.mark.parametrize("class_name", ["java.lang.String", "java.util.HashMap$Node"])
def test_the_fields_of_each_object_can_be_read(heap: Heap, class_name: str) -> None:
    objects = heap.instance_ids(class_name, limit=1_000_000)
    unread = [index for index in objects if not heap.object(index).fields]
    assert len(objects) > FEWEST_OBJECTS
    assert not unread


def virtual_threads(heap: Heap) -> list[ThreadRow]:
    return [row for row in heap.threads() if row.class_name == VIRTUAL_THREAD]


def thread(heap: Heap, name: str) -> ThreadRow:
    (found,) = (row for row in heap.threads() if row.name == name)
    return found


def frames_of(row: ThreadRow, method: str) -> list[StackFrame]:
    return [frame for frame in row.frames if f"{method}(" in frame.text]


def numbers(heap: Heap, frame: StackFrame) -> list[int]:
    """The field `number` of each FrameLocal that the frame holds."""
    locals_here = [one for one in frame.locals if one.class_name == FRAME_LOCAL]
    fields = [field for one in locals_here for field in heap.object(one.object_index).fields]
    return [int(str(field.value)) for field in fields if field.name == "number"]
