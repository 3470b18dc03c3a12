"""Limits, threads, CPU time and pages of a process, as /proc has them."""

from __future__ import annotations

import os
import resource
import threading
import time
from pathlib import Path

import pytest

from seamew.errors import JvmNotFoundError
from seamew.jvm.limits import ProcessLimits, count_open_files, read_limits
from seamew.jvm.memory import read_page_memory
from seamew.jvm.process import read_status
from seamew.jvm.tasks import read_process_times, read_threads
from unit.jvm.fake_proc import write_files

PID = 4711
LIMITS = """\
Limit                     Soft Limit           Hard Limit           Units     
Max processes             unlimited            unlimited            processes 
Max open files            1024                 4096                 files     
"""  # noqa: W291 (so writes the kernel)
STAT = "12 (a) b (c)) S 1 12 12 0 -1 4194560 1 2 3 4 250 50 0 0 20 0 1 0 900 10 20\n"


def test_limits_are_the_soft_ones(tmp_path: Path) -> None:
    proc = write_files(tmp_path, {f"{PID}/limits": LIMITS, "4712/status": ""})

    assert read_limits(PID, proc) == ProcessLimits(max_open_files=1024, max_processes=None)
    assert read_limits(4712, proc) == ProcessLimits(None, None)


def test_limits_and_open_files_of_this_process() -> None:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = count_open_files(os.getpid())

    assert read_limits(os.getpid()).max_open_files == soft
    assert before is not None
    with Path("/dev/null").open(), Path("/dev/null").open():
        assert count_open_files(os.getpid()) == before + 2


def test_names_of_threads_may_have_brackets_and_blanks(tmp_path: Path) -> None:
    proc = write_files(
        tmp_path,
        {
            "uptime": "100.5 3.2\n",
            f"{PID}/stat": STAT,
            f"{PID}/task/12/stat": STAT,
            f"{PID}/task/12/status": "Name:\tx\nNSpid:\t12\t3\n",
            f"{PID}/task/13/status": "",
        },
    )
    ticks = os.sysconf("SC_CLK_TCK")

    (thread,) = read_threads(PID, 1, proc)
    times = read_process_times(PID, proc)

    assert (thread.tid, thread.namespace_tid, thread.name, thread.state) == (12, 3, "a) b (c)", "S")
    assert thread.cpu_seconds == 300 / ticks
    assert times is not None
    assert (times.user_seconds, times.system_seconds) == (250 / ticks, 50 / ticks)
    assert times.age_seconds == 100.5 - 900 / ticks


def test_threads_of_this_process() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        found = {thread.tid: thread for thread in read_threads(os.getpid(), os.getpid())}
    finally:
        done.set()
        other.join()

    assert other.native_id in found
    assert found[os.getpid()].namespace_tid == os.getpid()


def test_cpu_time_of_this_process() -> None:
    times = read_process_times(os.getpid())

    assert times is not None
    assert times.cpu_seconds == pytest.approx(time.process_time(), abs=0.1)
    assert 0 <= times.age_seconds < time.clock_gettime(time.CLOCK_BOOTTIME)


def test_pages_of_this_process() -> None:
    pages = read_page_memory(os.getpid())
    status = read_status(os.getpid())

    if pages is None:
        pytest.skip("a kernel before 4.14 has no smaps_rollup")
    assert status.rss_bytes is not None
    assert pages.rss_bytes == pytest.approx(status.rss_bytes, rel=0.1)
    assert pages.unique_bytes <= pages.pss_bytes <= pages.rss_bytes
    assert 0 < pages.anonymous_bytes <= pages.rss_bytes


def test_pages_add_up(tmp_path: Path) -> None:
    text = "00-ff ---p 0 00:00 0 [rollup]\nRss: 9 kB\nPss: 7 kB\nPrivate_Clean: 1 kB\n"
    proc = write_files(
        tmp_path, {f"{PID}/smaps_rollup": text + "Private_Dirty: 2 kB\nAnonymous: 3 kB\n"}
    )

    pages = read_page_memory(PID, proc)

    assert pages is not None
    assert (pages.rss_bytes, pages.pss_bytes, pages.unique_bytes) == (9 << 10, 7 << 10, 3 << 10)
    assert (pages.anonymous_bytes, pages.swap_bytes) == (3 << 10, 0)


def test_a_zombie_has_no_memory(tmp_path: Path) -> None:
    status = "Name:\tjava\nState:\tZ (zombie)\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nThreads:\t1\n"
    proc = write_files(tmp_path, {f"{PID}/status": status})

    assert read_status(PID, proc).rss_bytes is None
    assert read_page_memory(PID, proc) is None


def test_a_process_that_has_ended(tmp_path: Path) -> None:
    for read in (read_limits, count_open_files, read_process_times, read_page_memory):
        with pytest.raises(JvmNotFoundError, match="has ended"):
            read(PID, tmp_path)
    with pytest.raises(JvmNotFoundError, match="has ended"):
        read_threads(PID, PID, tmp_path)
