"""Being another user in one thread only."""

from __future__ import annotations

import os
import platform
import sys
import threading
from pathlib import Path

import pytest

from seamew.jvm.attaching.credentials import acting_as

NOBODY = 65534
pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or platform.machine() not in {"x86_64", "aarch64"},
    reason="only root can become another user, and only where the system calls are known",
)


def status_ids(thread: int) -> tuple[str, str]:
    """Effective user and group of a thread of this process, by the kernel."""
    text = Path(f"/proc/self/task/{thread}/status").read_text(encoding="utf-8")
    ids = dict(line.split(":", 1) for line in text.splitlines() if line[:4] in {"Uid:", "Gid:"})
    return ids["Uid"].split()[1], ids["Gid"].split()[1]


def test_only_this_thread_changes_and_it_changes_back() -> None:
    ready, done = threading.Event(), threading.Event()
    others: list[int] = []

    def wait() -> None:
        others.append(threading.get_native_id())
        ready.set()
        done.wait()

    other = threading.Thread(target=wait)
    other.start()
    ready.wait()
    try:
        with acting_as(NOBODY, 12345):
            assert status_ids(threading.get_native_id()) == (str(NOBODY), "12345")
            assert status_ids(others[0]) == ("0", "0")
    finally:
        done.set()
        other.join()
    assert status_ids(threading.get_native_id()) == ("0", "0")


def test_files_are_made_as_the_other_user(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    folder = os.open(tmp_path, os.O_PATH)  # the way to it is closed to other users
    with acting_as(NOBODY, 12345):
        os.close(os.open("made", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)
    made = (tmp_path / "made").stat()
    assert (made.st_uid, made.st_gid) == (NOBODY, 12345)


def test_it_changes_back_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), acting_as(NOBODY, NOBODY):
        raise ZeroDivisionError
    assert (os.geteuid(), os.getegid()) == (0, 0)


def test_without_ctypes_everybody_stays_who_he_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ctypes", None)
    with acting_as(NOBODY, NOBODY):
        assert os.geteuid() == 0


def test_on_an_unknown_machine_too(monkeypatch: pytest.MonkeyPatch) -> None:
    uname = os.uname()
    monkeypatch.setattr(os, "uname", lambda: os.uname_result((*uname[:4], "riscv64")))
    with acting_as(NOBODY, NOBODY):
        assert os.geteuid() == 0
    assert uname.machine != "riscv64"


def test_a_group_that_cannot_be_had_changes_nothing() -> None:
    with acting_as(NOBODY, 2**32 - 2), acting_as(2**32 - 2, 0):
        pass
    assert (os.geteuid(), os.getegid()) == (0, 0)


def test_oneself_needs_no_change() -> None:
    with acting_as(os.geteuid(), os.getegid()):
        assert os.geteuid() == 0
