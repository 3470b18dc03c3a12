"""`seamew threads` on thread dumps in files, and which options go with what."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from seamew.cli.exit_codes import ExitCode
from seamew.jvm.threads import JavaThread, LockLine, StackFrame
from support.printed_threads import STYLES, printed

from .conftest import Run

STYLE = STYLES[2]


def thread(number: int, name: str, *locks: tuple[str, str]) -> JavaThread:
    lines = tuple(LockLine(action, lock, "java.lang.Object") for action, lock in locks)
    return JavaThread(
        name,
        number,
        native_id=number,
        jvm_id=f"{number:#018x}",
        is_daemon=False,
        priority=5,
        cpu_seconds=number / 2,
        elapsed_seconds=100.0,
        activity="runnable",
        state="BLOCKED" if locks else "RUNNABLE",
        frames=(StackFrame("com.acme.Store.put(Store.java:42)", lines),),
    )


RING = (
    thread(1, "left", ("waiting to lock", "0x1"), ("locked", "0x2")),
    thread(2, "right", ("waiting to lock", "0x2"), ("locked", "0x1")),
)


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    """A log with two dumps: a pool grows by one thread and a ring closes."""
    first = printed([thread(3, "exec-1")], STYLE)
    second = printed([thread(3, "exec-1"), thread(4, "exec-2"), *RING], STYLE)
    path = tmp_path / "service.log"
    path.write_text(f"starting\n{first}order 1\n{second}done\n", encoding="utf-8")
    return path


def rows(text: str, key: str = "rows") -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(text)["result"][key]
    return found


def test_a_log_with_two_dumps_shows_what_changed(seamew: Run, dumps: Path) -> None:
    done = seamew("threads", str(dumps), "--json")

    assert (done.code, done.err) == (0, "")
    assert [row["deadlocks"] for row in rows(done.out, "dumps")] == [0, 1]
    grown = [(row["label"], row["threads"]) for row in rows(done.out, "pools") if row["grown"]]
    assert ("exec-*", [1, 2]) in grown


def test_views_are_of_the_last_dump_or_of_a_chosen_one(seamew: Run, dumps: Path) -> None:
    last = seamew("threads", str(dumps), "--deadlocks", "--json")
    assert len(rows(last.out)) == 1
    assert last.err == "the last of 2 dumps; --dump NUMBER, 0 to 1, has another\n"

    first = seamew("threads", str(dumps), "--dump", "0", "--json")
    assert [row["name"] for row in rows(first.out)] == ["exec-1"]
    none = seamew("threads", str(dumps), "--dump", "2")
    assert (none.code, "there is no dump 2" in none.err) == (ExitCode.USAGE, True)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--thread", "left"], ["left"]),
        (["--thread", "#4"], ["exec-2"]),
        (["--state", "RUNNABLE"], ["exec-1", "exec-2"]),
        (["--busy", "2"], ["exec-2", "exec-1"]),
        (["--no-stacks", "--sort", "name"], ["exec-1", "exec-2", "left", "right"]),
        (["--stacks", "--sort", "cpu", "--limit", "1"], ["exec-2"]),
    ],
)
def test_threads_one_by_one(seamew: Run, dumps: Path, options: list[str], names: list[str]) -> None:
    arguments = ["threads", str(dumps), "--dump", "1", *options]
    assert [row["name"] for row in rows(seamew(*arguments, "--json").out)] == names
    shown = seamew(*arguments).out
    assert all(name in shown for name in names)


@pytest.mark.parametrize("by", ["pool", "state", "stack"])
@pytest.mark.parametrize("form", ["", "--csv", "--markdown"])
def test_groups(seamew: Run, dumps: Path, by: str, form: str) -> None:
    done = seamew("threads", str(dumps), "--dump", "1", "--by", by, *([form] if form else []))
    assert (done.code, done.err) == (0, "")
    assert done.out


def test_who_blocks_whom(seamew: Run, dumps: Path) -> None:
    done = seamew("threads", str(dumps), "--dump", "1", "--blocking", "--json")
    assert [(row["thread_name"], row["depth"]) for row in rows(done.out)] == [
        ("left", 0),
        ("right", 1),
    ]


def test_several_files_are_compared(seamew: Run, dumps: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(printed([thread(9, "late")], STYLE), encoding="utf-8")

    done = seamew("threads", str(dumps), str(other), "--json")
    sources = [row["source"] for row in rows(done.out, "dumps")]
    assert sources == [str(dumps), str(dumps), str(other)]


def test_a_loss_is_a_warning_and_an_exit_code(seamew: Run, tmp_path: Path) -> None:
    cut = tmp_path / "cut.txt"
    cut.write_text(printed(RING, STYLE).partition("JNI global")[0], encoding="utf-8")

    done = seamew("threads", str(cut))
    assert done.code == ExitCode.READ_IN_PART
    assert done.err == f"warning: {cut}, line 2: the dump's end is missing\n"
    assert "Deadlock of 2 threads, found by its locks" in done.out
    assert json.loads(seamew("threads", str(cut), "--json").out)["warnings"][0]["partial"]


def test_what_is_neither_says_both(seamew: Run, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("nothing here\n", encoding="utf-8")

    done = seamew("threads", str(notes))
    assert done.code == ExitCode.ERROR
    assert "neither a heap dump nor has it a thread dump" in done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--by", "pool", "--blocking"], "--by and --blocking exclude each other"),
        (["--by", "loader"], "--by loader is for heap dumps"),
        (["--sort", "retained"], "--sort retained is for heap dumps"),
        (["--locals"], "--locals is for heap dumps"),
        (["--monitors"], "--monitors is for heap dumps"),
        (["--times", "2"], "--times is for a running JVM"),
        (["--virtual"], "--virtual is for a running JVM"),
        (["--raw"], "--raw is for a running JVM"),
        (["--sample", "2"], "--sample is for a running JVM"),
        (["-o", "x"], "--output is for a running JVM"),
        (["--watch", "2"], "--watch is for a running JVM"),
    ],
)
def test_options_that_are_not_for_thread_dumps(
    seamew: Run, dumps: Path, options: list[str], said: str
) -> None:
    done = seamew("threads", str(dumps), *options)
    assert (done.code, said in done.err) == (ExitCode.USAGE, True), done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--busy", "3"], "--busy is for running JVMs and thread dumps"),
        (["--blocking"], "--blocking is for running JVMs and thread dumps"),
        (["--state", "blocked"], "--state is for running JVMs and thread dumps"),
        (["--virtual"], "--virtual is for running JVMs and thread dumps"),
        (["--sort", "cpu"], "--sort cpu is for running JVMs and thread dumps"),
        (["--locals", "--monitors"], "exclude each other"),
        (["--by", "pool", "--thread", "main"], "exclude each other"),
    ],
)
def test_options_that_are_not_for_heap_dumps(seamew: Run, options: list[str], said: str) -> None:
    done = seamew("threads", "x.hprof", *options)
    assert (done.code, said in done.err) == (ExitCode.USAGE, True), done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["other.txt"], "is a process"),
        (["--dump", "0"], "--dump is for files"),
        (["--sample", "2"], "--sample goes with --busy"),
        (["--every", "2"], "--every goes with --times"),
        (["--virtual", "--busy", "2"], "--virtual has no CPU times"),
        (["--virtual", "--times", "2", "--raw"], "--virtual gives one text"),
        (["-o", "x", "--watch", "1"], "--output keeps one answer"),
        (["--busy", "2", "--deadlocks"], "exclude each other"),
    ],
)
def test_options_that_are_not_for_a_process(seamew: Run, options: list[str], said: str) -> None:
    done = seamew("threads", str(os.getpid()), *options)
    assert (done.code, said in done.err) == (ExitCode.USAGE, True), done.err


def test_a_process_that_is_no_jvm(seamew: Run) -> None:
    done = seamew("threads", str(os.getpid()))
    assert done.code == ExitCode.TARGET_NOT_FOUND
    assert "is no JVM" in done.err
