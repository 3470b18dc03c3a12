"""Folders as a JVM sees them: links of its own file system, and whose they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seamew.jvm import JvmProcess
from seamew.jvm.discover import find_jvm
from seamew.jvm.dump.folders import file_system_of, open_folder, shares_files
from seamew.jvm.process import read_status
from support.fake_jvm import FakeJvm

NOT_ROOT = 4711


@pytest.fixture
def jvm(tmp_path: Path) -> JvmProcess:
    """A JVM whose root has a few folders and links."""
    fake = FakeJvm(tmp_path / "proc", pid=os.getpid())
    root = fake.home / "root"
    (root / "data" / "dumps").mkdir(parents=True)
    (root / "var").mkdir()
    (root / "absolute").symlink_to("/data/dumps")
    (root / "var" / "relative").symlink_to("../data")
    (root / "var" / "out").symlink_to("../../../../../../data")
    (root / "loop").symlink_to("loop")
    (root / "file").write_bytes(b"")
    jvm = fake.build()
    (fake.home / "ns").mkdir()
    (fake.home / "ns" / "mnt").symlink_to("mnt:[1]")
    return jvm


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/", "."),
        ("/data/dumps", "data/dumps"),
        ("//data/./dumps/", "data/dumps"),
        ("/data/../data/dumps", "data/dumps"),
        ("/../../data", "data"),
        ("/absolute", "data/dumps"),
        ("/var/relative/dumps", "data/dumps"),
        ("/var/relative/../var", "var"),
        ("/var/out", "data"),
    ],
)
def test_paths_lead_where_the_jvm_would_go(jvm: JvmProcess, path: str, there: str) -> None:
    with open_folder(jvm, path) as folder:
        found = os.fstat(folder.descriptor)
        wanted = (jvm.root / there).stat()
        assert (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino)
        assert folder.path == jvm.root / path.lstrip("/")
        assert not folder.is_shared


@pytest.mark.parametrize("path", ["/missing", "/data/missing/x", "/file", "/file/x", "/loop"])
def test_what_is_no_folder(jvm: JvmProcess, path: str) -> None:
    descriptors = Path("/proc/self/fd")
    before = len(list(descriptors.iterdir()))
    with pytest.raises(OSError, match=r"\[Errno"), open_folder(jvm, path):
        pass
    assert len(list(descriptors.iterdir())) == before


@pytest.mark.parametrize(
    ("owner", "group", "mode", "writable"),
    [
        (NOT_ROOT, 66, 0o700, True),
        (NOT_ROOT, 66, 0o077, False),
        (0, 66, 0o777, True),
        (0, 66, 0o775, False),
        (0, 88, 0o770, True),
        (0, 88, 0o707, False),
        (0, 66, 0o776, False),
    ],
)
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: gives folders away")
def test_who_may_write(tmp_path: Path, owner: int, group: int, mode: int, writable: bool) -> None:  # noqa: FBT001
    fake = FakeJvm(tmp_path, pid=os.getpid(), uid=NOT_ROOT)
    fake.build()
    with (fake.home / "status").open("a", encoding="utf-8") as status:
        status.write("Groups:\t87 88\n")
    (fake.home / "ns").mkdir()
    (fake.home / "ns" / "mnt").symlink_to("mnt:[1]")
    jvm = find_jvm(fake.pid, fake.folder)
    place = fake.home / "root" / "place"
    place.mkdir()
    os.chown(place, owner, group)
    place.chmod(mode)
    with open_folder(jvm, "/place") as folder:
        assert folder.is_writable is writable
    (place / "below").mkdir()
    (place / "below").chmod(0o777)
    with open_folder(jvm, "/place/below") as folder:
        assert folder.is_writable is bool(mode & (0o100 if owner else 0o010 if group == 88 else 1))


def test_a_private_folder_is_taken_away_if_it_is_empty(jvm: JvmProcess) -> None:
    data = jvm.root / "data"
    with open_folder(jvm, "/data") as outer:
        with outer.private_folder() as folder:
            (name,) = {path.name for path in data.iterdir()} - {"dumps"}
            assert folder.jvm_path == f"/data/{name}"
            assert (data / name).stat().st_mode & 0o777 == 0o700
            folder.make_fifo("pipe")
            assert (data / name / "pipe").is_fifo()
            assert (data / name / "pipe").stat().st_mode & 0o777 == 0o600
            (data / name / "pipe").unlink()
        assert [path.name for path in data.iterdir()] == ["dumps"]
        with outer.private_folder() as folder:
            folder.make_fifo("pipe")
        assert len(list(data.iterdir())) == 2


def test_this_process_shares_its_files_with_itself() -> None:
    own = JvmProcess(os.getpid(), "HotSpot", read_status(os.getpid()))
    assert shares_files(own)
    with open_folder(own, "/proc") as folder:
        assert folder.file_system == "proc"
        assert folder.path == Path("/proc")
        assert file_system_of(folder.device, os.getpid()) == "proc"
