"""The doctor's checks, on a JVM and a host that are only files."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from seamew.errors import JvmNotFoundError
from seamew.jvm.cgroup import MemoryCgroup
from seamew.jvm.doctor import (
    FAIL,
    OK,
    WARN,
    Finding,
    capabilities,
    examine_host,
    examine_jvm,
    examine_jvms,
    hidden_processes,
    ptrace_scope,
    worst,
)
from seamew.jvm.doctor.registry import HOST_CHECKS, JVM_CHECKS
from seamew.jvm.doctor.subject import Host
from support.fake_jvm import FakeJvm

ALL_CAPABILITIES = (1 << 41) - 1
SYS_PTRACE = 1 << 19
MB = 1 << 20
COUNTERS: dict[str, int | str] = {
    "sun.gc.policy.name": "Copy:MSC",
    **{
        f"sun.gc.generation.{generation}.space.{space}.{what}": MB
        for generation, spaces in ((0, 3), (1, 1))
        for space in range(spaces)
        for what in ("used", "capacity", "maxCapacity")
    },
}


def findings(fake: FakeJvm, version: str = "17.0.15") -> dict[str, Finding]:
    fake.build()
    fake.write_counters({**COUNTERS, "java.property.java.version": version})
    return {one.check: one for one in examine_jvm(fake.pid, fake.folder).findings}


@pytest.fixture
def fake(tmp_path: Path) -> FakeJvm:
    words = ("java", "-XX:+HeapDumpOnOutOfMemoryError", "Main")
    fake = FakeJvm(tmp_path, words=words)
    for process in (fake.home, tmp_path / "self"):
        (process / "ns").mkdir(parents=True, exist_ok=True)
        for name in ("pid", "mnt", "net", "ipc", "user"):
            (process / "ns" / name).symlink_to(f"{name}:[1]")
    return fake


def test_nothing_amiss(fake: FakeJvm) -> None:
    found = findings(fake)
    assert worst(found.values()) == OK, found
    assert found["attaching"].evidence == "should work"
    assert found["JVM"].evidence == "HotSpot, Java 17.0.15"
    assert found["namespaces"].evidence == "the same as those of seamew"


def test_every_check_looks_at_something(fake: FakeJvm) -> None:
    assert len(HOST_CHECKS) == len(set(HOST_CHECKS))
    assert len(JVM_CHECKS) == len(set(JVM_CHECKS))
    # There is no memory group to look at.
    assert len(findings(fake)) == len(JVM_CHECKS) - 1


@pytest.mark.parametrize(
    ("changes", "check", "verdict", "evidence"),
    [
        ({"state": "T (stopped)"}, "state", FAIL, "stopped by a signal"),
        ({"state": "t (tracing stop)"}, "state", FAIL, "debugger"),
        ({"state": "D (disk sleep)"}, "state", WARN, "waiting for a disk"),
        ({"state": "T (stopped)"}, "attaching", FAIL, "will not work: the JVM is stopped"),
        ({"caught_signals": 0}, "SIGQUIT", FAIL, "is not caught"),
        ({"library": "/opt/libj9vm29.so"}, "JVM", FAIL, "OpenJ9"),
        ({"words": ("java", "-XX:+DisableAttachMechanism")}, "options", FAIL, "nobody can attach"),
        ({"words": ("java", "Main")}, "dump on OOM", WARN, "is off"),
        ({"namespace_pid": 1}, "attaching", OK, "should work"),
    ],
)
def test_what_is_amiss(
    fake: FakeJvm, changes: Mapping[str, object], check: str, verdict: str, evidence: str
) -> None:
    one = findings(replace(fake, **changes))[check]  # type: ignore[arg-type]
    assert one.verdict == verdict
    assert evidence in one.evidence
    assert one.remedy or verdict != FAIL


@pytest.mark.parametrize(
    ("version", "verdict"),
    [("1.8.0_252", OK), ("25.0.3", OK), ("1.7.0_80", WARN), ("31-ea", WARN), ("?", WARN)],
)
def test_versions(fake: FakeJvm, version: str, verdict: str) -> None:
    assert findings(fake, version)["JVM"].verdict == verdict


def test_another_user(fake: FakeJvm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    one = findings(replace(fake, uid=1001))["user"]
    assert one.verdict == FAIL
    assert "sudo -u '#1001'" in one.remedy
    assert findings(replace(fake, uid=1000))["user"].verdict == OK


def test_java_8_wants_its_own_group(fake: FakeJvm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "getegid", lambda: 5)
    other = replace(fake, uid=1000, gid=6)
    assert findings(other)["user"].verdict == OK
    one = findings(other, "1.8.0_252")["user"]
    assert one.verdict == FAIL
    assert "-g '#6'" in one.remedy


def test_a_jvm_that_is_closed(fake: FakeJvm, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_: Path) -> bytes:
        raise PermissionError

    fake.build()
    monkeypatch.setattr(Path, "read_bytes", closed)
    found = {one.check: one for one in examine_jvm(fake.pid, fake.folder).findings}
    assert found["attaching"].verdict == FAIL
    assert found["access"].verdict == FAIL
    assert "JVM" not in found


def test_namespaces_of_its_own(fake: FakeJvm) -> None:
    for name in ("pid", "net"):
        (fake.home / "ns" / name).unlink()
        (fake.home / "ns" / name).symlink_to(f"{name}:[2]")
    assert findings(fake)["namespaces"].evidence == "its own: pid, network; there it is process 7"


def test_the_socket(fake: FakeJvm) -> None:
    assert "no /tmp/.java_pid7 yet" in findings(fake)["socket"].evidence
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(fake.socket_path))
        one = findings(replace(fake, caught_signals=0))
        assert "java_pid7 is there: somebody has attached before" in one["socket"].evidence
        assert one["SIGQUIT"].verdict == OK
        if os.geteuid() == 0:
            os.chown(fake.socket_path, 12345, 12345)
            foreign = findings(fake)["socket"]
            assert foreign.verdict == WARN
            assert str(fake.socket_path) in foreign.remedy


def test_a_tmp_that_the_jvm_cannot_write_to(fake: FakeJvm) -> None:
    fake.build()
    fake.tmp.chmod(0o755)
    one = findings(replace(fake, uid=12345))["its /tmp"]
    assert one.verdict == FAIL
    assert "is not writable for user 12345" in one.evidence


def test_a_dump_path_that_would_fail(fake: FakeJvm) -> None:
    words = (*fake.words[:2], "-XX:HeapDumpPath=/missing/x.hprof", "Main")
    one = findings(replace(fake, words=words))["dump on OOM"]
    assert one.verdict == FAIL
    assert "/missing" in one.evidence


def test_all_jvms_and_none(fake: FakeJvm, tmp_path: Path) -> None:
    fake.build()
    assert [(one.pid, one.main) for one in examine_jvms(tmp_path)] == [(fake.pid, "Main")]
    with pytest.raises(JvmNotFoundError):
        examine_jvm(1, tmp_path)


def host(tmp_path: Path, **texts: str) -> Host:
    (tmp_path / "self").mkdir(exist_ok=True)
    for name, text in texts.items():
        (tmp_path / "self" / name).write_text(text, encoding="utf-8")
    return Host(tmp_path)


def test_the_host(tmp_path: Path) -> None:
    host(tmp_path, status=f"CapEff:\t{ALL_CAPABILITIES:016x}\n", mountinfo="")
    assert all(one.verdict == OK for one in examine_host(tmp_path))


@pytest.mark.parametrize(("held", "verdict"), [(-1, OK), (~SYS_PTRACE, WARN)])
def test_capabilities_of_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, verdict: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    here = host(tmp_path, status=f"Uid:\t0\nCapEff:\t{held & ALL_CAPABILITIES:016x}\n")
    one = capabilities.check(here)
    assert one is not None
    assert one.verdict == verdict
    assert ("SYS_PTRACE" in one.remedy) == (verdict == WARN)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert capabilities.check(here) is None


@pytest.mark.parametrize(
    ("options", "uid", "verdict"),
    [
        ("rw", 1000, OK),
        ("rw,hidepid=0", 1000, OK),
        ("rw,hidepid=2", 1000, WARN),
        ("rw,hidepid=invisible", 1000, WARN),
        ("rw,subset=pid", 1000, WARN),
        ("rw,hidepid=2", 0, OK),
    ],
)
def test_hidden_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: str, uid: int, verdict: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    mountinfo = f"22 1 0:5 / /sys rw - sysfs sysfs rw\n21 1 0:4 / /proc rw - proc proc {options}\n"
    one = hidden_processes.check(host(tmp_path, mountinfo=mountinfo))
    assert one is not None
    assert one.verdict == verdict


@pytest.mark.parametrize("scope", ["0", "1", "2", "3", None])
def test_ptrace_scope_is_no_obstacle(tmp_path: Path, scope: str | None) -> None:
    if scope is not None:
        file = tmp_path / "sys/kernel/yama/ptrace_scope"
        file.parent.mkdir(parents=True)
        file.write_text(scope + "\n", encoding="ascii")
    one = ptrace_scope.check(Host(tmp_path))
    assert one.verdict == OK
    assert scope is None or one.evidence.startswith(scope)


def test_without_counters_it_has_to_be_asked(fake: FakeJvm) -> None:
    fake.build()
    found = {one.check: one for one in examine_jvm(fake.pid, fake.folder).findings}
    assert found["counters"].verdict == WARN
    assert "--ask" in found["counters"].remedy
    assert "room for a dump" not in found


@pytest.mark.parametrize(("free_blocks", "verdict"), [(10**9, OK), (10, WARN)])
def test_room_for_a_dump(
    fake: FakeJvm, monkeypatch: pytest.MonkeyPatch, free_blocks: int, verdict: str
) -> None:
    real = os.statvfs("/")
    free = os.statvfs_result((4096, 4096, 10**9, 10**9, free_blocks, *real[5:]))
    monkeypatch.setattr(os, "statvfs", lambda _: free)
    one = findings(fake)["room for a dump"]
    assert one.verdict == verdict
    assert "a heap dump takes" in one.evidence
    assert ("--stream" in one.remedy) == (verdict == WARN)


@pytest.mark.parametrize(
    ("cgroup", "verdict", "evidence"),
    [
        (MemoryCgroup(2, "/app", None, 5 * MB, None, None, None), OK, "has no limit"),
        (MemoryCgroup(2, "/app", 1000 * MB, 500 * MB, None, 100 * MB, 0), OK, "600 MB of 1000 MB"),
        (MemoryCgroup(2, "/app", 1000 * MB, 990 * MB, None, 0, 0), WARN, "may kill the JVM"),
        (MemoryCgroup(1, "/app", 1000 * MB, 100 * MB, None, 0, 2), WARN, "killed 2 processes"),
        (MemoryCgroup(2, "/app", None, None, None, None, 1), WARN, "killed 1 process"),
    ],
)
def test_the_memory_group(
    fake: FakeJvm,
    monkeypatch: pytest.MonkeyPatch,
    cgroup: MemoryCgroup,
    verdict: str,
    evidence: str,
) -> None:
    monkeypatch.setattr("seamew.jvm.status.read_memory_cgroup", lambda _pid, _proc: cgroup)
    one = findings(fake)["memory group"]
    assert one.verdict == verdict
    assert evidence in one.evidence
