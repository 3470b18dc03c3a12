"""Dumps through a pipe: whole, or given up at once, so that the JVM is never held."""

from __future__ import annotations

import errno
import gzip
import os
import signal
import threading
from pathlib import Path

import pytest

from seamew.errors import (
    CancelledError,
    DamagedDumpError,
    JvmCommandError,
    SeamewError,
    UsageError,
)
from seamew.jvm.dump import STREAM, DumpOrder, DumpWish, HeapDump, Watcher, dump_heap, stream
from seamew.jvm.dump.costs import preflight
from support.fake_dumper import FakeDumper

from .taking import SECONDS, Watching, files, left_in_tmp, long_dump, take


def test_a_stream_needs_no_file_of_the_jvm(jvm: FakeDumper, target: Path) -> None:
    dump = take(jvm, DumpWish(target, method=STREAM), Watching())

    packed = target.with_name("heap.hprof.gz")
    assert gzip.decompress(packed.read_bytes()) == jvm.content
    assert packed.stat().st_mode & 0o777 == 0o600
    assert (dump.file_bytes, dump.raw_bytes) == (packed.stat().st_size, len(jvm.content))
    assert files(target.parent) == [packed.name]
    assert left_in_tmp(jvm) == []
    assert jvm.requests[-1][1].startswith("GC.heap_dump -all -overwrite ")
    take(jvm, DumpWish(target, method=STREAM, is_compressed=False, is_live=True))
    assert target.read_bytes() == jvm.content
    assert jvm.requests[-1][1].startswith("GC.heap_dump -overwrite ")


def test_a_long_stream_comes_through_whole(jvm: FakeDumper, target: Path) -> None:
    jvm.content = long_dump()
    take(jvm, DumpWish(target, method=STREAM))
    assert gzip.decompress(target.with_name("heap.hprof.gz").read_bytes()) == jvm.content


def test_a_stream_that_the_jvm_refuses_or_breaks_off(jvm: FakeDumper, target: Path) -> None:
    jvm.write = lambda path: f"Unable to create {path}: Permission denied"
    with pytest.raises(JvmCommandError, match="Permission denied"):
        take(jvm, DumpWish(target, method=STREAM))
    whole = jvm.content

    def write(path: Path) -> str:
        with path.open("wb") as file:
            file.write(whole[:-10])
        return "Heap dump file created"

    jvm.write = write
    with pytest.raises(DamagedDumpError, match="not whole"):
        take(jvm, DumpWish(target, method=STREAM))
    assert left_in_tmp(jvm) == files(target.parent) == []


def breaking(jvm: FakeDumper) -> threading.Event:
    """Let the JVM notice when its pipe is closed, as HotSpot does."""
    noticed = threading.Event()

    def write(path: Path) -> str:
        try:
            return jvm.content_written(path)
        except OSError:  # the pipe has no reader, or is gone already
            noticed.set()
            return "Dump file is incomplete: Broken pipe"

    jvm.write = write
    return noticed


class Full:
    """An output with no room."""

    def write(self, data: bytes) -> int:
        del data
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def flush(self) -> None:
        pass


class Stuck:
    """An output whose reader takes nothing until the test is over."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def write(self, data: bytes) -> int:
        self.over.wait(SECONDS)
        return len(data)

    def flush(self) -> None:
        pass


def streamed(jvm: FakeDumper, output: object) -> HeapDump:
    client, wish = jvm.client, DumpWish(None, method=STREAM)
    found = preflight(client, wish, timeout_seconds=SECONDS)
    return dump_heap(DumpOrder(client, wish, found, Watcher()), output)  # type: ignore[arg-type]


def test_a_full_disk_here_lets_the_jvm_go(jvm: FakeDumper) -> None:
    jvm.content = long_dump()
    noticed = breaking(jvm)
    with pytest.raises(OSError, match="No space left"):
        streamed(jvm, Full())
    assert noticed.wait(SECONDS)
    assert left_in_tmp(jvm) == []


def test_a_stuck_reader_lets_the_jvm_go(jvm: FakeDumper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_STALLED_SECONDS", 0.2)
    monkeypatch.setattr(stream, "_MOST_MEMBERS_WAITING", 1)
    jvm.content = long_dump()
    noticed, stuck = breaking(jvm), Stuck()
    with pytest.raises(SeamewError, match=r"nothing could be written for 0\.2 s"):
        streamed(jvm, stuck)
    assert noticed.wait(SECONDS)
    assert left_in_tmp(jvm) == []
    stuck.over.set()


def test_ctrl_c_lets_the_jvm_go(jvm: FakeDumper, target: Path) -> None:
    jvm.content = long_dump()
    noticed, watched = breaking(jvm), threading.Event()
    write = jvm.write
    assert write is not None

    def interrupted(path: Path) -> str:
        assert watched.wait(SECONDS)
        os.kill(os.getpid(), signal.SIGINT)
        return write(path)

    jvm.write = interrupted
    client, wish = jvm.client, DumpWish(target, method=STREAM)
    found = preflight(client, wish, timeout_seconds=SECONDS)
    watcher = Watcher(lambda *_: watched.set())
    with pytest.raises(CancelledError, match="let go"):
        dump_heap(DumpOrder(client, wish, found, watcher))
    assert noticed.wait(SECONDS)
    assert left_in_tmp(jvm) == files(target.parent) == []


def test_a_dump_goes_either_to_a_file_or_to_an_output(jvm: FakeDumper, target: Path) -> None:
    client = jvm.client
    for wish, output in ((DumpWish(None, method=STREAM), None), (DumpWish(target), Full())):
        found = preflight(client, wish, timeout_seconds=SECONDS)
        with pytest.raises(UsageError, match="to a file, or by STREAM to an output"):
            dump_heap(DumpOrder(client, wish, found, Watcher()), output)  # type: ignore[arg-type]
