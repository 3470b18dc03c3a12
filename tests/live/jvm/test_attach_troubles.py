"""Attaching to JVMs in trouble: the right thing, or a clear error, and never a harm."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from live.jdks import Jdk
from live.running import START_QUICKLY, RunningJvm, running_jvm, wait_until
from seamew.errors import (
    AttachRefusedError,
    JvmCommandError,
    JvmNotAnsweringError,
    JvmNotFoundError,
)
from seamew.jvm import attach
from seamew.jvm.attaching.readiness import attach_obstacle, socket_path
from seamew.jvm.process import read_status
from seamew.jvm.vm_info import parse_error_counts

pytestmark = pytest.mark.live

DISABLE = "-XX:+DisableAttachMechanism"
STARTS = 5
FULL_SOON = (*START_QUICKLY, "-XX:+UseSerialGC")
AT_ONCE = 4
IN_PROC = ("sh", "-c", 'cd /proc && exec "$@"', "sh")
IN_ANOTHER = ("sh", "-c", 'mkdir another && cd another && exec "$@"', "sh")


def test_a_socket_file_that_a_cleaner_deleted(jvm: RunningJvm) -> None:
    asked = attach(jvm.pid)
    assert asked.jcmd("VM.uptime")
    socket_path(asked.process).unlink()
    if jvm.jdk.version == "1.8.0_252":
        with pytest.raises(AttachRefusedError, match="has lost its attach socket"):
            asked.jcmd("VM.uptime")
    else:
        assert asked.jcmd("VM.uptime")
        assert attach(jvm.pid).jcmd("VM.uptime")
    jvm.tell("still there?")
    assert jvm.lines == ["READY", "DONE"]


@pytest.mark.parametrize("options", [(), ("-XX:-UsePerfData",)], ids=["counters", "no-counters"])
def test_a_jvm_that_lets_nobody_attach(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    with running_jvm(
        jdk, zoo_classes, tmp_path, options=[*START_QUICKLY, DISABLE, *options]
    ) as jvm:
        asked = attach(jvm.pid)
        assert attach_obstacle(asked.process) == f"was started with {DISABLE}"
        with pytest.raises(AttachRefusedError, match="DisableAttachMechanism"):
            asked.jcmd("VM.version")
        jvm.tell("still there?")
        assert jvm.lines == ["READY", "DONE"]
        assert [path.name for path in tmp_path.iterdir()] == ["stderr.txt"]


@pytest.mark.parametrize("attached_before", [True, False])
def test_a_stopped_jvm(jvm: RunningJvm, *, attached_before: bool) -> None:
    asked = attach(jvm.pid)
    if attached_before:
        assert asked.jcmd("VM.uptime")
    os.kill(jvm.pid, signal.SIGSTOP)
    try:
        wait_until(lambda: asked_state(jvm.pid) == "T", "the JVM stops")
        with pytest.raises(JvmNotAnsweringError, match="is stopped") as caught:
            asked.jcmd("VM.uptime")
        assert caught.value.hint == f"let it go on with: kill -CONT {jvm.pid}"
        stopped = attach(jvm.pid).process
        assert attach_obstacle(stopped) == "is stopped (SIGSTOP or a debugger)"
    finally:
        os.kill(jvm.pid, signal.SIGCONT)
    wait_until(lambda: attach_obstacle(attach(jvm.pid).process) is None, "the JVM goes on")
    assert asked.jcmd("VM.uptime")
    assert jvm.lines == ["READY"]


def asked_state(pid: int) -> str:
    return read_status(pid).state


@pytest.mark.parametrize(
    "options",
    [("-Xrs",), ("-XX:+StartAttachListener",), ("-XX:-UsePerfData",)],
    ids=["Xrs", "listener", "no-counters"],
)
def test_options_that_change_how_a_jvm_listens(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    with running_jvm(jdk, zoo_classes, tmp_path, options=[*START_QUICKLY, *options]) as jvm:
        assert attach_obstacle(attach(jvm.pid).process) is None
        assert attach(jvm.pid).jcmd("VM.uptime")
        assert jvm.lines == ["READY"]


def test_a_working_directory_that_nobody_can_write_to(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path
) -> None:
    with running_jvm(jdk, zoo_classes, tmp_path, before=IN_PROC) as jvm:
        assert attach(jvm.pid).jcmd("VM.uptime")
        assert jvm.lines == ["READY"]


def test_a_working_directory_that_is_gone(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    with running_jvm(jdk, zoo_classes, tmp_path, before=IN_ANOTHER) as jvm:
        (tmp_path / "another").rmdir()
        assert attach(jvm.pid).jcmd("VM.uptime")
        assert jvm.lines == ["READY"]


def test_a_jvm_that_is_just_starting(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    command = [str(jdk.java), *START_QUICKLY, "-cp", str(zoo_classes), "Idle"]
    for _ in range(STARTS):
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=tmp_path,
        ) as process:
            answers: list[str] = []

            def answers_by_now(pid: int = process.pid, answers: list[str] = answers) -> bool:
                try:
                    answers.append(attach(pid).jcmd("VM.uptime"))
                except (JvmNotFoundError, JvmNotAnsweringError):
                    return False  # no JVM yet, or one that does not listen yet
                return True

            wait_until(answers_by_now, "the JVM answers")
            said, _ = process.communicate("")
        assert process.returncode == 0
        assert said == "READY\n"
        assert list(tmp_path.iterdir()) == []


def test_several_tools_at_once(jvm: RunningJvm) -> None:
    together = threading.Barrier(AT_ONCE)
    answers: list[str] = []

    def ask() -> None:
        asked = attach(jvm.pid)
        together.wait()
        answers.append(asked.jcmd("VM.uptime"))

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == AT_ONCE
    jvm.tell("still there?")
    assert jvm.lines == ["READY", "DONE"]


def test_a_jvm_that_dies_during_a_command(jvm: RunningJvm) -> None:
    pipe = jvm.folder / "pipe"
    os.mkfifo(pipe)
    asked = attach(jvm.pid)
    if "-overwrite" not in asked.jcmd("help GC.heap_dump"):
        pytest.skip(f"Java {jvm.jdk.version} writes no dump into a pipe")
    caught: list[str] = []

    def ask() -> None:
        try:
            asked.jcmd(f"GC.heap_dump -overwrite {pipe}")
        except JvmNotFoundError as error:
            caught.append(error.message)

    thread = threading.Thread(target=ask)
    thread.start()
    with pipe.open("rb") as reader:
        assert reader.read(4) == b"JAVA"
        os.kill(jvm.pid, signal.SIGKILL)
        thread.join(30)
    assert caught == [f"JVM {jvm.pid} has ended while answering GC.heap_dump"]


def test_a_jvm_that_only_collects(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    """Who has attached before is answered as ever."""
    with running_jvm(jdk, zoo_classes, tmp_path, ["Thrashing"], FULL_SOON) as jvm:
        asked = attach(jvm.pid, timeout_seconds=60)
        assert asked.jcmd("VM.uptime")
        jvm.tell("fill", "FULL")
        assert asked.jcmd("VM.uptime")
        assert "used" in asked.jcmd("GC.heap_info")
        assert "main" in asked.client.execute("threaddump")
        assert "Thrashing$Link" in asked.client.execute("inspectheap", "-all")
        asked.client.execute("setflag", "HeapDumpOnOutOfMemoryError", "1")
        if jdk.major > 8:  # which has no VM.info
            counts = parse_error_counts(asked.jcmd("VM.info"))
            assert counts is not None
            assert counts.java_heap_errors > 0
            assert counts.metaspace_errors == 0
        with pytest.raises(JvmCommandError, match="OutOfMemoryError"):
            asked.client.execute("properties")  # runs Java code
        assert jvm.lines == ["READY", "FULL"]


def test_attaching_only_when_the_heap_is_full(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    """It works or it does not, as the JVM finds room for a thread; the JVM survives either."""
    with running_jvm(jdk, zoo_classes, tmp_path, ["Thrashing"], FULL_SOON) as jvm:
        jvm.tell("fill", "FULL")
        asked = attach(jvm.pid, timeout_seconds=3)
        with suppress(JvmNotAnsweringError):
            assert asked.jcmd("VM.uptime")
        assert jvm.process.poll() is None
        assert not any("Full thread dump" in line for line in jvm.lines)
        assert [path.name for path in tmp_path.iterdir()] == ["stderr.txt"]


def test_what_the_jvm_is_like_afterwards(jvm: RunningJvm) -> None:
    asked = attach(jvm.pid)
    asked.jcmd("help")
    before = state_of(jvm)
    for line in (
        "VM.version",
        "VM.flags -all",
        "GC.heap_info",
        "Thread.print",
        "GC.class_histogram",
    ):
        asked.jcmd(line)
    asked.client.execute("properties")
    with pytest.raises(JvmCommandError):
        asked.jcmd("No.such")
    assert state_of(jvm) == before
    assert jvm.lines == ["READY"]


def state_of(jvm: RunningJvm) -> tuple[str, set[str], set[str]]:
    """Flags, names of threads other than compilers' and collectors', files."""
    names = {
        (task / "comm").read_text(encoding="utf-8").strip()
        for task in Path(f"/proc/{jvm.pid}/task").iterdir()
    }
    kept = {name for name in names if not name.startswith(("C1", "C2", "GC Thread", "G1"))}
    return attach(jvm.pid).jcmd("VM.flags -all"), kept, {path.name for path in jvm.folder.iterdir()}
