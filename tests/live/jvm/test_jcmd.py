"""`seamew jcmd` against running JVMs."""

from __future__ import annotations

from pathlib import Path

import pytest

from live.running import RunningJvm
from seamew import jvm as live_jvms
from support.command import result, seamew

pytestmark = pytest.mark.live


def test_jcmd_answers_as_the_jvm_does_and_leaves_nothing_behind(jvm: RunningJvm) -> None:
    text = result("jcmd", str(jvm.pid), "VM.version")["text"]

    # Java 8 says of itself 1.8.0_252 in one place and 8.0_252 in the other.
    assert jvm.jdk.version.removeprefix("1.") in text
    assert [path.name for path in jvm.folder.iterdir()] == ["stderr.txt"]
    assert not Path(f"/tmp/.attach_pid{jvm.pid}").exists()  # noqa: S108 (where JVMs look)
    assert jvm.lines == ["READY"]


def test_an_unknown_command_is_the_jvms_own_error(jvm: RunningJvm) -> None:
    done = seamew("jcmd", str(jvm.pid), "No.such")

    assert done.returncode == 1
    assert f"JVM {jvm.pid} refuses" in done.stderr
    assert "Unknown diagnostic command" in done.stderr


def test_the_jvm_is_listed(jvm: RunningJvm) -> None:
    found = {one.pid: one for one in live_jvms.list()}

    assert found[jvm.pid].vm == "HotSpot"
    assert found[jvm.pid].perfdata_path is not None
