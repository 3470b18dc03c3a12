"""Flags as the JVMs of 8 to 25 print them, and setting them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from seamew.errors import JvmCommandError, TargetNotFoundError, UsageError
from seamew.jvm.attaching import AttachClient
from seamew.jvm.flags import (
    FlagChange,
    VmFlag,
    parse_vm_flags,
    pick_flags,
    read_vm_flags,
    set_vm_flags,
)
from support.fake_attach import attach_server, says
from support.fake_jvm import FakeJvm

JAVA_17 = """[Global flags]
      int ActiveProcessorCount                     = -1                     {product} {default}
ccstrlist OnError                                  = echo a;b
          OnError                                 += echo b                 {product} {command line}
    ccstr ErrorFile                                = /tmp/x y               {product} {command line}
    ccstr HeapDumpPath                             =                        {manageable} {default}
     bool HeapDumpOnOutOfMemoryError               = false                  {manageable} {default}
    uintx MinHeapFreeRatio                         = 40                     {manageable} {default}
   double G1PeriodicGCSystemLoadThreshold          = 0.000000               {manageable} {default}
   size_t SoftMaxHeapSize                          = 67108864               {manageable} {ergonomic}
     intx InlineSmallCode                          = 2500           {C2 pd product} {default}
"""
JAVA_8 = """[Global flags]
    uintx MaxHeapSize                              := 67108864             {product}
    uintx MinHeapFreeRatio                          = 40                   {manageable}
ccstrlist OnOutOfMemoryError                       := a
      OnOutOfMemoryError                  += b                             {product}

"""


def test_java_17() -> None:
    flags = {flag.name: flag for flag in parse_vm_flags(JAVA_17)}
    assert len(flags) == 9
    assert list(flags) == sorted(flags)
    assert flags["ActiveProcessorCount"] == VmFlag(
        "ActiveProcessorCount", "-1", "int", "default", ("product",)
    )
    assert flags["OnError"] == VmFlag(
        "OnError", "echo a;b\necho b", "ccstrlist", "command line", ("product",)
    )
    assert flags["ErrorFile"].value == "/tmp/x y"  # noqa: S108
    assert flags["HeapDumpPath"].value == ""
    assert flags["HeapDumpPath"].is_manageable
    assert flags["InlineSmallCode"].kinds == ("C2", "pd", "product")
    assert not flags["SoftMaxHeapSize"].is_default


def test_java_8() -> None:
    flags = {flag.name: flag for flag in parse_vm_flags(JAVA_8)}
    assert flags["MaxHeapSize"] == VmFlag(
        "MaxHeapSize", "67108864", "uintx", "changed", ("product",)
    )
    assert flags["MinHeapFreeRatio"].is_default
    assert flags["MinHeapFreeRatio"].is_manageable
    assert flags["OnOutOfMemoryError"].value == "a\nb"


@pytest.mark.parametrize("text", ["", "java.lang.OutOfMemoryError: Java heap space\n"])
def test_no_flags(text: str) -> None:
    with pytest.raises(JvmCommandError, match="has no flags"):
        parse_vm_flags(text)


@pytest.mark.parametrize(
    ("names", "picked"),
    [
        (["ErrorFile"], ["ErrorFile"]),
        (["*dump*"], ["HeapDumpOnOutOfMemoryError", "HeapDumpPath"]),
        (["SoftMaxHeapSize", "*HeapSize"], ["SoftMaxHeapSize"]),
        (["O?Error", "ErrorFile"], ["OnError", "ErrorFile"]),
    ],
)
def test_picking(names: list[str], picked: list[str]) -> None:
    flags = parse_vm_flags(JAVA_17)
    assert [flag.name for flag in pick_flags(flags, names)] == picked


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("heapdumppath", "like it: HeapDumpPath"),
        ("HeapDumpOnOOM", "like it: HeapDumpOnOutOfMemoryError"),
        ("Xyz", "unlocked"),
        ("*xyz*", "unlocked"),
    ],
)
def test_an_unknown_name(name: str, hint: str) -> None:
    with pytest.raises(TargetNotFoundError) as caught:
        pick_flags(parse_vm_flags(JAVA_17), [name])
    assert hint in caught.value.hint


def change(
    folder: Path, settings: Sequence[tuple[str, str]], *replies: bytes, after: str = JAVA_17
) -> tuple[tuple[FlagChange, ...], list[list[str]]]:
    """What a fake JVM is sent, and what comes of it."""
    fake = FakeJvm(folder, pid=os.getpid())
    client = AttachClient(fake.build())
    before = says(b"0\n" + JAVA_17.encode())
    answers = [before, *map(says, replies), says(b"0\n" + after.encode())]
    with attach_server(fake, *answers) as server:
        return set_vm_flags(client, settings, timeout_seconds=10), server.requests


@pytest.mark.parametrize(
    ("name", "value", "sent", "shown"),
    [
        ("HeapDumpOnOutOfMemoryError", "true", "1", "true"),
        ("HeapDumpOnOutOfMemoryError", "ON", "1", "true"),
        ("HeapDumpOnOutOfMemoryError", "0", "0", "false"),
        ("MinHeapFreeRatio", "35", "35", "35"),
        ("SoftMaxHeapSize", "32m", "33554432", "33554432"),
        ("HeapDumpPath", "/var/a b", "/var/a b", "/var/a b"),
        ("G1PeriodicGCSystemLoadThreshold", "1.5", "1.5", "1.500000"),
    ],
)
def test_setting(tmp_path: Path, name: str, value: str, sent: str, shown: str) -> None:
    old = next(flag for flag in parse_vm_flags(JAVA_17) if flag.name == name)
    lines = JAVA_17.splitlines()
    number = next(number for number, line in enumerate(lines) if name in line.split())
    lines[number] = f"  {old.type} {name}    = {shown}    {{manageable}} {{attach}}"
    changes, requests = change(tmp_path, [(name, value)], b"0\n", after="\n".join(lines))
    assert changes == (FlagChange(name, old.value, shown, old.type),)
    assert requests[1] == ["1", "setflag", name, sent, ""]


def test_success_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(JvmCommandError, match="shows 'false'"):
        change(tmp_path, [("HeapDumpOnOutOfMemoryError", "true")], b"0\n")


def test_what_was_set_before_a_refusal_is_said(tmp_path: Path) -> None:
    settings = [("HeapDumpOnOutOfMemoryError", "true"), ("MinHeapFreeRatio", "900")]
    with pytest.raises(JvmCommandError, match="must have value in range") as caught:
        change(tmp_path, settings, b"0\n", b"-1\nMinHeapFreeRatio error: must have value in range")
    assert caught.value.hint == "set already: HeapDumpOnOutOfMemoryError"


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("ErrorFile", "x", UsageError),
        ("HeapDumpOnOutOfMemoryError", "maybe", UsageError),
        ("MinHeapFreeRatio", "many", UsageError),
        ("MinHeapFreeRatio", "", UsageError),
        ("G1PeriodicGCSystemLoadThreshold", "high", UsageError),
        ("NoSuchFlag", "1", TargetNotFoundError),
    ],
)
def test_nothing_is_set_when_one_cannot_be(
    tmp_path: Path, name: str, value: str, error: type[Exception]
) -> None:
    fake = FakeJvm(tmp_path, pid=os.getpid())
    client = AttachClient(fake.build())
    settings = [("MinHeapFreeRatio", "30"), (name, value)]
    with attach_server(fake, says(b"0\n" + JAVA_17.encode())) as server, pytest.raises(error):
        set_vm_flags(client, settings, timeout_seconds=10)
    assert [request[1] for request in server.requests] == ["jcmd"]


def test_reading(tmp_path: Path) -> None:
    fake = FakeJvm(tmp_path, pid=os.getpid())
    client = AttachClient(fake.build())
    with attach_server(fake, says(b"0\n" + JAVA_8.encode())):
        assert len(read_vm_flags(client, timeout_seconds=10)) == 3
