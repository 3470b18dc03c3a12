"""`seamew flags` against running JVMs."""

from __future__ import annotations

import subprocess

import pytest

from live.running import RunningJvm
from support.command import result, seamew

pytestmark = pytest.mark.live


def test_flags_are_set_and_shown_before_and_after(jvm: RunningJvm) -> None:
    rows = result(
        "flags",
        str(jvm.pid),
        "--set",
        "HeapDumpOnOutOfMemoryError=true",
        "--set",
        "HeapDumpPath=/a folder/of mine",
        "--set",
        "MinHeapFreeRatio=35",
    )["rows"]
    assert [row["after"] for row in rows] == ["true", "/a folder/of mine", "35"]
    # What the last was depends on the collector.
    assert [row["before"] for row in rows[:2]] == ["false", ""]
    shown = result("flags", str(jvm.pid), "HeapDumpPath")["rows"]
    assert [(one["value"], one["is_manageable"]) for one in shown] == [("/a folder/of mine", True)]
    assert jvm.lines == ["READY"]


def test_what_cannot_be_set(jvm: RunningJvm) -> None:
    for setting, code, said in (
        ("MaxHeapSize=1g", 2, "cannot be changed"),
        ("MinHeapFreeRatio=900", 1, "100"),
        ("HeapDumpOnOutOfMemory=true", 3, "like it: HeapDumpOnOutOfMemoryError"),
    ):
        done = seamew("flags", str(jvm.pid), "--set", setting)
        assert done.returncode == code
        assert said in done.stderr


def test_all_flags_are_those_of_jcmd(jvm: RunningJvm) -> None:
    jcmd = jvm.jdk.home / "bin" / "jcmd"
    if not jcmd.exists():
        pytest.skip(f"no jcmd beside Java {jvm.jdk.version}")
    text = subprocess.run(
        [jcmd, str(jvm.pid), "VM.flags", "-all"], check=True, capture_output=True, text=True
    ).stdout
    ours = result("flags", str(jvm.pid), "--all")
    assert ours["total"] == len(ours["rows"])
    assert ours["total"] == sum(" = " in line or ":= " in line for line in text.splitlines())
    for row in ours["rows"]:
        assert f" {row['name']} " in text
        assert row["value"].split("\n")[-1] in text
