"""Samples of running JVMs against what the JVMs say themselves: the GC log, jcmd."""

from __future__ import annotations

import itertools
import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from live.combinations import majors
from live.conftest import jdk_of
from live.jdks import COLLECTORS
from live.running import RunningJvm, running_jvm, wait_until
from seamew.errors import JvmNotFoundError
from seamew.jvm.attaching import AttachClient
from seamew.jvm.discover import find_jvm
from seamew.jvm.handle import attach
from seamew.jvm.heap_info import parse_heap_info
from seamew.jvm.pools import AfterGc
from seamew.jvm.sampling import Sample, Sampler, samples

pytestmark = pytest.mark.live

MEGABYTE = 1 << 20
WITH_XLOG = [major for major in majors() if major > 8]
# What may lie between the counters and a log that rounds down to megabytes: G1 counts survivors
# in whole regions, Z everything in pages of 2 MB; Shenandoah goes on allocating.
TOLERANCE_MEGABYTES = {"g1": 4, "parallel": 1.1, "serial": 1.1, "z": 4.1, "shenandoah": 2.1}
EDEN_IS_NOT_SAMPLED_SINCE = 24
# The log's line comes after the counter is written; that of Z when it has moved all objects.
SAME_COLLECTION_SECONDS = 0.05
LOGGED = re.compile(r"\[(?P<ns>\d+)ns\].* \d+M(?:\(\d+%\))?->(?P<after>\d+)M(?:\([^)]*\))?")
PAUSED = re.compile(r"\[(?P<ns>\d+)ns\].* Pause .* (?P<ms>[0-9.]+)ms")


@contextmanager
def churning(
    major: int, collector: str, classes: Path, folder: Path
) -> Iterator[tuple[RunningJvm, Path]]:
    """A JVM that allocates and keeps as it is told, and its GC log."""
    log = folder / "gc.log"
    options = (*COLLECTORS[collector], "-Xmx128m", f"-Xlog:gc:file={log}:uptimenanos")
    with running_jvm(jdk_of(major), classes, folder, ("Churn",), options) as jvm:
        yield jvm, log


def watched_collections(sampler: Sampler, jvm: RunningJvm) -> list[AfterGc]:
    """What a sampler sees while the program works for three seconds."""
    done = threading.Event()
    found: list[AfterGc] = []

    def watch() -> None:
        for sample in samples(sampler, interval_seconds=lambda: 0.2, stop=done, poll_seconds=0.01):
            found.extend(sample.counted.collections if sample.counted else ())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        jvm.tell("rate 40 10")
        jvm.tell("rest 1500")
        jvm.tell("collect")
        jvm.tell("rest 1500")
        jvm.tell("rate 0 0")
        jvm.tell("rest 300")
    finally:
        done.set()
        watcher.join()
    return found


def logged_after(log: Path) -> list[tuple[float, int]]:
    """When each collection of a log ended, in seconds, and the megabytes it left."""
    lines = map(LOGGED.match, log.read_text(encoding="utf-8").splitlines())
    return [(int(line["ns"]) / 1e9, int(line["after"])) for line in lines if line]


@pytest.mark.parametrize("collector", COLLECTORS)
@pytest.mark.parametrize("major", WITH_XLOG)
def test_heap_after_collections_is_that_of_the_gc_log(
    major: int, collector: str, zoo_classes: Path, tmp_path: Path
) -> None:
    with churning(major, collector, zoo_classes, tmp_path) as (jvm, log):
        with Sampler(find_jvm(jvm.pid)) as sampler:
            seen = watched_collections(sampler, jvm)
        logged = logged_after(log)

    if (major, collector) == (11, "z"):  # which counts nothing
        assert seen == []
        return
    assert len(seen) >= 3
    for one in seen:
        ended, after = min(logged, key=lambda line: abs(line[0] - one.ended_at_seconds))
        assert abs(ended - one.ended_at_seconds) < SAME_COLLECTION_SECONDS
        more = one.used_bytes / MEGABYTE - after
        assert more >= -TOLERANCE_MEGABYTES[collector], (one, after)
        if one.is_exact:
            assert more <= TOLERANCE_MEGABYTES[collector], (one, after)
    assert {one.is_exact for one in seen} == {collector != "z"}


@pytest.mark.parametrize("major", [major for major in majors() if major > 11])
def test_z_tells_when_it_is_asked(major: int, zoo_classes: Path, tmp_path: Path) -> None:
    with churning(major, "z", zoo_classes, tmp_path) as (jvm, log):
        process = find_jvm(jvm.pid)
        client = AttachClient(process)

        def heap_used() -> int:
            return parse_heap_info(client.jcmd("GC.heap_info")).used_bytes

        with Sampler(process, ask_heap_used=heap_used) as sampler:
            seen = watched_collections(sampler, jvm)
        logged = logged_after(log)

    assert len(seen) >= 3
    for one in seen:
        _, after = min(logged, key=lambda line: abs(line[0] - one.ended_at_seconds))
        assert one.is_exact
        # It goes on allocating until it is asked.
        assert abs(one.used_bytes / MEGABYTE - after) <= 2 * TOLERANCE_MEGABYTES["z"], (one, after)


def counted_for(sampler: Sampler, seconds: float) -> list[tuple[float, Sample]]:
    """Ten samples a second, each with the time since the one before."""
    found: list[tuple[float, Sample]] = []
    before = None
    for sample in samples(sampler, interval_seconds=lambda: 0.1):
        if before is not None:
            found.append((sample.at_seconds - before, sample))
        before = sample.at_seconds
        if sum(span for span, _ in found) >= seconds:
            break
    return found


@pytest.mark.parametrize("major", WITH_XLOG)
def test_shares_and_rates_are_those_of_the_program(
    major: int, zoo_classes: Path, tmp_path: Path
) -> None:
    collector = "serial" if major < EDEN_IS_NOT_SAMPLED_SINCE else "g1"
    with churning(major, collector, zoo_classes, tmp_path) as (jvm, log):
        jvm.tell("rate 40 10")
        with Sampler(find_jvm(jvm.pid)) as sampler:
            found = counted_for(sampler, 3.0)
        began, ended = (one.uptime_seconds or 0.0 for one in (found[0][1], found[-1][1]))
        paused = [PAUSED.match(line) for line in log.read_text(encoding="utf-8").splitlines()]
    seconds = sum(span for span, _ in found)
    logged = sum(
        float(line["ms"]) / 1000
        for line in paused
        if line and began - found[0][0] <= int(line["ns"]) / 1e9 <= ended
    )
    counted = [(span, one.counted) for span, one in found if one.counted is not None]
    collected = sum(span * (one.gc_share or 0.0) for span, one in counted)
    stopped = sum(span * (one.pause_share or 0.0) for span, one in counted)
    allocated = sum(span * (one.allocated_bytes_per_second or 0.0) for span, one in counted)

    assert logged > 0
    assert collected == pytest.approx(logged, rel=0.2, abs=0.005)
    assert stopped >= collected * 0.9
    assert allocated / seconds / MEGABYTE == pytest.approx(40, rel=0.25)


@pytest.mark.parametrize("collector", COLLECTORS)
def test_sizes_are_those_of_the_heap(collector: str, zoo_classes: Path, tmp_path: Path) -> None:
    with (
        churning(majors()[-1], collector, zoo_classes, tmp_path) as (jvm, _),
        Sampler(find_jvm(jvm.pid)) as sampler,
    ):
        jvm.tell("collect")
        counted = sampler.sample().counted

    assert counted is not None
    assert counted.heap is not None
    assert counted.heap.max_bytes == 128 * MEGABYTE
    assert counted.heap.committed_bytes is not None
    assert 0 < counted.heap.committed_bytes <= 128 * MEGABYTE
    assert (counted.threads or 0) >= 2
    assert (counted.classes or 0) > 400
    assert [pool.name for pool in counted.metaspace] == ["metaspace", "class space"]


def test_cpu_and_memory_are_those_of_the_process(jvm: RunningJvm) -> None:
    with Sampler(find_jvm(jvm.pid)) as sampler:
        assert sampler.sample().cpu_cores is None
        sample = sampler.sample()
        status = Path(f"/proc/{jvm.pid}/status").read_text(encoding="utf-8")

    assert sample.cpu_cores is not None
    assert 0 <= sample.cpu_cores < 8
    assert sample.rss_bytes == pytest.approx(kilobytes(status, "VmRSS") * 1024, rel=0.1)
    assert sample.native_threads == kilobytes(status, "Threads")


def kilobytes(status: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE)
    assert found is not None
    return int(found[1])


def test_python_gets_samples_of_an_attached_jvm(jvm: RunningJvm) -> None:
    taken = list(itertools.islice(attach(jvm.pid).samples(interval_seconds=0.05), 3))

    assert [one.cpu_cores is None for one in taken] == [True, False, False]
    assert all(one.counted is not None for one in taken)
    assert not Path(f"/tmp/.java_pid{jvm.pid}").exists()  # noqa: S108 (where JVMs have it)


def test_a_stopped_jvm_is_still_watched(jvm: RunningJvm) -> None:
    with Sampler(find_jvm(jvm.pid)) as sampler:
        os.kill(jvm.pid, signal.SIGSTOP)
        try:
            wait_until(lambda: sampler.sample().is_stopped, "the JVM is stopped")
            assert sampler.sample().counted is not None
        finally:
            os.kill(jvm.pid, signal.SIGCONT)


def test_the_end_is_noticed_and_no_handle_is_left(jvm: RunningJvm) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    process = find_jvm(jvm.pid)
    with Sampler(process) as sampler:
        for _ in range(50):
            sampler.sample()
        os.kill(jvm.pid, signal.SIGKILL)
        with pytest.raises(JvmNotFoundError, match="ended"):
            wait_until(lambda: sampler.sample() is None, "never")

    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_without_counters_linux_still_tells(zoo_classes: Path, tmp_path: Path) -> None:
    options = ("-XX:-UsePerfData", "-Xmx64m")
    with (
        running_jvm(jdk_of(majors()[-1]), zoo_classes, tmp_path, options=options) as jvm,
        Sampler(find_jvm(jvm.pid)) as sampler,
    ):
        sample = sampler.sample()

    assert sample.counted is None
    assert (sample.rss_bytes or 0) > MEGABYTE
    assert "-XX:-UsePerfData" in sampler.why_no_counters
