"""What the JDK's own objects tell, of a program of which it is known."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import seamew
from seamew.heap import Heap
from seamew.model import HistogramRow

from .combinations import Combination, majors
from .conftest import jdk_of
from .zoo import ANSWER_SECONDS, java_command

ZOO = "RuntimeZoo"
POOL = "zoo-pool-7-thread-*"
WORKERS, SOFT, WEAK, LEAKING, WAITING = 3, 5, 4, 3, 7
BUFFER_BYTES = 1 << 20
PASSWORD = "correct-horse"  # noqa: S105 (what must not be shown)

pytestmark = pytest.mark.live


@pytest.fixture(scope="module", params=majors(), ids=str)
def dump(
    request: pytest.FixtureRequest, zoo_classes: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    jdk = jdk_of(int(request.param))
    folder = tmp_path_factory.mktemp(f"runtime-{jdk.major}")
    options = [
        *Combination(jdk.major, "serial", "default").options(),
        f"-Dapp.password={PASSWORD}",
        "-Dapp.colour=green",
    ]
    target = folder / "runtime.hprof"
    command = [*java_command(jdk, options, zoo_classes, folder), ZOO, target, zoo_classes]
    environment = os.environ | {"APP_TOKEN": PASSWORD, "APP_COLOUR": "green"}
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=ANSWER_SECONDS,
        check=False,
        cwd=folder,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def heap(dump: Path) -> Iterator[Heap]:
    with seamew.open(dump, use_index=False) as heap:
        yield heap


def test_threads_of_a_pool_are_one_group(heap: Heap) -> None:
    (pool,) = (row for row in heap.thread_groups("pool") if row.label == POOL)
    assert (pool.threads, pool.states) == (WORKERS, {"WAITING": WORKERS})


def test_threads_of_one_stack_are_one_group(heap: Heap) -> None:
    names = {row.object_index: row.name for row in heap.threads()}
    (group,) = (
        row
        for row in heap.thread_groups("stack")
        if (names[row.example_index] or "").startswith("zoo-pool")
    )
    assert group.threads == WORKERS
    assert any("CountDownLatch.await" in frame for frame in group.frames)


def test_a_thread_tells_all_of_itself(heap: Heap) -> None:
    detail = heap.thread("zoo-pool-7-thread-1")
    thread = detail.thread
    assert (thread.group, thread.is_daemon, thread.thread_state) == ("main", True, "WAITING")
    assert thread.thread_id
    assert detail.blocker is not None
    assert "CountDownLatch" in detail.blocker.class_name


def test_thread_locals_are_named_by_their_static_field(heap: Heap) -> None:
    (row,) = (row for row in heap.thread_local_keys() if row.key_name == f"{ZOO}#PER_THREAD")
    assert (row.threads, row.value_class) == (WORKERS, "byte[]")
    assert 10_000 * WORKERS < row.retained_bytes < 10_100 * WORKERS


def test_stale_thread_locals_are_told(heap: Heap) -> None:
    stale = [
        row
        for row in heap.thread_locals()
        if row.key is None and row.value and row.value.class_name == f"{ZOO}$Payload"
    ]
    assert {row.thread_name for row in stale} == {
        f"zoo-pool-7-thread-{number}" for number in range(1, WORKERS + 1)
    }


def counts(rows: tuple[HistogramRow, ...]) -> dict[str, int]:
    return {row.label: row.objects for row in rows}


def test_what_only_soft_references_hold(heap: Heap) -> None:
    found = heap.reference_statistics("soft")
    assert counts(found.referents)[f"{ZOO}$Payload"] == SOFT
    assert counts(found.only)[f"{ZOO}$Payload"] == SOFT
    assert f"{ZOO}$Payload" not in counts(found.kept)


def test_what_weak_references_hold_besides_others(heap: Heap) -> None:
    found = heap.reference_statistics("weak")
    assert counts(found.kept)[f"{ZOO}$Payload"] == WEAK
    assert f"{ZOO}$Payload" not in counts(found.only)


def test_values_that_hold_their_weak_keys(heap: Heap) -> None:
    found = heap.reference_statistics("weak")
    assert counts(found.kept_by_references)[f"{ZOO}$Key"] == LEAKING
    for example in found.examples:
        assert example.path[-1].object_index == example.object.object_index
        assert "referent" not in {step.field for step in example.path}


def test_finalizers_that_wait(heap: Heap) -> None:
    found = heap.finalizers()
    assert counts(found.waiting_by_class)[f"{ZOO}$Waiting"] == WAITING
    assert f"{ZOO}$Blocking" not in counts(found.waiting_by_class)
    assert [row.class_name for row in found.processing] == [f"{ZOO}$Blocking"]
    assert found.waiting_retained_bytes >= WAITING * 200
    assert any("runFinalizer" in frame.text for row in found.threads for frame in row.frames)
    assert {row.class_name for row in heap.rows(list(heap.finalizer_queue()))} == set(
        counts(found.waiting_by_class)
    )


def test_direct_buffers_and_what_holds_them(heap: Heap) -> None:
    found = heap.finalizers().direct_buffers
    (row,) = (row for row in found.rows if row.holder == f"{ZOO}#BUFFERS")
    assert (row.kind, row.buffers, row.capacity_bytes) == ("allocated", 3, 3 * BUFFER_BYTES)
    assert found.views >= 3
    assert found.reserved_bytes is not None
    assert found.reserved_bytes >= 3 * BUFFER_BYTES


def test_cleaners_by_their_action(heap: Heap) -> None:
    actions = {row.action: row.cleaners for row in heap.finalizers().cleaners}
    assert actions["java.nio.DirectByteBuffer$Deallocator"] == 3


def test_a_class_that_two_loaders_loaded(heap: Heap, zoo_classes: Path) -> None:
    (row,) = (row for row in heap.duplicate_classes() if row.class_name == "Visitor")
    assert row.loaders == 2
    (again,) = (
        row for row in heap.repeated_loaders() if row.class_name == "java.net.URLClassLoader"
    )
    assert (again.loaders, again.name) == (2, f"file:{zoo_classes}/")


def test_loaders_know_their_classes(heap: Heap) -> None:
    app = next(row for row in heap.loaders() if row.class_name.endswith("AppClassLoader"))
    classes = {row.label for row in heap.loader_classes(app.object_index)}
    assert {ZOO, f"{ZOO}$Payload"} <= classes
    assert len(classes) == app.classes


def test_locks_of_a_deadlock(heap: Heap) -> None:
    (ring,) = heap.locks().deadlocks
    assert ring.is_certain
    assert set(ring.threads) == {"zoo-left", "zoo-right"}


def test_secrets_are_masked(heap: Heap) -> None:
    shown = {(row.source, row.name): row for row in heap.properties()}
    assert shown["system", "app.password"].is_masked
    assert shown["environment", "APP_TOKEN"].is_masked
    assert shown["system", "app.colour"].value == shown["environment", "APP_COLOUR"].value
    assert not [row for row in shown.values() if row.value and PASSWORD in row.value]
    arguments = [row.value for row in shown.values() if row.source == "argument"]
    assert "-Dapp.password=***" in arguments
    assert "-Dapp.colour=green" in arguments


def test_secrets_are_shown_on_demand(heap: Heap) -> None:
    rows = heap.properties(show_secrets=True)
    assert len([row for row in rows if row.value and PASSWORD in row.value]) == 3


def test_the_jvm_is_known(heap: Heap) -> None:
    facts = heap.runtime_facts()
    assert facts.java_version is not None
    # Until Java 8 the first number was 1: 1.8.0_252.
    assert int(facts.java_version.removeprefix("1.").split(".")[0]) in majors()
    assert facts.command is not None
    assert facts.command.startswith(ZOO)
    assert facts.processors
