"""`seamew doctor` against running JVMs: what it says is what attaching then does."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from live.jdks import Jdk
from live.places import AS_NOBODY, HOST_USER, IN_CONTAINER_AS_NOBODY, as_user, placed_jvm
from live.running import START_QUICKLY, RunningJvm, running_jvm, wait_until
from seamew.jvm import attach
from seamew.jvm.doctor import FAIL, OK, Finding, examine_jvm
from seamew.jvm.process import read_status
from support.command import result, seamew

pytestmark = pytest.mark.live


def failed(pid: int) -> dict[str, Finding]:
    return {one.check: one for one in examine_jvm(pid).findings if one.verdict == FAIL}


def test_a_jvm_as_usual(jvm: RunningJvm) -> None:
    answer = result("doctor", str(jvm.pid), "--check")
    (examined,) = answer["jvms"]
    verdicts = {one["check"]: one["verdict"] for one in examined["findings"]}
    assert (examined["pid"], examined["main"]) == (jvm.pid, "Idle")
    assert FAIL not in verdicts.values()
    assert verdicts["attaching"] == OK
    assert not Path(f"/tmp/.java_pid{jvm.pid}").exists()  # noqa: S108 (nobody has attached)
    assert attach(jvm.pid).jcmd("VM.uptime")
    assert jvm.lines == ["READY"]


def test_a_stopped_jvm(jvm: RunningJvm) -> None:
    os.kill(jvm.pid, signal.SIGSTOP)
    wait_until(lambda: read_status(jvm.pid).state == "T", "the JVM stops")
    done = seamew("doctor", str(jvm.pid), "--check")
    assert done.returncode == 10
    assert "FAIL  state" in done.stdout
    assert f"kill -CONT {jvm.pid}" in done.stdout


def test_a_jvm_that_forbids_it(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    options = [*START_QUICKLY, "-XX:+DisableAttachMechanism", "-XX:-UsePerfData"]
    with running_jvm(jdk, zoo_classes, tmp_path, options=options) as jvm:
        assert set(failed(jvm.pid)) == {"attaching", "options"}
        assert jvm.lines == ["READY"]


def test_a_container_of_another_user(jdk: Jdk, zoo_classes: Path) -> None:
    with placed_jvm(jdk, zoo_classes, IN_CONTAINER_AS_NOBODY) as placed:
        assert failed(placed.pid) == {}
        found = {one.check: one for one in examine_jvm(placed.pid).findings}
        for name in ("pid", "mount", "network", "process 1"):
            assert name in found["namespaces"].evidence
        assert attach(placed.pid).jcmd("VM.uptime")


def test_a_user_who_may_not(jdk: Jdk, zoo_classes: Path) -> None:
    with placed_jvm(jdk, zoo_classes, AS_NOBODY) as placed:
        answer = as_user(HOST_USER, lambda: " ".join(sorted(failed(placed.pid))))
        assert answer == "access attaching user"


def test_all_jvms_in_short(jvm: RunningJvm) -> None:
    answer = result("doctor")
    assert jvm.pid in {one["pid"] for one in answer["jvms"]}
    assert {one["check"] for one in answer["host"]} >= {"this user", "/proc", "view"}
