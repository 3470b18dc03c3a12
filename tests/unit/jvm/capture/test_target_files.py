"""Files in a JVM's /tmp: fetched without trusting the JVM's file system, and always removed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from seamew.errors import AccessRefusedError
from seamew.jvm.capture.target_files import TargetFile, TargetFolder
from support.fake_jvm import FakeJvm


@pytest.fixture
def fake(tmp_path: Path) -> FakeJvm:
    return FakeJvm(tmp_path)


def written(fake: FakeJvm, one: TargetFile, data: bytes = b"data") -> Path:
    """What the JVM does."""
    path = fake.home / "root" / one.path.lstrip("/")
    path.write_bytes(data)
    return path


def test_a_file_is_fetched_and_removed(fake: FakeJvm) -> None:
    with TargetFolder(fake.build()) as folder:
        one, other = folder.reserve(".log"), folder.reserve(".log")
        older = folder.reserve(".0", beside=one)
        assert one != other
        assert not folder.has(one)
        path = written(fake, one, b"x" * (3 << 20))
        written(fake, older)
        assert folder.has(one)
        assert b"".join(folder.read(one)) == path.read_bytes()
    assert list(fake.tmp.iterdir()) == []


def test_files_are_removed_after_an_error_and_after_the_jvm_is_gone(fake: FakeJvm) -> None:
    jvm = fake.build()

    def use() -> None:
        with TargetFolder(jvm) as folder:
            written(fake, folder.reserve(".log"))
            (fake.home / "root").rename(fake.folder / "gone")  # /proc/PID/root leads nowhere now
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        use()
    assert list((fake.folder / "gone" / "tmp").iterdir()) == []


def test_a_kept_file_stays(fake: FakeJvm) -> None:
    with TargetFolder(fake.build()) as folder:
        one = folder.reserve(".log")
        path = written(fake, one)
        folder.keep(one)
    assert path.exists()


def test_what_is_made_for_the_jvm_its_user_may_read(fake: FakeJvm) -> None:
    before = os.umask(0o077)
    try:
        with TargetFolder(fake.build()) as folder:
            one = folder.create(".jfc", b"<xml/>")
            path = fake.tmp / one.name
            assert stat.S_IMODE(path.stat().st_mode) == 0o644
            assert path.read_bytes() == b"<xml/>"
    finally:
        os.umask(before)
    assert not path.exists()


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "nothing"])
def test_nothing_else_in_its_place_is_read(fake: FakeJvm, kind: str) -> None:
    secret = fake.folder / "secret"
    secret.write_text("of another user")
    with TargetFolder(fake.build()) as folder:
        one = folder.reserve(".log")
        path = fake.tmp / one.name
        if kind == "link":
            path.symlink_to(secret)
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        with pytest.raises(AccessRefusedError):
            folder.read(one)
    assert secret.exists()
    assert not path.is_symlink()


def test_a_file_of_another_user_is_not_read(tmp_path: Path) -> None:
    fake = FakeJvm(tmp_path, uid=os.geteuid() + 1)
    with TargetFolder(fake.build()) as folder:
        one = folder.reserve(".log")
        written(fake, one)
        with pytest.raises(AccessRefusedError, match="replaced"):
            folder.read(one)


def test_a_link_in_the_place_of_tmp_is_not_followed(fake: FakeJvm) -> None:
    jvm = fake.build()
    elsewhere = fake.folder / "elsewhere"
    elsewhere.mkdir()
    fake.tmp.rmdir()
    fake.tmp.symlink_to(elsewhere)
    with pytest.raises(AccessRefusedError, match="cannot be opened"):
        TargetFolder(jvm)


def test_only_an_empty_folder_right_below_tmp_is_removed(fake: FakeJvm) -> None:
    jvm = fake.build()
    (fake.tmp / "empty").mkdir()
    (fake.tmp / "full" / "deeper").mkdir(parents=True)
    with TargetFolder(jvm) as folder:
        assert folder.remove_empty_folder("/tmp/empty")  # noqa: S108 (the JVM's)
        assert not folder.remove_empty_folder("/tmp/full")  # noqa: S108
        assert not folder.remove_empty_folder("/tmp/full/deeper")  # noqa: S108
        assert not folder.remove_empty_folder("/var/other")
    assert [path.name for path in fake.tmp.iterdir()] == ["full"]
