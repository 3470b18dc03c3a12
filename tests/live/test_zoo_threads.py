"""Threads of a running program: names, stacks, and the locals of known frames."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import seamew
from seamew.heap import Heap
from seamew.model import StackFrame, ThreadRow

from . import jdks
from .combinations import Combination, majors
from .parity import figures_of_jvm
from .zoo import Zoo

ZOO_THREADS = {
    "zoo-holder",
    "zoo-waiter",
    "zoo-sleeper",
    "zoo-locked",
    "zoo-notified",
    "zoo-thread-local",
}
DEPTH = 10
VIRTUAL_THREADS = 20
# Before, a dump has no roots for the stacks of virtual threads that are not running.
VIRTUAL_STACKS_SINCE = 25
FRAME_LOCAL = "BlockedThreads$FrameLocal"
LUGGAGE = "HeapZoo$VirtualLuggage"

pytestmark = [
    pytest.mark.live,
    pytest.mark.parametrize(
        "combination", [Combination(major, "g1", "default") for major in majors()], ids=str
    ),
]


@pytest.fixture
def heap(zoo: Zoo) -> Iterator[Heap]:
    with seamew.open(zoo.dump(), use_index=False) as heap:
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


def test_virtual_threads_are_counted_as_the_jvm_does(combination: Combination, zoo: Zoo) -> None:
    if combination.major < jdks.VIRTUAL_THREADS_SINCE:
        pytest.skip(f"Java {combination.major} has no virtual threads")
    pair = zoo.pair(live=True)
    of_jvm = figures_of_jvm(pair.histogram, combination.major)["java.lang.VirtualThread"]
    with seamew.open(pair.dump, use_index=False) as heap:
        virtual = [row for row in heap.threads() if row.class_name == "java.lang.VirtualThread"]
    assert len(virtual) == of_jvm[0] == VIRTUAL_THREADS
    assert {row.name for row in virtual} == {""}


def test_stacks_of_virtual_threads_hold_their_locals(combination: Combination, heap: Heap) -> None:
    if combination.major < VIRTUAL_STACKS_SINCE:
        pytest.skip(f"dumps of Java {combination.major} lack the stacks of parked virtual threads")
    virtual = [row for row in heap.threads() if row.class_name == "java.lang.VirtualThread"]
    guests = [frame for row in virtual for frame in frames_of(row, "HeapZoo$VirtualGuest.run")]
    held = [local for frame in guests for local in frame.locals if local.class_name == LUGGAGE]
    assert len(held) == VIRTUAL_THREADS


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
