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


def test_the_commands_and_their_options(jvm: RunningJvm) -> None:
    names = [row["name"] for row in result("jcmd", str(jvm.pid), "help")["rows"]]
    assert {"GC.heap_dump", "Thread.print", "VM.version", "help"} <= set(names)
    assert names == [row["name"] for row in result("jcmd", str(jvm.pid))["rows"]]
    # -l is the command's own, without a sign in front of it
    text = result("jcmd", str(jvm.pid), "Thread.print", "-l")["text"]
    assert "Locked ownable synchronizers" in text
    about = seamew("jcmd", str(jvm.pid), "help", "GC.heap_dump").stdout
    assert "filename" in about
    assert "\\t" not in about


def test_a_path_with_blanks(jvm: RunningJvm) -> None:
    path = jvm.folder / "a heap dump.hprof"
    done = seamew("jcmd", str(jvm.pid), "GC.heap_dump", str(path))
    assert done.returncode == 0, done.stderr
    assert path.read_bytes()[:12] == b"JAVA PROFILE"


def test_several_commands(jvm: RunningJvm, tmp_path: Path) -> None:
    file = tmp_path / "commands.txt"
    file.write_text("VM.version\n\n# not this\nNo.such\nVM.uptime\nstop\nGC.run\n", "utf-8")
    rows = result("jcmd", str(jvm.pid), "--file", file, code=1)["rows"]
    assert [row["command"] for row in rows] == ["VM.version", "No.such", "VM.uptime"]
    assert [row["error"] is None for row in rows] == [True, False, True]
    assert "Unknown diagnostic command" in rows[1]["error"]


def test_an_answer_goes_to_a_new_file(jvm: RunningJvm, tmp_path: Path) -> None:
    path = tmp_path / "flags.txt"
    saved = result("jcmd", str(jvm.pid), "VM.flags", "-all", "--output", path)
    assert saved["bytes"] == path.stat().st_size > 10_000
    assert path.stat().st_mode & 0o777 == 0o600
    again = seamew("jcmd", str(jvm.pid), "VM.flags", "-all", "--output", path)
    assert again.returncode == 2
    refused = seamew("jcmd", str(jvm.pid), "No.such", "--output", tmp_path / "none.txt")
    assert refused.returncode == 1
    assert not (tmp_path / "none.txt").exists()
