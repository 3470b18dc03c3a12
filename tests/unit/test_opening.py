"""What is checked before the engine is asked, and waiting for a dump's writer."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from seamew import errors
from seamew.heap import opening


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(errors.DumpNotFoundError, match="no such file") as caught:
        opening.open_heap(tmp_path / "none.hprof")
    assert caught.value.path == str(tmp_path / "none.hprof")
    assert caught.value.hint


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(errors.NotAHeapDumpError, match="folder"):
        opening.open_heap(tmp_path)


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(errors.AccessRefusedError) as caught:
        opening.open_heap(tmp_path / "x.hprof")
    assert "user" in caught.value.hint


def test_memory_that_is_no_amount(tmp_path: Path) -> None:
    (tmp_path / "x.hprof").write_bytes(b"")
    with pytest.raises(errors.UsageError, match="no amount of memory"):
        opening.memory_plan(tmp_path / "x.hprof", "plenty")


def test_waiting_ends_when_the_writer_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_QUIET_SECONDS", 0.5)
    monkeypatch.setattr(opening, "_POLL_SECONDS", 0.02)
    growing = tmp_path / "growing.hprof"
    growing.write_bytes(b"")
    done = threading.Event()

    def write() -> None:
        for _ in range(10):
            with growing.open("ab") as file:
                file.write(b"x")
            done.wait(0.1)

    writer = threading.Thread(target=write)
    writer.start()
    opening._wait_for_writer(growing)
    writer.join()
    assert growing.stat().st_size == 10


def test_waiting_for_an_old_file_takes_no_time(tmp_path: Path) -> None:
    old = tmp_path / "old.hprof"
    old.write_bytes(b"")
    os.utime(old, (time.time() - 100, time.time() - 100))
    started = time.monotonic()
    opening._wait_for_writer(old)
    assert time.monotonic() - started < 0.5
