"""`seamew status --jstat` against jstat itself, on JVMs that are stopped: nothing changes there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from live.combinations import majors
from live.conftest import jdk_of
from live.jdks import COLLECTORS, Jdk
from live.jvm.conftest import jdk_with
from live.running import RunningJvm, running_jvm, wait_until
from seamew.jvm import attach
from seamew.jvm.jstat import JSTAT_OPTIONS, sample_jstat
from seamew.jvm.process import read_status
from seamew.report.jvm.jstat import jstat_header, jstat_line
from support.command import result, seamew

pytestmark = pytest.mark.live

JSTAT_SECONDS = 60


def jstat_of(jdk: Jdk) -> Path:
    """The JVM's own jstat, or that of another JDK: the file's format is the same."""
    for candidate in (jdk, jdk_of(17)):
        found = candidate.home / "bin" / "jstat"
        if found.exists():
            return found
    pytest.skip("no jstat to compare with")


def by_jstat(jdk: Jdk, pid: int, option: str) -> list[str]:
    command = [str(jstat_of(jdk)), "-J-XX:TieredStopAtLevel=1", f"-{option}", str(pid)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=JSTAT_SECONDS
    )
    return [line.rstrip() for line in done.stdout.splitlines()]


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: read_status(pid).state == "T", f"process {pid} stops")
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def working_jvm(major: int, collector: str, classes: Path, folder: Path) -> Iterator[RunningJvm]:
    """A JVM in the middle of allocating, with collections behind it."""
    options = (*COLLECTORS[collector], "-Xmx128m")
    with running_jvm(jdk_with(major, collector), classes, folder, ("Churn",), options) as jvm:
        jvm.tell("rate 100 20")
        jvm.tell("rest 500")
        jvm.tell("collect")
        jvm.tell("rest 200")
        yield jvm


@pytest.mark.parametrize("collector", COLLECTORS)
@pytest.mark.parametrize("major", majors())
def test_values_are_jstats(major: int, collector: str, zoo_classes: Path, tmp_path: Path) -> None:
    with working_jvm(major, collector, zoo_classes, tmp_path) as jvm:
        with stopped(jvm.pid), attach(jvm.pid).counters() as counters:
            for option in JSTAT_OPTIONS:
                ours = [jstat_header(option), jstat_line(sample_jstat(counters, option))]
                theirs = by_jstat(jvm.jdk, jvm.pid, option)
                assert [line.split() for line in ours] == [line.split() for line in theirs]
        assert jvm.lines.count("DONE") == 4


def test_the_command_prints_as_jstat_does(zoo_classes: Path, tmp_path: Path) -> None:
    with working_jvm(17, "g1", zoo_classes, tmp_path) as jvm, stopped(jvm.pid):
        for option in ("gcutil", "gc", "gccause", "class", "compiler"):
            done = seamew("status", str(jvm.pid), "--jstat", option)
            assert done.stdout.splitlines() == by_jstat(jvm.jdk, jvm.pid, option)
        values = result("status", str(jvm.pid), "--jstat", "gcutil")
        printed = by_jstat(jvm.jdk, jvm.pid, "gcutil")[1].split()
        assert f"{values['old_used_share'] * 100:.2f}" == printed[3]
        assert values["young_collections"] == int(printed[6])


def test_watching_prints_the_header_once(zoo_classes: Path, tmp_path: Path) -> None:
    with running_jvm(jdk_of(25), zoo_classes, tmp_path) as jvm:
        command = ["status", str(jvm.pid), "--jstat", "gcutil", "--watch", "0.1"]
        watching = subprocess.Popen(
            [sys.executable, "-m", "seamew", *command], stdout=subprocess.PIPE, text=True
        )
        assert watching.stdout is not None
        lines = [watching.stdout.readline() for _ in range(4)]
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=JSTAT_SECONDS)

    assert [line.split()[0] for line in lines] == ["S0", "-", "-", "-"]


def test_a_jvm_without_counters_is_told_so(zoo_classes: Path, tmp_path: Path) -> None:
    options = ("-XX:-UsePerfData", "-Xmx64m")
    with running_jvm(jdk_of(17), zoo_classes, tmp_path, options=options) as jvm:
        done = seamew("status", str(jvm.pid), "--jstat", "gc")

    assert (done.returncode, done.stdout) == (1, "")
    assert f"JVM {jvm.pid} has no counters: -XX:-UsePerfData" in done.stderr
    assert f"seamew jcmd {jvm.pid} GC.heap_info" in done.stderr
