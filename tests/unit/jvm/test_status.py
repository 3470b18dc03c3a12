"""The screen of `seamew status` from files: what fits, what is unknown, how many files it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from seamew.jvm import JvmProcess, JvmStatus
from seamew.jvm.discover import find_jvm
from seamew.jvm.status import read_jvm_status
from seamew.jvm.status_values import Asked
from seamew.report import csv_lines, text_lines
from seamew.report.jvm.status import status_answer
from support.fake_jvm import FakeJvm
from support.opened_files import opened_files
from unit.jvm.fake_proc import write_files
from unit.jvm.recorded import RECORDED

MB = 1 << 20
LINES, COLUMNS = 24, 80
COUNTERS: dict[str, str | int] = {
    "java.property.java.version": "17.0.15",
    "java.rt.vmArgs": "-Xmx400m -XX:NativeMemoryTracking=summary",
    "sun.rt.javaCommand": "com.acme.Main --port 80",
    "java.threads.live": 34,
    "java.threads.daemon": 12,
    "java.threads.livePeak": 40,
    "java.threads.started": 200,
    "java.cls.loadedClasses": 5,
    "java.cls.sharedLoadedClasses": 400,
    "java.cls.unloadedClasses": 1,
    "java.cls.sharedUnloadedClasses": 0,
}
LIMITS = """\
Limit                     Soft Limit           Hard Limit           Units
Max open files            1024                 4096                 files
"""
TCP = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"

Make = Callable[..., JvmProcess]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(recorded: str = "17-g1", **values: str | int) -> JvmProcess:
        fake = FakeJvm(tmp_path, start_ticks=400_00)
        fake.build()
        fake.write_counters({**COUNTERS, **RECORDED[recorded], **values})
        write_files(
            tmp_path,
            {
                "uptime": "1000.0 1.0\n",
                "4711/limits": LIMITS,
                "4711/net/tcp": TCP,
                "4711/task/4711/stat": "4711 (java) S 1 1 1 0 -1 0 1 2 3 4 250 50 0 0 20 0 1 0 9\n",
                "4711/task/4712/stat": "4712 (GC Thread#0) S 1 1 1 0 -1 0 1 2 3 4 90 10 0 0 2\n",
                "4711/task/4711/status": "NSpid:\t4711\t7\n",
                "4711/task/4712/status": "NSpid:\t4712\t8\n",
                "4711/fd/0": "",
                "4711/fd/1": "",
            },
        )
        return find_jvm(fake.pid, tmp_path)

    return made


def lines(status: JvmStatus, before: JvmStatus | None = None) -> list[str]:
    return list(text_lines(status_answer(status, before), COLUMNS, colour=False))


def words_of(shown: list[str], name: str) -> str:
    """What stands behind a name, with one blank between words."""
    (line,) = [line for line in shown if line.startswith(name + " ")]
    return " ".join(line[len(name) :].split()).rstrip(" ▏▎▍▌▋▊▉█")


def test_all_on_one_screen(make: Make) -> None:
    status = read_jvm_status(make())

    shown = lines(status)
    text = "\n".join(shown)

    assert len(shown) < LINES, "with a line left for the prompt"
    assert max(map(len, shown)) <= COLUMNS
    assert shown[0] == "JVM 4711 com.acme.Main"
    assert shown[1].startswith("Java 17.0.15, G1, up 10 min 00 s, user ")
    assert "3 young in 0.00 s, 1 full in 0.00 s, 0 concurrent cycle pauses" in text
    assert "34 in Java (12 daemon, 40 peak, 200 started), 9 native" in text
    assert "405 loaded, 1 unloaded" in text
    assert "2 open of 1,024" in text
    assert "MaxHeapSize=400m, NativeMemoryTracking=summary" in text
    assert "! when out of memory it writes no dump, as it was started" in text


def test_the_figures_by_name(make: Make) -> None:
    status = read_jvm_status(make())

    assert (status.uptime_seconds, status.gc_cpu_seconds) == (600.0, 1.0)
    assert status.heap is not None
    assert status.heap.max_bytes == 400 * MB
    assert status.tcp.process == {}
    assert (status.open_files.count, status.open_files.limit) == (2, 1024)
    assert (status.asked, status.attach_obstacle, status.notes) == (None, None, ())


@pytest.mark.parametrize("recorded", RECORDED)
def test_every_collector_fits_on_the_screen(make: Make, recorded: str) -> None:
    shown = lines(read_jvm_status(make(recorded)))

    assert len(shown) < LINES
    assert max(map(len, shown)) <= COLUMNS


def test_a_value_that_the_last_collection_left_is_named_so(make: Make) -> None:
    parallel = lines(read_jvm_status(make("25-parallel")))
    assert words_of(parallel, "heap") == "378 MB 400 MB"
    assert words_of(parallel, "├─ after GC") == "3.14 MB 0.8%"

    z = lines(read_jvm_status(make("21-genz")))
    assert words_of(z, "├─ after GC at most") == "6.00 MB 1.5%"


def test_what_happened_since_the_last_look(make: Make) -> None:
    before = read_jvm_status(make())
    assert before.gc is not None
    assert before.gc.pause_seconds is not None
    later = replace(
        before,
        uptime_seconds=602.0,
        cpu_seconds=5.0,
        gc=replace(before.gc, pause_seconds=before.gc.pause_seconds + 0.5),
    )
    before = replace(before, cpu_seconds=2.0)

    text = "\n".join(lines(later, before))

    assert "of its time; 25.0% lately" in text
    assert "in GC threads; 150.0% lately" in text


def test_answers_of_the_jvm_stand_for_what_files_say(make: Make) -> None:
    asked = Asked(
        heap_used_bytes=7 * MB,
        heap_committed_bytes=100 * MB,
        metaspace_used_bytes=3 * MB,
        metaspace_committed_bytes=4 * MB,
        code_cache_used_bytes=24 * MB,
        code_cache_max_bytes=240 * MB,
        direct_buffers_bytes=16 * MB,
        out_of_memory_errors=0,
        flags={"HeapDumpOnOutOfMemoryError": "true", "MaxHeapSize": "419430400"},
        refusals=("VM.x: this JVM does not know the question",),
    )

    status = read_jvm_status(make(), asked)
    shown = lines(status)
    text = "\n".join(shown)

    assert status.oom_dump.is_on
    assert status.flags["NativeMemoryTracking"] == "summary"
    assert words_of(shown, "heap").startswith("7.00 MB 17.0 MB 400 MB 1.8%")
    assert words_of(shown, "metaspace").startswith("3.00 MB 4.00 MB 75.0%")
    assert words_of(shown, "code cache").startswith("24.0 MB 240 MB 10.0%")
    assert words_of(shown, "direct memory") == "16.0 MB"
    assert "0 of heap and metaspace" in text
    assert "VM.x: this JVM does not know the question" in text
    assert "no dump, as it was started" not in text


def test_without_counters_the_rest_is_there(tmp_path: Path, make: Make) -> None:
    make()
    fake = FakeJvm(tmp_path, state="T (stopped)")
    fake.build()

    status = read_jvm_status(fake.build())
    text = "\n".join(lines(status))

    assert status.heap is None
    assert status.gc is None
    assert "STOPPED" in text
    assert "it has no counters: -XX:-UsePerfData or -XX:+PerfDisableSharedMem" in text
    assert "will not work: it is stopped (SIGSTOP or a debugger)" in text
    assert "9 native" in text


def test_every_figure_has_a_line_of_csv(make: Make) -> None:
    answer = status_answer(read_jvm_status(make()))
    rows = dict(line.rstrip("\n").split(",", 1) for line in csv_lines(answer.table))

    assert rows["name"] == "value"
    assert rows["heap.max_bytes"] == str(400 * MB)
    assert rows["heap.pools.0.name"] == "eden"
    assert rows["tcp.is_host_namespace"] == ""
    assert rows["flags.MaxHeapSize"] == "400m"


def test_the_files_that_a_status_takes(make: Make, tmp_path: Path) -> None:
    jvm = make()

    with opened_files() as paths:
        read_jvm_status(jvm)
        own = sorted(Path(path).name for path in paths if path.startswith(str(tmp_path)))

    assert own.count("7") == 2, "the counters, and to see whether attaching is forbidden"
    assert len(own) <= 25, "the uptime is read twice: for the age, and to see whether it starts"
