"""What is made of counters over time, on counters that the tests set."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from threading import Event

import pytest

from seamew.errors import JvmNotAnsweringError, JvmNotFoundError
from seamew.jvm import counted as counted_module
from seamew.jvm.collectors import GcActivity
from seamew.jvm.counted import Counted, CountersWatch
from seamew.jvm.pools import AfterGc
from seamew.jvm.sampling import Sampler, samples
from support.fake_counters import (
    MEGABYTE,
    SECOND,
    FakeCounters,
    collect,
    serial,
    shenandoah,
    z_without_generations,
)
from support.fake_jvm import FakeJvm

EDEN = "sun.gc.generation.0.space.0.used"


class Clock:
    """Stands for the time module."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(counted_module, "time", clock)
    return clock


@pytest.fixture
def jvm(tmp_path: Path) -> FakeJvm:
    (tmp_path / "uptime").write_text("1000.00 900.00\n", encoding="ascii")
    return FakeJvm(tmp_path, start_ticks=100)


def test_where_counters_do_not_tell_the_jvm_may_be_asked(clock: Clock) -> None:
    counters = z_without_generations()
    asked = CountersWatch(counters, lambda: 7 * MEGABYTE)
    silent = CountersWatch(counters)
    collect(counters, 2, 5 * SECOND, "Proactive")
    clock.now += 1

    looked, alone = asked.look(), silent.look()

    assert looked.heap_used_bytes == 7 * MEGABYTE
    assert looked.after_gc == AfterGc(7 * MEGABYTE, 5.0, is_exact=True)
    assert alone.heap_used_bytes is None
    assert alone.after_gc == AfterGc(50 * MEGABYTE, 5.0, is_exact=False)


def test_nobody_is_asked_where_counters_tell(clock: Clock) -> None:
    def ask() -> int:
        raise AssertionError

    counters = serial()
    watch = CountersWatch(counters, ask)
    collect(counters, 0, 5 * SECOND, "Allocation Failure")
    clock.now += 1
    looked = watch.look()

    assert looked.heap_used_bytes == 42 * MEGABYTE
    assert looked.collections == (AfterGc(32 * MEGABYTE, 5.0, is_exact=True),)
    assert looked.heap is not None
    assert looked.heap.max_bytes == 300 * MEGABYTE
    assert (looked.threads, looked.daemon_threads, looked.classes) == (9, 7, 596)


def test_heap_after_stays_until_the_next_collection(clock: Clock) -> None:
    counters = serial()
    watch = CountersWatch(counters)
    collect(counters, 0, 5 * SECOND, "Allocation Failure")
    watch.look()
    clock.now += 1

    looked = watch.look()

    assert looked.collections == ()
    assert looked.after_gc == AfterGc(32 * MEGABYTE, 5.0, is_exact=True)


@pytest.mark.parametrize(("old", "left"), [(30, 32), (89, 91), (95, 107)])
def test_a_full_collection_leaves_in_eden_what_has_no_room_in_old(
    clock: Clock, old: int, left: int
) -> None:
    counters = serial()
    watch = CountersWatch(counters)
    counters.now["sun.gc.generation.1.space.0.used"] = old * MEGABYTE
    collect(counters, 1, 5 * SECOND, "Allocation Failure")
    clock.now += 1

    assert watch.look().after_gc == AfterGc(left * MEGABYTE, 5.0, is_exact=True)


def test_shares_are_of_the_time_since_the_last_look(clock: Clock) -> None:
    counters = serial()
    watch = CountersWatch(counters)
    first = watch.look()
    clock.now += 2
    collect(counters, 0, 5 * SECOND, "Allocation Failure")
    counters.now["sun.rt.safepointTime"] = SECOND // 2
    second = watch.look()

    assert (first.pause_share, first.gc_share) == (None, None)
    assert (second.pause_share, second.gc_share) == (0.25, 0.05)


def test_a_pause_that_lasts_counts_and_is_not_counted_twice(clock: Clock) -> None:
    counters = serial()
    watch = CountersWatch(counters)
    watch.look()
    counters.now |= {"sun.gc.collector.1.lastEntryTime": 9, "sun.gc.cause": "Ergonomics"}
    watch.poll()
    shares = []
    for _ in range(2):
        clock.now += 1
        looked = watch.look()
        shares.append((looked.pause_share, looked.gc_share, looked.gc.running_cause))
    clock.now += 1
    counters.now |= {
        "sun.gc.collector.1.lastExitTime": 10,
        "sun.gc.collector.1.time": 2 * SECOND,
        "sun.rt.safepointTime": 2 * SECOND,
        "sun.gc.cause": "No GC",
    }
    after = watch.look()

    assert shares == [(1.0, 1.0, "Ergonomics")] * 2
    assert (after.pause_share, after.gc_share, after.gc.running_cause) == (0.0, 0.0, None)


def test_shenandoah_counts_phases_not_pauses_so_no_gc_share(clock: Clock) -> None:
    counters = shenandoah()
    watch = CountersWatch(counters)
    watch.look()
    clock.now += 1
    collect(counters, 1, 5 * SECOND, "Concurrent GC")
    looked = watch.look()

    assert looked.gc_share is None
    assert looked.pause_share == 0.0
    assert looked.after_gc == AfterGc(50 * MEGABYTE, 5.0, is_exact=True)


def rates(clock: Clock, counters: FakeCounters, *edens: int) -> list[float | None]:
    watch = CountersWatch(counters)
    watch.look()
    found = []
    for eden in edens:
        clock.now += 1
        counters.now[EDEN] = eden * MEGABYTE
        found.append(watch.look().allocated_bytes_per_second)
    return [one and one / MEGABYTE for one in found]


def test_allocation_is_how_eden_fills(clock: Clock) -> None:
    assert rates(clock, serial(), 30, 30, 55) == [20.0, 0.0, 25.0]


def test_a_full_eden_was_filled_to_its_capacity(clock: Clock) -> None:
    counters = serial()
    counters.now["sun.gc.lastCause"] = "Allocation Failure"

    assert rates(clock, counters, 70, 5) == [60.0, 30.0]


def test_other_collections_empty_eden_before_it_is_full(clock: Clock) -> None:
    counters = serial()
    counters.now["sun.gc.lastCause"] = "System.gc()"

    assert rates(clock, counters, 70, 5) == [60.0, 0.0]


def test_without_sampled_eden_no_rate_and_no_used_size(clock: Clock) -> None:
    counters = serial()
    del counters.now["sun.os.hrt.ticks"]  # as on Java 25

    assert rates(clock, counters, 30) == [None]
    assert CountersWatch(counters).look().heap_used_bytes is None


def test_counters_that_a_jvm_lacks_are_unknown_not_zero() -> None:
    looked = CountersWatch(FakeCounters({})).look()
    unknown = {name: getattr(looked, name) for name in looked.__dataclass_fields__}

    assert (unknown.pop("collections"), unknown.pop("metaspace")) == ((), ())
    assert unknown.pop("gc") == GcActivity(None, (), None, None, None, None, None)
    assert set(unknown.values()) == {None}


def test_a_poll_costs_few_readings() -> None:
    counters = serial()
    watch = CountersWatch(counters)
    counters.reads = 0
    watch.poll()

    assert counters.reads <= 12  # each is a system call
    watch.look()
    assert counters.reads < 120


def test_a_jvm_without_counters_is_what_linux_says(jvm: FakeJvm) -> None:
    with Sampler(jvm.build()) as sampler:
        sample = sampler.sample()

    assert (sample.native_threads, sample.counted, sample.is_stopped) == (9, None, False)
    assert "-XX:-UsePerfData" in sampler.why_no_counters


def test_counters_that_come_later_are_found(jvm: FakeJvm) -> None:
    process = jvm.build()
    with Sampler(process) as sampler:
        assert sampler.sample().counted is None
        jvm.write_counters({"sun.gc.cause": "No GC"}, accessible=0)
        assert sampler.sample().counted is None
        assert sampler.why_no_counters == "the JVM is still starting"
        jvm.write_counters({"sun.gc.cause": "No GC"})
        assert isinstance(sampler.sample().counted, Counted)
        assert sampler.why_no_counters == ""


def test_counters_that_somebody_cuts_are_lost_not_fatal(
    jvm: FakeJvm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_: CountersWatch) -> None:
        message = "the file is cut off"
        raise JvmNotAnsweringError(message)

    process = jvm.build()
    jvm.write_counters({"sun.gc.cause": "No GC"})
    with Sampler(process) as sampler:
        monkeypatch.setattr(CountersWatch, "poll", cut)
        sampler.poll()

        assert sampler.why_no_counters == "the file is cut off"
        assert sampler.sample().counted is None


@pytest.mark.parametrize("how", ["gone", "zombie", "another"])
def test_the_end_of_the_jvm_is_an_error(jvm: FakeJvm, how: str) -> None:
    with Sampler(jvm.build()) as sampler:
        sampler.sample()
        if how == "gone":
            shutil.rmtree(jvm.home)
        elif how == "zombie":
            dataclasses.replace(jvm, state="Z (zombie)").write_status()
        else:
            dataclasses.replace(jvm, start_ticks=99_000).build()
        with pytest.raises(JvmNotFoundError):
            sampler.sample()


def test_samples_come_until_told_to_stop(jvm: FakeJvm) -> None:
    stop = Event()
    found = []
    with Sampler(jvm.build()) as sampler:
        for sample in samples(sampler, interval_seconds=lambda: 0.0, stop=stop):
            found.append(sample)
            if len(found) == 3:
                stop.set()

    assert len(found) == 3
    assert [one.at_seconds for one in found] == sorted(one.at_seconds for one in found)
