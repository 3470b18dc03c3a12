"""Dumps on their way from a JVM in a container, with everything that can go wrong."""

from __future__ import annotations

import errno
import gzip
import io
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from seamew.errors import (
    CancelledError,
    DamagedDumpError,
    JvmCommandError,
    NoRoomError,
    UsageError,
)
from seamew.jvm.dump import (
    GZ,
    DumpOrder,
    DumpWish,
    Watcher,
    dump_heap,
    placing,
)
from seamew.jvm.dump.check import check_dump
from seamew.jvm.dump.costs import preflight
from seamew.jvm.dump.files import Part
from seamew.jvm.dump.folders import open_folder
from seamew.jvm.dump.salvage import save_rest
from support.fake_dumper import FakeDumper, fake_dumper, small_dump

from .taking import SECONDS, Watching, files, left_in_tmp, take


@pytest.fixture
def watching() -> Watching:
    return Watching()


def test_it_is_fetched_checked_compressed_and_taken_away(
    jvm: FakeDumper, target: Path, watching: Watching
) -> None:
    dump = take(jvm, DumpWish(target), watching)

    packed = target.with_name("heap.hprof.gz")
    assert files(target.parent) == [packed.name]
    assert gzip.decompress(packed.read_bytes()) == jvm.content
    assert packed.stat().st_mode & 0o777 == 0o600
    assert left_in_tmp(jvm) == []
    assert watching.phases == ["dump", "fetch", "check", "compress"]
    assert dump.path == str(packed)
    assert dump.is_compressed
    assert dump.file_bytes == packed.stat().st_size
    assert dump.raw_bytes == len(jvm.content)
    assert not dump.not_compressed
    request = jvm.requests[-1]
    assert (request[0], request[2]) == ("dumpheap", "-all")


def test_raw_live_and_compressed_by_the_jvm(jvm: FakeDumper, target: Path) -> None:
    take(jvm, DumpWish(target, is_live=True, is_compressed=False))
    assert target.read_bytes() == jvm.content
    assert jvm.requests[-1][2:] == ["-live"]

    jvm.content = gzip.compress(jvm.content)
    other = target.with_name("other.hprof")
    dump = take(jvm, DumpWish(other, method=GZ, level=3))
    assert jvm.requests[-1][2:] == ["-all", "3"]
    assert other.with_name("other.hprof.gz").read_bytes() == jvm.content
    assert (dump.is_compressed, dump.raw_bytes) == (True, len(small_dump()))
    assert left_in_tmp(jvm) == []


@pytest.mark.parametrize("keep", [False, True])
def test_a_full_disk_of_the_jvm(jvm: FakeDumper, target: Path, keep: bool) -> None:  # noqa: FBT001
    def write(path: Path) -> str:
        path.write_bytes(jvm.content[:500])
        return "Dump file is incomplete: No space left on device"

    jvm.write = write
    with pytest.raises(NoRoomError, match="No space left on device") as caught:
        take(jvm, DumpWish(target), keep_part=keep)
    assert files(target.parent) == []
    assert "500 B" in caught.value.hint
    if keep:
        _, part = left_in_tmp(jvm)
        assert part in caught.value.hint
        assert (jvm.fake.tmp / part).stat().st_size == 500
    else:
        assert "were removed" in caught.value.hint
        assert left_in_tmp(jvm) == []


def test_what_the_jvm_cannot_make(jvm: FakeDumper, target: Path) -> None:
    jvm.write = lambda path: f"Unable to create {path}: Permission denied"
    with pytest.raises(JvmCommandError, match="could not make the file: Permission denied"):
        take(jvm, DumpWish(target))
    assert left_in_tmp(jvm) == files(target.parent) == []


def test_a_jvm_that_lies_about_the_length(jvm: FakeDumper, target: Path) -> None:
    def write(path: Path) -> str:
        path.write_bytes(jvm.content)
        return "Heap dump file created [17 bytes in 0.1 secs]"

    jvm.write = write
    with pytest.raises(JvmCommandError, match="says it has written 17 bytes, but"):
        take(jvm, DumpWish(target))
    assert left_in_tmp(jvm) == []


def test_a_dump_that_is_not_whole_gets_no_name(jvm: FakeDumper, target: Path) -> None:
    jvm.content = jvm.content[:-3]
    with pytest.raises(DamagedDumpError, match="not whole: it is cut off") as caught:
        take(jvm, DumpWish(target))
    assert files(target.parent) == []
    (part,) = [one for one in left_in_tmp(jvm) if "/" in one]
    assert f"still in {jvm.fake.tmp / part}" in caught.value.hint


def test_a_link_in_the_place_of_the_dump_is_not_followed(jvm: FakeDumper, target: Path) -> None:
    secret = target.with_name("secret")
    secret.write_bytes(jvm.content)

    def write(path: Path) -> str:
        path.symlink_to(secret)
        return "Heap dump file created"

    jvm.write = write
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        take(jvm, DumpWish(target))
    assert files(target.parent) == ["secret"]


class Room(NamedTuple):
    f_bavail: int
    f_frsize: int = 1


def test_without_room_for_the_raw_dump_it_is_compressed_on_its_way(
    jvm: FakeDumper, target: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, wish = jvm.client, DumpWish(target)
    found = preflight(client, wish, timeout_seconds=SECONDS)
    monkeypatch.setattr(os, "statvfs", lambda _: Room(len(jvm.content) - 1))
    dump = dump_heap(DumpOrder(client, wish, found, watching.watcher))
    assert watching.phases == ["dump", "fetch", "check"]
    assert dump.is_compressed
    assert gzip.decompress(target.with_name("heap.hprof.gz").read_bytes()) == jvm.content
    assert left_in_tmp(jvm) == []
    assert os.getpriority(os.PRIO_PROCESS, 0) == 0


def test_without_any_room_the_dump_stays_where_it_is(
    jvm: FakeDumper, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, wish = jvm.client, DumpWish(target)
    found = preflight(client, wish, timeout_seconds=SECONDS)
    monkeypatch.setattr(os, "statvfs", lambda _: Room(10))
    with pytest.raises(NoRoomError, match="10 B are free") as caught:
        dump_heap(DumpOrder(client, wish, found, Watcher()))
    (part,) = [one for one in left_in_tmp(jvm) if "/" in one]
    assert part in caught.value.hint
    assert (jvm.fake.tmp / part).read_bytes() == jvm.content
    assert files(target.parent) == []


def test_a_file_that_appears_meanwhile_is_not_overwritten(jvm: FakeDumper, target: Path) -> None:
    def write(path: Path) -> str:
        target.write_bytes(b"mine")
        return jvm.content_written(path)

    jvm.write = write
    with pytest.raises(UsageError, match="nothing is overwritten"):
        take(jvm, DumpWish(target))
    assert target.read_bytes() == b"mine"
    assert files(target.parent) == [target.name]


def interrupting(jvm: FakeDumper, times: int, went_on: threading.Event) -> None:
    """Let Ctrl-C come while the JVM writes; it then waits for `went_on`."""

    def write(path: Path) -> str:
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)
            assert went_on.wait(SECONDS)
        return jvm.content_written(path)

    jvm.write = write


def test_ctrl_c_waits_for_the_jvm_if_it_may(jvm: FakeDumper, target: Path) -> None:
    went_on = threading.Event()
    interrupting(jvm, 1, went_on)
    watching = Watching(patience=1)
    asked = watching._interrupt

    def on_interrupt() -> bool:
        went_on.set()
        return asked()

    client, wish = jvm.client, DumpWish(target)
    found = preflight(client, wish, timeout_seconds=SECONDS)
    dump = dump_heap(DumpOrder(client, wish, found, Watcher(on_interrupt=on_interrupt)))
    assert watching.interrupts == 1
    assert dump.was_interrupted
    assert dump.not_compressed == "Ctrl-C"
    assert dump.path == str(target)
    assert target.read_bytes() == jvm.content
    assert left_in_tmp(jvm) == []


def test_ctrl_c_leaves_the_jvm_alone_if_it_shall(jvm: FakeDumper, target: Path) -> None:
    went_on = threading.Event()
    interrupting(jvm, 1, went_on)
    with pytest.raises(CancelledError, match="goes on with the dump by itself") as caught:
        take(jvm, DumpWish(target))
    assert files(target.parent) == []
    assert str(jvm.fake.tmp) in caught.value.hint
    assert str(target) in caught.value.hint
    went_on.set()


def test_ctrl_c_while_it_is_compressed_keeps_the_raw_dump(
    jvm: FakeDumper, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = threading.Event()

    def pack(source: object, target: object, level: int, goes_on: Callable[[int], bool]) -> None:
        del source, target, level
        assert watched.wait(SECONDS)
        os.kill(os.getpid(), signal.SIGINT)
        while goes_on(1):
            pass

    def on_progress(phase: str, done: int, total: int) -> None:
        del done, total
        if phase == "compress":
            watched.set()

    monkeypatch.setattr(placing, "pack_file", pack)
    client, wish = jvm.client, DumpWish(target)
    found = preflight(client, wish, timeout_seconds=SECONDS)
    dump = dump_heap(DumpOrder(client, wish, found, Watcher(on_progress)))
    assert (dump.was_interrupted, dump.not_compressed) == (True, "Ctrl-C")
    assert files(target.parent) == [target.name]
    assert target.read_bytes() == jvm.content


def test_a_disk_that_is_full_of_the_raw_dump_keeps_it(
    jvm: FakeDumper, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pack(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(placing, "pack_file", pack)
    dump = take(jvm, DumpWish(target))
    assert "no room left" in dump.not_compressed
    assert not dump.was_interrupted
    assert files(target.parent) == [target.name]


def test_segments_that_a_dead_jvm_left_are_joined(tmp_path: Path) -> None:
    content = small_dump()
    with fake_dumper(tmp_path / "proc") as jvm:
        heap_at = check_dump(io.BytesIO(content)).heap_offset or 0
        for merged in (0, 12):
            (jvm.fake.tmp / "x").write_bytes(content[: heap_at + merged])
            (jvm.fake.tmp / "x.p0").write_bytes(content[heap_at:-9])
            with open_folder(jvm.client.jvm, "/tmp") as folder:  # noqa: S108
                save_rest(Part(folder, "x"), tmp_path / f"saved-{merged}")
            assert (tmp_path / f"saved-{merged}").read_bytes() == content[:-9]
            assert left_in_tmp(jvm) == []
        (jvm.fake.tmp / "x").write_bytes(content[: heap_at - 3])
        (jvm.fake.tmp / "x.p0").write_bytes(content[heap_at:-9])
        with open_folder(jvm.client.jvm, "/tmp") as folder:  # noqa: S108
            save_rest(Part(folder, "x"), tmp_path / "cut")
        found = check_dump(io.BytesIO((tmp_path / "cut").read_bytes()))
        assert found.heap_records >= 1
        assert "cut off: the record that ends the heap is missing" in found.problem
