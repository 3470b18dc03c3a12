"""Where a dump on OutOfMemoryError would go, and what stands in its way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seamew.jvm import JvmProcess
from seamew.jvm.file_system import path_from_here, why_not_writable
from seamew.jvm.oom_dump import OomDump, read_oom_dump
from support.fake_jvm import FakeJvm

ON = {"HeapDumpOnOutOfMemoryError": "true"}
OTHER_USER = 4_000_000


@pytest.fixture
def jvm(tmp_path: Path) -> JvmProcess:
    """Number 7 in its container; its working directory is /work there."""
    fake = FakeJvm(tmp_path)
    fake.build()
    (fake.home / "cwd").rmdir()
    (fake.home / "root/work").mkdir()
    (fake.home / "cwd").symlink_to(fake.home / "root/work")
    return fake.build()


def dump(jvm: JvmProcess, path: str | None, version: str = "17.0.15", **flags: str) -> OomDump:
    given = {"HeapDumpPath": path} if path else {}
    return read_oom_dump(jvm, {**ON, **given, **flags}, version)


def test_by_default_it_goes_to_the_working_directory(jvm: JvmProcess) -> None:
    found = dump(jvm, None)

    assert (found.is_on, found.path, found.obstacle) == (True, "java_pid7.hprof", None)
    assert found.free_bytes is not None
    assert found.free_bytes > 0
    assert not read_oom_dump(jvm, {}, None).is_on


def test_a_folder_takes_a_file_of_the_jvms_own_number(jvm: JvmProcess) -> None:
    (jvm.root / "dumps").mkdir()

    assert dump(jvm, "/dumps").path == "/dumps/java_pid7.hprof"
    assert dump(jvm, "/dumps", HeapDumpGzipLevel="1").path == "/dumps/java_pid7.hprof.gz"
    assert dump(jvm, "/dumps/x.hprof", HeapDumpGzipLevel="0").path == "/dumps/x.hprof"


def test_only_25_puts_its_number_for_the_mark(jvm: JvmProcess) -> None:
    assert dump(jvm, "/d-%p.hprof", "17.0.15").path == "/d-%p.hprof"
    assert dump(jvm, "/d-%p.hprof", "1.8.0_252").path == "/d-%p.hprof"
    assert dump(jvm, "/d-%p.hprof", "25.0.3").path == "/d-7.hprof"


def test_a_file_that_exists_is_in_the_way(jvm: JvmProcess) -> None:
    (jvm.root / "work/java_pid7.hprof").touch()

    obstacle = dump(jvm, None).obstacle

    assert obstacle == "there is a file of that name, which the JVM does not replace"


def test_a_folder_that_is_not_there_or_is_none(jvm: JvmProcess) -> None:
    (jvm.root / "file").touch()

    assert dump(jvm, "/gone/x.hprof").obstacle == "its folder /gone does not exist"
    assert dump(jvm, "/gone/x.hprof").free_bytes is None
    assert dump(jvm, "/file/x.hprof").obstacle == "its folder /file is no folder"


def test_links_are_followed_within_the_jvms_own_root(jvm: JvmProcess) -> None:
    (jvm.root / "data/dumps").mkdir(parents=True)
    (jvm.root / "dumps").symlink_to("/data/dumps")
    (jvm.root / "work/up").symlink_to("../data")
    (jvm.root / "data/round").symlink_to("/data/round")

    assert path_from_here(jvm, "/dumps/x") == jvm.root / "data/dumps/x"
    assert path_from_here(jvm, "/../../etc") == jvm.root / "etc"
    assert path_from_here(jvm, "up/dumps").resolve() == (jvm.root / "data/dumps").resolve()
    assert path_from_here(jvm, "/data/dumps/../y") == jvm.root / "data/y"
    assert path_from_here(jvm, "/data/round") == jvm.root / "data/round"
    assert path_from_here(jvm, ".") == jvm.proc / "4711/cwd"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: makes files of other users")
@pytest.mark.parametrize(
    ("owner", "mode", "is_writable"),
    [
        (OTHER_USER, 0o700, True),
        (OTHER_USER, 0o500, False),
        (0, 0o770, False),
        (0, 0o777, True),
        (0, 0o776, False),
    ],
)
def test_the_mode_counts_for_the_jvms_user(
    tmp_path: Path, owner: int, mode: int, *, is_writable: bool
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(mode)
    os.chown(folder, owner, 0)
    other = FakeJvm(tmp_path, uid=OTHER_USER, gid=OTHER_USER).build()

    reason = why_not_writable(other, folder)

    assert reason == (None if is_writable else f"is not writable for user {OTHER_USER}")
