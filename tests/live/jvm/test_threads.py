"""`seamew threads` against running JVMs; the JVM's own deadlocks and jstack are the oracle."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from live.combinations import majors
from live.conftest import jdk_of
from live.jdks import VIRTUAL_THREADS_SINCE, Jdk
from live.places import AS_NOBODY, IN_CONTAINER, IN_USER_NAMESPACE, placed_jvm
from live.running import RunningJvm, running_jvm, wait_until
from seamew.jvm import attach, read_thread_dumps
from seamew.jvm.threads import lock_waits, stack_of, thread_changes
from support.command import result, seamew

pytestmark = pytest.mark.live

TELLS_INITIALIZATION_SINCE = 17
PLACES = {"nobody": AS_NOBODY, "container": IN_CONTAINER, "user namespace": IN_USER_NAMESPACE}
RINGS = [
    {"monitor-ring-1", "monitor-ring-2"},
    {"lock-ring-1", "lock-ring-2"},
    {"mixed-ring-1", "mixed-ring-2"},
]
ODD_NAMES = {
    'a "quoted" name',
    "two\nlines",
    'line\nand "quote" #1 prio=5',
    "bell\x07 and \x1b[31mred\x1b[0m",
    "订单处理-线程-1",
    "smile 😀",
    "tab\there",
    "",
    " ",
}


@contextmanager
def stuck(jdk: Jdk, classes: Path, folder: Path, *what: str) -> Iterator[RunningJvm]:
    """A JVM whose threads stand still."""
    with running_jvm(jdk, classes, folder, ["StuckThreads", *what]) as running:
        yield running


@pytest.fixture(params=majors(), ids=lambda major: f"java-{major}")
def jdk(request: pytest.FixtureRequest) -> Jdk:
    return jdk_of(request.param)


def rings(found: dict[str, Any]) -> list[set[str]]:
    return [{step["thread_name"] for step in one["steps"]} for one in found["rows"]]


def in_some_order(found: Sequence[set[str]]) -> list[list[str]]:
    return sorted(sorted(one) for one in found)


def left_behind(jvm: RunningJvm) -> list[str]:
    """What is in the JVM's folder and /tmp that we may have put there."""
    tmp = Path("/tmp")  # noqa: S108 (where JVMs look)
    names = [path.name for path in jvm.folder.iterdir() if path.name != "stderr.txt"]
    names += [path.name for path in tmp.glob(f".attach_pid{jvm.pid}")]
    return names + [path.name for path in tmp.glob("seamew-threads-*")]


def test_deadlocks_are_those_that_the_jvm_finds(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path
) -> None:
    with stuck(jdk, zoo_classes, tmp_path, "deadlocks") as jvm:
        found = result("threads", str(jvm.pid), "--deadlocks")
        raw = result("threads", str(jvm.pid), "--raw")["text"]
        shown = seamew("threads", str(jvm.pid), COLUMNS="80").stdout
        assert left_behind(jvm) == []
        assert jvm.lines == ["READY"]

    assert in_some_order(rings(found)) == in_some_order(RINGS)
    assert all(one["is_printed"] for one in found["rows"])
    assert "Found 3 deadlocks." in raw
    assert shown.index("Deadlock of 2 threads, found by the JVM") < shown.index("Pools")
    assert max(map(len, shown.split("\n"))) <= 80


def test_deadlocks_are_found_by_the_locks_alone(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path
) -> None:
    """The text without what the JVM says about deadlocks gives the same rings."""
    saved = tmp_path / "saved.txt"
    with stuck(jdk, zoo_classes, tmp_path, "deadlocks") as jvm:
        printed = result("threads", str(jvm.pid), "--deadlocks", "--output", saved)
    assert saved.stat().st_mode & 0o777 == 0o600
    bare = tmp_path / "bare.txt"
    text, mark, _ = saved.read_text(encoding="utf-8").partition("Found one Java-level deadlock")
    assert mark
    bare.write_text(text, encoding="utf-8")

    found = result("threads", bare, "--deadlocks")
    assert in_some_order(rings(found)) == in_some_order(rings(printed))
    assert not any(one["is_printed"] for one in found["rows"])


def test_classes_that_initialize_each_other(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    """The JVM does not call it a deadlock."""
    if jdk.major < TELLS_INITIALIZATION_SINCE:
        pytest.skip(f"Java {jdk.major} does not tell which class a thread waits for")
    with stuck(jdk, zoo_classes, tmp_path, "classes") as jvm:
        found = result("threads", str(jvm.pid), "--deadlocks")

    assert rings(found) == [{"class-ring-1", "class-ring-2"}]
    assert [one["is_printed"] for one in found["rows"]] == [False]


def test_who_blocks_whom(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    with stuck(jdk, zoo_classes, tmp_path, "blocked") as jvm:
        rows = result("threads", str(jvm.pid), "--blocking")["rows"]
        states = result("threads", str(jvm.pid), "--state", "blocked")["rows"]

    tree = [(row["depth"], row["thread_name"], row["blocked"], row["directly"]) for row in rows]
    assert tree[:2] == [(0, "ledger-holder", 6, 4), (1, "account-holder", 2, 2)]
    assert sorted(name for depth, name, *_ in tree if depth == 2) == [
        "account-worker-1",
        "account-worker-2",
    ]
    assert {name for depth, name, *_ in tree if depth == 1} == {
        "account-holder",
        *(f"order-worker-{number}" for number in (1, 2, 3)),
    }
    assert {row["name"] for row in states} == {
        "account-holder",
        *(f"order-worker-{number}" for number in (1, 2, 3)),
    }


def test_pools_and_states(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    with stuck(jdk, zoo_classes, tmp_path, "pools") as jvm:
        pools = result("threads", str(jvm.pid), "--by", "pool")["rows"]
        stacks = result("threads", str(jvm.pid), "--by", "stack")["rows"]

    found = {row["label"]: (row["threads"], row["states"]) for row in pools}
    assert found["http-nio-8080-exec-*"] == (12, {"WAITING": 12})
    assert found["pool-1-thread-*"] == (3, {"WAITING": 3})
    assert found["pool-2-thread-*"] == (2, {"TIMED_WAITING": 2})
    assert stacks[0]["threads"] >= 12
    assert "http-nio-8080-exec-*" in stacks[0]["pools"]


def test_threads_are_those_of_jstack(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    jstack = jdk.home / "bin" / "jstack"
    if not jstack.exists():
        pytest.skip(f"Java {jdk.version} has no jstack to compare with")
    with stuck(jdk, zoo_classes, tmp_path, "deadlocks", "blocked", "pools") as jvm:
        ours = attach(jvm.pid).threads()
        text = subprocess.run(
            [str(jstack), "-l", str(jvm.pid)], capture_output=True, check=True, timeout=60
        ).stdout
    path = tmp_path / "jstack.txt"
    path.write_bytes(text)

    (theirs,) = read_thread_dumps(path)
    assert theirs.losses == ours.losses == ()
    still = [one for one in ours.threads if one.number and one.name.rstrip("-0123456789") in STILL]
    others = {one.number: one for one in theirs.threads}
    assert len(still) >= 20
    for one in still:
        other = others[one.number]
        assert (one.name, one.native_id, one.state) == (other.name, other.native_id, other.state)
        assert (one.frames, one.owned_synchronizers) == (other.frames, other.owned_synchronizers)
    assert [[wait.thread_name for wait in one.waits] for one in ours.deadlocks] == [
        [wait.thread_name for wait in one.waits] for one in theirs.deadlocks
    ]


STILL = {
    "http-nio-8080-exec",
    "pool",
    "order-worker",
    "account-worker",
    "monitor-ring",
    "lock-ring",
}


def test_odd_names_are_read_as_they_are_and_shown_as_escapes(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path
) -> None:
    with stuck(jdk, zoo_classes, tmp_path, "names") as jvm:
        done = seamew("threads", str(jvm.pid), "--json")
        shown = seamew("threads", str(jvm.pid), "--no-stacks", "--limit", "0").stdout

    rows = json.loads(done.stdout)["result"]["rows"]
    assert {row["name"] for row in rows} >= ODD_NAMES
    assert len({row["number"] for row in rows if row["name"] in ODD_NAMES}) == len(ODD_NAMES)
    assert "\x1b" not in shown
    assert "two\\nlines" in shown
    assert "订单处理-线程-1" in shown


def test_busy_threads_with_their_stacks(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    with stuck(jdk, zoo_classes, tmp_path, "pools") as jvm:
        jvm.tell("spin hot-one")
        found = result("threads", str(jvm.pid), "--busy", "1", "--sample", "0.5")
        jvm.tell("calm")

    (row,) = found["rows"]
    assert row["name"] == "hot-one"
    assert row["state"] == "RUNNABLE"
    assert row["cpu_share"] > 0.2
    assert row["cpu_seconds"] == pytest.approx(found["sample_seconds"] * row["cpu_share"], rel=0.01)
    assert any("StuckThreads.work" in frame for frame in row["frames"])


def test_growth_between_dumps_of_a_running_jvm(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.txt"
    with stuck(jdk, zoo_classes, tmp_path, "pools") as jvm:
        running = attach(jvm.pid)
        dumps = [running.threads()]
        jvm.tell("more leaky 3")
        dumps.append(running.threads())
        times = result("threads", str(jvm.pid), "--times", "2", "--every", "0.1", "-o", saved)

    changes = thread_changes(dumps)
    assert (changes.pools[0].label, changes.pools[0].threads) == ("leaky-*", (0, 3))
    assert {"leaky-1", "leaky-2", "leaky-3"} <= set(changes.started)
    pool = next(row for row in changes.still if "http-nio-8080-exec-*" in row.pools)
    assert pool.is_idle
    assert [row["threads"] for row in times["dumps"]] == [
        len(dump.threads) for dump in read_thread_dumps(saved)
    ]


def test_virtual_threads(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    if jdk.major < VIRTUAL_THREADS_SINCE:
        with stuck(jdk, zoo_classes, tmp_path) as jvm:
            done = seamew("threads", str(jvm.pid), "--virtual")
            assert left_behind(jvm) == []
        assert done.returncode == 1
        assert "has no Thread.dump_to_file" in done.stderr
        return
    with stuck(jdk, zoo_classes, tmp_path, "virtual") as jvm:
        found = result("threads", str(jvm.pid), "--virtual")
        carriers = [one for one in attach(jvm.pid).threads().threads if one.carries is not None]
        assert left_behind(jvm) == []

    rows = {row["name"]: row for row in found["rows"]}
    waiters = [f"virtual-waiter-{number}" for number in range(1, 21)]
    assert all(rows[name]["is_virtual"] for name in [*waiters, "virtual-worker"])
    assert not rows["main"]["is_virtual"]
    assert found["dump"]["virtual_threads"] == 22
    assert rows["virtual-worker"]["number"] in {one.carries for one in carriers}


def test_names_that_the_jvm_cannot_write_as_json(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path
) -> None:
    if jdk.major < VIRTUAL_THREADS_SINCE:
        pytest.skip(f"Java {jdk.major} has no virtual threads")
    with stuck(jdk, zoo_classes, tmp_path, "virtual", "names") as jvm:
        dump = attach(jvm.pid).threads(virtual=True)
        assert left_behind(jvm) == []

    assert {one.name for one in dump.threads} >= ODD_NAMES
    assert sum(bool(one.is_virtual) for one in dump.threads) == 22
    assert dump.losses == ()


def test_the_dump_that_sigquit_writes_into_a_log(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path
) -> None:
    """Not by us: by kill -3, as people do; the log's own lines stand around it."""
    with stuck(jdk, zoo_classes, tmp_path, "deadlocks", "blocked") as jvm:
        ours = attach(jvm.pid).threads()
        subprocess.run(["kill", "-3", str(jvm.pid)], check=True)  # noqa: S607
        wait_until(lambda: any("Found 3 deadlocks" in line for line in jvm.lines), "the dump")
    prefixed = [
        f"2026-11-23T17:35:03.{number:06d}Z stdout F {line}"
        for number, line in enumerate(jvm.lines)
    ]
    path = tmp_path / "container.log"
    path.write_text("\n".join(["INFO before", *prefixed, "INFO after", ""]), encoding="utf-8")

    (dump,) = read_thread_dumps(path)
    assert dump.losses == ()
    theirs = {(one.number, one.name, one.state) for one in dump.threads}
    assert {
        (one.number, one.name, one.state) for one in ours.threads if "ring" in one.name
    } <= theirs
    # Without owned synchronizers only the JVM's own deadlocks name the owners of these locks.
    assert in_some_order(
        [{step.thread_name for step in one.steps} for one in lock_waits(dump).deadlocks]
    ) == in_some_order(RINGS)


def test_an_existing_file_is_never_overwritten(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("mine", encoding="utf-8")
    with stuck(jdk, zoo_classes, tmp_path) as jvm:
        done = seamew("threads", str(jvm.pid), "--output", kept)

    assert done.returncode == 2
    assert "exists already" in done.stderr
    assert kept.read_text(encoding="utf-8") == "mine"


def test_the_jvm_goes_on_as_before(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    with stuck(jdk, zoo_classes, tmp_path, "pools") as jvm:
        running = attach(jvm.pid)
        before = {(one.name, stack_of(one)) for one in running.threads().threads if one.number}
        seamew("threads", str(jvm.pid), "--busy", "3", "--sample", "0.1")
        after = {(one.name, stack_of(one)) for one in running.threads().threads if one.number}
        jvm.tell("calm")
        assert left_behind(jvm) == []

    kept = {name for name, _ in before if "thread" in name or "exec" in name}
    assert {one for one in before if one[0] in kept} <= after
    fresh = {name for name, _ in after} - {name for name, _ in before}
    assert {name for name in fresh if "Compiler" not in name} <= {"Attach Listener"}


@pytest.mark.parametrize("place", PLACES)
def test_threads_of_another_user_or_in_a_container(jdk: Jdk, zoo_classes: Path, place: str) -> None:
    """Native ids are those of the JVM's own namespace, and files go into its own /tmp."""
    program = ["StuckThreads", "blocked"]
    with placed_jvm(jdk, zoo_classes, PLACES[place], program=program) as placed:
        placed.running.tell("spin hot-one")
        found = result("threads", str(placed.pid), "--busy", "1", "--sample", "0.3")
        placed.running.tell("calm")
        assert found["rows"][0]["name"] == "hot-one"
        if jdk.major >= VIRTUAL_THREADS_SINCE:
            virtual = result("threads", str(placed.pid), "--virtual")
            names = {row["name"] for row in virtual["rows"]}
            assert names >= {"main", "ledger-holder", "order-worker-1"}
        assert not list(attach(placed.pid).process.root.glob("tmp/seamew-threads-*"))
