"""Answers about histograms and dumps of JVMs: the same figures in every form."""

from __future__ import annotations

from dataclasses import replace

from seamew.jvm.dump import GO, RAW, TIGHT, USE_GZ, DumpPreflight, HeapDump, HeapState, Room
from seamew.jvm.dump.estimate import estimate_dump
from seamew.jvm.histogram import ClassCount, Histogram
from seamew.report import Answer, csv_lines, text_lines
from seamew.report.jvm.dump import dump_answer, preflight_answer
from seamew.report.jvm.histogram import growth_answer, histogram_answer

MB = 1 << 20
HISTOGRAM = Histogram(
    (
        ClassCount("jdk.internal.vm.FillerElement[]", "java.base@25", 2, 5 * MB),
        ClassCount("com.acme.Session", None, 10, 480),
        ClassCount("com.acme.\x1b[31mEvil", None, 20, 320),
    ),
    is_live=False,
    pause_seconds=0.012,
)


def shown(answer: Answer, width: int | None = None) -> str:
    return "\n".join(text_lines(answer, width, colour=False))


def test_a_histogram_in_all_forms() -> None:
    answer = histogram_answer(HISTOGRAM)
    text = shown(answer)
    assert "5.00 MB in 32 objects, dead objects included; the JVM stood still for 12 ms" in text
    assert "5.00 MB of jdk.internal.vm.Filler... are gaps" in text
    assert "\x1b" not in text
    lines = list(csv_lines(answer.table))
    assert lines[0] == "class,objects,shallow_bytes,module\n"
    assert lines[2] == "com.acme.Session,10,480,\n"
    assert isinstance(answer.result, dict)
    assert answer.result["total"] == {"rows": 3, "objects": 32, "shallow_bytes": 5 * MB + 800}
    assert answer.result["filler_bytes"] == 5 * MB


def test_order_limit_and_packages() -> None:
    rows = histogram_answer(HISTOGRAM, sort="objects", limit=1).table.rows
    assert rows == [HISTOGRAM.rows[2]]
    assert "and 2 more rows" in shown(histogram_answer(HISTOGRAM, limit=1))
    packages = histogram_answer(HISTOGRAM, by="package", sort="name").table.rows
    assert [row.label for row in packages] == ["com.acme", "jdk.internal.vm"]  # type: ignore[attr-defined]


def test_growth_and_its_losses() -> None:
    later = replace(
        HISTOGRAM,
        rows=(replace(HISTOGRAM.rows[1], objects=30, shallow_bytes=1440), HISTOGRAM.rows[2]),
        losses=("the end is missing",),
    )
    answer = growth_answer(HISTOGRAM, later)
    text = shown(answer)
    assert "+20" in text
    assert "in all +18 objects, -5.00 MB" in text
    assert "incomplete: the end is missing" in text
    names = [row.label for row in answer.table.rows]  # type: ignore[attr-defined]
    assert names == ["com.acme.Session", "jdk.internal.vm.FillerElement[]"]
    assert "Nothing has grown or shrunk." in shown(growth_answer(later, later))


HEAP = HeapState("17.0.15", 17, None, 100 * MB, 1000)
THROUGH = Room(
    path="/proc/4711/root/tmp",
    jvm_path="/tmp",  # noqa: S108
    file_system="overlay",
    is_memory=False,
    free_bytes=300 * MB,
    expected_bytes=150 * MB,
    most_bytes=200 * MB,
)
FOUND = DumpPreflight(
    pid=4711,
    target="/data/heap.hprof.gz",
    is_live=False,
    method=RAW,
    via="/tmp",  # noqa: S108
    heap=HEAP,
    estimate=estimate_dump(HEAP, live=False, method=RAW, cores=2),
    rooms=(
        THROUGH,
        replace(THROUGH, path="/data", jvm_path=None, file_system=None, free_bytes=900 * MB),
    ),
    warnings=("mind the gap",),
    verdict=GO,
    reason="",
)


def test_what_a_dump_will_cost() -> None:
    text = shown(preflight_answer(FOUND))
    assert "4711, Java 17.0.15, unknown collector" in text
    assert "/proc/4711/root/tmp (overlay): 300 MB free, up to 200 MB needed" in text
    assert "/data: 900 MB free" in text
    assert "mind       mind the gap" in text
    assert text.endswith("verdict    go")
    tight = replace(FOUND, verdict=TIGHT, reason="little is free")
    assert "go, but room is tight: little is free" in shown(preflight_answer(tight))
    refused = replace(FOUND, verdict=USE_GZ, reason="too little")
    assert "use --gz: too little" in shown(preflight_answer(refused))
    live = replace(FOUND, is_live=True)
    assert "live ones, after a full collection" in shown(preflight_answer(live))
    assert len(list(csv_lines(preflight_answer(FOUND).table))) == 3


def test_what_was_taken() -> None:
    dump = HeapDump(
        pid=4711,
        path="/data/heap.hprof.gz",
        is_live=False,
        method=RAW,
        is_compressed=True,
        file_bytes=20 * MB,
        raw_bytes=150 * MB,
        records=1234,
        pause_seconds=0.7,
        seconds=3.25,
    )
    text = shown(dump_answer(FOUND, dump))
    assert "20.0 MB, 150 MB unpacked" in text
    assert "whole: 1,234 records to the end" in text
    assert "700 ms" in text
    assert "Go on with: seamew diagnose /data/heap.hprof.gz" in text
    left = replace(dump, path="/data/heap.hprof", is_compressed=False, not_compressed="Ctrl-C")
    assert "not compressed  Ctrl-C" in shown(dump_answer(FOUND, left))
    streamed = shown(dump_answer(FOUND, replace(dump, path=None, pause_seconds=None)))
    assert "standard output" in streamed
    assert "Go on with" not in streamed
