"""What the counters of each collector mean."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seamew.jvm.collectors import (
    CMS,
    EPSILON,
    G1,
    GENERATIONAL_Z,
    PARALLEL,
    SERIAL,
    SHENANDOAH,
    Z,
    collector_by_option,
    collector_by_threads,
    find_collector,
    gc_cpu_seconds,
    read_gc,
)
from seamew.jvm.perfdata import PerfData
from seamew.jvm.pools import AfterGc, AfterGcWatch, read_heap, read_metaspace
from seamew.jvm.tasks import NativeThread
from support.perfdata import perfdata_bytes
from unit.jvm.recorded import RECORDED

SECOND = 1_000_000_000
MB = 1 << 20
COLLECTORS = {
    "11-cms": CMS,
    "11-z": Z,
    "11-shenandoah": SHENANDOAH,
    "17-g1": G1,
    "17-serial": SERIAL,
    "17-z": Z,
    "21-genz": GENERATIONAL_Z,
    "25-g1": G1,
    "25-parallel": PARALLEL,
    "25-shenandoah": SHENANDOAH,
    "25-epsilon": EPSILON,
}


class Changing:
    """Counters that a test changes under their reader."""

    def __init__(self, file: Path, values: dict[str, Any]) -> None:
        self.file = file
        self.values = dict(values)
        self.file.write_bytes(perfdata_bytes(self.values))
        self.reader = PerfData(file)

    def change(self, **values: Any) -> None:  # noqa: ANN401 (counters and texts)
        for name, value in values.items():
            self.values[f"sun.gc.{name.replace('__', '.')}"] = value
        self.file.write_bytes(perfdata_bytes(self.values))


@pytest.fixture
def counters(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Changing]:
    changing = Changing(tmp_path / "counters", RECORDED[request.param])
    yield changing
    changing.reader.close()


def recorded(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("counters", names, indirect=True)


@pytest.mark.parametrize("name", RECORDED)
def test_collectors_are_recognised(tmp_path: Path, name: str) -> None:
    with Changing(tmp_path / "counters", RECORDED[name]).reader as reader:
        assert find_collector(reader) == COLLECTORS[name]
        heap = read_heap(reader)
        assert heap is not None
        assert heap.max_bytes == 400 * MB
        assert heap.committed_bytes is not None
        assert heap.committed_bytes <= 400 * MB


def test_another_jvm_s_collector_is_unknown(tmp_path: Path) -> None:
    with Changing(tmp_path / "counters", {"sun.gc.policy.name": "Balanced"}).reader as reader:
        assert find_collector(reader) is None
        assert read_heap(reader) is None
        assert read_gc(reader).counts == ()


@recorded("17-serial")
def test_serial_up_to_24_knows_what_is_used(counters: Changing) -> None:
    heap = read_heap(counters.reader)

    assert heap is not None
    assert [pool.name for pool in heap.pools] == ["eden", "survivor 0", "survivor 1", "old"]
    assert heap.used_bytes == 2050128 + 2486464
    assert (heap.after_gc_bytes, heap.is_after_gc_exact) == (2486464, True)
    assert heap.committed_bytes == 132186112 + 264241152


@recorded("25-parallel")
def test_parallel_of_25_knows_only_what_the_last_collection_left(counters: Changing) -> None:
    heap = read_heap(counters.reader)

    assert heap is not None
    assert heap.used_bytes is None
    assert heap.pools[0].used_bytes is None
    assert heap.after_gc_bytes == 3295824
    assert not any(pool.is_current for pool in heap.pools)


@recorded("17-g1", "25-g1")
def test_g1_counts_in_regions_and_its_padding_is_dropped(counters: Changing) -> None:
    heap = read_heap(counters.reader)

    assert heap is not None
    assert [pool.name for pool in heap.pools] == ["eden", "survivor", "old"]
    assert heap.committed_bytes in {10485760 + 7340032, 5242880 + 12582912}
    assert heap.used_bytes == heap.after_gc_bytes
    assert heap.used_bytes in {3167920, 3390056}


@recorded("17-z", "21-genz")
def test_z_tells_the_last_pause_which_is_an_upper_bound(counters: Changing) -> None:
    heap = read_heap(counters.reader)

    assert heap is not None
    assert heap.used_bytes is None
    assert (heap.after_gc_bytes, heap.is_after_gc_exact) == (6291456, False)
    assert heap.committed_bytes == 378 * MB


@recorded("11-shenandoah", "25-shenandoah", "25-epsilon")
def test_shenandoah_and_epsilon_know_what_is_used_alone(counters: Changing) -> None:
    heap = read_heap(counters.reader)

    assert heap is not None
    assert heap.used_bytes == counters.values["sun.gc.generation.1.space.0.used"]
    assert heap.committed_bytes == counters.values["sun.gc.generation.1.capacity"]
    assert heap.after_gc_bytes is None


@recorded("17-serial")
def test_nothing_is_said_of_a_collection_that_runs_or_never_ran(counters: Changing) -> None:
    counters.change(cause="Allocation Failure")
    heap = read_heap(counters.reader)
    assert heap is not None
    assert heap.after_gc_bytes is None
    assert read_gc(counters.reader).running_cause == "Allocation Failure"

    counters.change(cause="No GC", lastCause="No GC")
    heap = read_heap(counters.reader)
    assert heap is not None
    assert heap.after_gc_bytes is None
    assert read_gc(counters.reader).last_cause is None


@recorded("17-g1")
def test_counts_pauses_and_the_end_of_the_last_one(counters: Changing) -> None:
    gc = read_gc(counters.reader)

    assert [(one.what, one.count) for one in gc.counts] == [
        ("young", 3),
        ("full", 1),
        ("concurrent cycle pauses", 0),
    ]
    assert gc.counts[1].seconds == 0.004654849
    assert gc.counts[1].last_ended_at_seconds == 0.084655772
    assert gc.counts[2].last_ended_at_seconds is None
    assert (gc.pauses, gc.pause_seconds) == (4, 0.007015979)
    assert gc.last_ended_at_seconds == 0.084655772
    assert (gc.running_cause, gc.last_cause) == (None, "System.gc()")


@recorded("25-shenandoah")
def test_times_of_shenandoah_are_no_pauses(counters: Changing) -> None:
    gc = read_gc(counters.reader)

    assert [(one.what, one.are_pauses) for one in gc.counts] == [("phases", False)]
    assert gc.pause_seconds is not None
    assert gc.pause_seconds < gc.counts[0].seconds / 50


@recorded("11-z", "25-epsilon")
def test_some_collectors_count_nothing(counters: Changing) -> None:
    gc = read_gc(counters.reader)

    assert gc.counts == ()
    assert gc.last_ended_at_seconds is None


@recorded("17-serial")
def test_metaspace_and_class_space(counters: Changing) -> None:
    metaspace, classes = read_metaspace(counters.reader)

    assert (metaspace.used_bytes, metaspace.committed_bytes) == (183968, 393216)
    assert (classes.name, classes.max_bytes) == ("class space", 1 << 30)
    assert not metaspace.is_current


@recorded("17-serial")
def test_a_watch_sees_each_collection_once_and_only_at_its_end(counters: Changing) -> None:
    watch = AfterGcWatch(counters.reader)
    assert watch.look() is None

    counters.change(cause="System.gc()", collector__1__invocations=2)
    assert watch.look() is None
    counters.change(collector__1__lastExitTime=3 * SECOND, generation__1__space__0__used=5 * MB)
    assert watch.look() is None, "the cause is still set"
    counters.change(cause="No GC", generation__0__space__0__used=MB)

    assert watch.look() == AfterGc(5 * MB, 3.0, is_exact=True)
    assert watch.look() is None


@recorded("21-genz")
def test_a_watch_of_generational_z_counts_both_generations(counters: Changing) -> None:
    watch = AfterGcWatch(counters.reader)
    counters.change(
        collector__0__lastExitTime=3 * SECOND,
        generation__0__space__0__used=2 * MB,
        generation__1__space__0__used=5 * MB,
    )

    assert watch.look() == AfterGc(7 * MB, 3.0, is_exact=False)


def test_without_counters_options_and_threads_tell() -> None:
    assert collector_by_option({"UseZGC": "true", "ZGenerational": "true"}) == GENERATIONAL_Z
    assert collector_by_option({"UseG1GC": "false", "UseSerialGC": "true"}) == SERIAL
    assert collector_by_option({}) is None
    assert collector_by_threads(["java", "VM Thread", "GC Thread#0", "G1 Service"]) == G1
    assert collector_by_threads(["VM Thread", "GC Thread#0"]) == PARALLEL
    assert collector_by_threads(["VM Thread", "CMS Main Thread", "GC Thread#0"]) == CMS
    assert collector_by_threads(["VM Thread", "ZDriver", "ZStat"]) == Z
    assert collector_by_threads(["VM Thread", "XDriver"]) == Z
    assert collector_by_threads(["ZDriverMajor", "ZDriverMinor", "VM Thread"]) == GENERATIONAL_Z
    assert collector_by_threads(["Shenandoah GC T"]) == SHENANDOAH
    assert collector_by_threads(["VM Thread", "Common-Cleaner"]) == SERIAL
    assert collector_by_threads(["java"] * 9) is None, "Java 8 names no threads"


def test_cpu_time_of_the_collector_s_threads() -> None:
    threads = [
        NativeThread(number, number, name, "S", 1.0, 0.5)
        for number, name in enumerate(["java", "VM Thread", "GC Thread#0", "G1 Conc#0"])
    ]

    assert gc_cpu_seconds(threads, G1) == 3.0
    assert gc_cpu_seconds(threads, SERIAL) == 1.5
    assert gc_cpu_seconds(threads, None) is None
