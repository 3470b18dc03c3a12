"""What a JVM's figures give reason to say, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from seamew.jvm.advice import advise
from seamew.jvm.cgroup import MemoryCgroup
from seamew.jvm.collectors import GcActivity, GcCount
from seamew.jvm.oom_dump import OomDump
from seamew.jvm.pools import HeapUse, MemoryPool
from seamew.jvm.status_values import (
    Asked,
    JvmStatus,
    OpenFiles,
    ProcessMemory,
    ThreadCounts,
)
from seamew.jvm.tcp import TcpStates

MB = 1 << 20
HEAP = HeapUse(100 * MB, 200 * MB, 400 * MB, 50 * MB, is_after_gc_exact=True, pools=())
GROUP = MemoryCgroup(2, "/app", 1024 * MB, 300 * MB, 300 * MB, 0, 0)
GC = GcActivity("G1", (), 10, 1.0, None, None, None)
ASKED = Asked(None, None, None, None, 1, 100, None, 0, {}, ())
HEALTHY = JvmStatus(
    pid=4711,
    namespace_pid=4711,
    uid=0,
    user="root",
    vm="HotSpot",
    version="17.0.15",
    java_home="/opt/jre",
    collector="G1",
    main="Main",
    is_stopped=False,
    uptime_seconds=1000.0,
    cpu_seconds=5.0,
    gc_cpu_seconds=1.0,
    heap=HEAP,
    gc=GC,
    threads=ThreadCounts(20, 10, 5, 10, 10),
    classes=None,
    metaspace=(),
    memory=ProcessMemory(250 * MB, 200 * MB, 250 * MB, 0),
    cgroup=GROUP,
    open_files=OpenFiles(10, 1024),
    tcp=TcpStates({"CLOSE_WAIT": 99}, {}, {}, is_host_namespace=True),
    flags={},
    oom_dump=OomDump(is_on=True, path="java_pid1.hprof", obstacle=None, free_bytes=1 << 40),
    attach_obstacle=None,
    asked=ASKED,
    notes=(),
    advice=(),
)


def advice(**changes: Any) -> tuple[str, str]:  # noqa: ANN401 (any field)
    """The only advice for a JVM that is healthy but for these figures."""
    (found,) = advise(replace(HEALTHY, **changes))
    return found.text, found.command


def test_nothing_is_said_of_a_healthy_jvm() -> None:
    assert advise(HEALTHY) == ()


def test_nothing_is_said_of_what_is_not_known() -> None:
    unknown = replace(
        HEALTHY,
        uptime_seconds=None,
        heap=None,
        gc=None,
        memory=ProcessMemory(None, None, None, None),
        cgroup=None,
        open_files=OpenFiles(None, None),
        tcp=TcpStates(None, None, None, None),
        oom_dump=replace(HEALTHY.oom_dump, free_bytes=None),
        asked=None,
    )
    assert advise(unknown) == ()


def test_memory_errors_and_a_heap_that_stays_full() -> None:
    text, command = advice(asked=replace(ASKED, out_of_memory_errors=3))
    assert text == "3 times it has run out of heap or metaspace"
    assert command == "seamew dump 4711"

    full = replace(HEAP, after_gc_bytes=380 * MB)
    assert advice(heap=full)[0] == "the last collection left 95.0% of the heap in use"
    assert advise(replace(HEALTHY, heap=replace(full, is_after_gc_exact=False))) == ()


def test_a_full_heap_where_one_collection_follows_the_other() -> None:
    pools = tuple(
        MemoryPool(name, size, size, None, is_current=True)
        for name, size in (("eden", 30 * MB), ("old", 380 * MB))
    )
    heap = replace(HEAP, after_gc_bytes=None, pools=pools)
    collecting = replace(GC, running_cause="G1 Compaction Pause")

    assert advice(heap=heap, gc=collecting) == (
        "it collects while 95.0% of the heap is held",
        "seamew dump 4711",
    )
    assert advise(replace(HEALTHY, heap=heap)) == ()
    assert advise(replace(HEALTHY, heap=replace(heap, pools=pools[:1]), gc=collecting)) == ()


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (replace(GROUP, oom_kills=2), "the kernel has killed 2 processes of its memory group"),
        (replace(GROUP, current_bytes=1000 * MB), "uses 97.7% of 1.00 GB"),
    ],
)
def test_the_kernel_kills(group: MemoryCgroup, words: str) -> None:
    assert words in advice(cgroup=group)[0]


def test_page_cache_that_can_go_does_not_count_against_the_limit() -> None:
    group = replace(GROUP, current_bytes=1000 * MB, inactive_file_bytes=200 * MB)
    assert advise(replace(HEALTHY, cgroup=group)) == ()


def test_a_limit_that_the_heap_and_what_is_beside_it_do_not_fit_in() -> None:
    text, command = advice(cgroup=replace(GROUP, limit_bytes=450 * MB))
    assert text.startswith("the memory limit 450 MB is less than the heap may take (400 MB)")
    assert command == "-Xmx350m"

    much_beside = ProcessMemory(700 * MB, None, None, None)
    assert advice(cgroup=replace(GROUP, limit_bytes=800 * MB), memory=much_beside)[1] == "-Xmx300m"


@pytest.mark.parametrize(
    ("full_ended_at", "old_bytes", "collector", "is_said"),
    [
        (9.0, 250 * MB, "Parallel", True),
        (9.0, 250 * MB, "Serial", True),
        (9.0, 200 * MB, "Serial", False),
        (7.0, 250 * MB, "Parallel", False),
        (None, 250 * MB, "Parallel", False),
        (9.0, 250 * MB, "G1", False),
    ],
)
def test_an_old_space_that_a_full_collection_leaves_full(
    full_ended_at: float | None, old_bytes: int, collector: str, *, is_said: bool
) -> None:
    counts = (
        GcCount("young", 9, 1.0, are_pauses=True, last_ended_at_seconds=8.0),
        GcCount("full", 2, 1.0, are_pauses=True, last_ended_at_seconds=full_ended_at),
    )
    old = MemoryPool("old", old_bytes, old_bytes, 266 * MB, is_current=True)
    status = replace(
        HEALTHY,
        collector=collector,
        gc=replace(GC, counts=counts),
        heap=replace(HEAP, pools=(old,)),
    )

    texts = [advice.text for advice in advise(status)]

    said = ["the last full collection left 94.0% of the old space in use"]
    assert texts == (said if is_said else [])


def test_long_pauses_count_and_short_ones_of_the_start_do_not() -> None:
    pausing = replace(GC, pause_seconds=200.0)
    text, command = advice(gc=pausing)
    assert text == "it has stood still for 20.0% of its time"
    assert command == "seamew status 4711 --jstat gcutil --watch 1"
    assert advise(replace(HEALTHY, gc=replace(GC, pause_seconds=2.0), uptime_seconds=4.0)) == ()


def test_no_dump_when_out_of_memory() -> None:
    off = replace(HEALTHY.oom_dump, is_on=False, obstacle="does not matter")
    assert advice(oom_dump=off) == (
        "when out of memory it writes no dump",
        "seamew flags 4711 --set HeapDumpOnOutOfMemoryError=true",
    )
    assert advice(oom_dump=off, asked=None)[0].endswith(", as it was started")
    assert advice(oom_dump=off, attach_obstacle="x")[1] == "-XX:+HeapDumpOnOutOfMemoryError"


def test_a_dump_that_would_fail() -> None:
    in_the_way = replace(HEALTHY.oom_dump, obstacle="its folder /d does not exist")
    text, command = advice(oom_dump=in_the_way)
    assert text == "no dump can be written to java_pid1.hprof: its folder /d does not exist"
    assert command == "seamew flags 4711 --set HeapDumpPath=/another/folder"

    no_room = replace(HEALTHY.oom_dump, free_bytes=399 * MB)
    text, command = advice(oom_dump=no_room, attach_obstacle="x")
    assert text.startswith("a dump of 400 MB has no room where it would go: java_pid1.hprof")
    assert command == "-XX:HeapDumpPath=/another/folder"


def test_files_connections_and_compiled_code_run_out() -> None:
    assert advice(open_files=OpenFiles(1000, 1024)) == (
        "1,000 of 1,024 file descriptors are in use",
        "ls -l /proc/4711/fd",
    )
    tcp = TcpStates({"CLOSE_WAIT": 100}, {}, {}, is_host_namespace=True)
    assert "100 connections were closed by the other side" in advice(tcp=tcp)[0]
    full = replace(ASKED, code_cache_used_bytes=95)
    assert advice(asked=full)[0].startswith("the code cache is 95.0% full")
