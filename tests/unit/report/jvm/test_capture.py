"""What is said about a capture: nothing raw from the JVM, and nothing left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seamew.jvm.capture import STEPS, CaptureProgress, CaptureSettings, Case, choose_steps
from seamew.jvm.capture.manifest import CapturedFile, Manifest, StepRecord, Subject
from seamew.report import envelope, text_lines
from seamew.report.jvm.capture import case_answer, plan_answer, progress_line, steps_answer

NASTY = "said \x1b[2J\u202e"
SHOWN = "said \\x1b[2J\\u202e"


def lines(answer: object, width: int | None = None) -> list[str]:
    return list(text_lines(answer, width, colour=False))  # type: ignore[arg-type]


@pytest.fixture
def case() -> Case:
    steps = (
        StepRecord("heap", "collected", 1, 0.1),
        StepRecord("threads", "in_part", 2, 1.0, (), (NASTY, "and more")),
        StepRecord("gc-log", "not_asked"),
        StepRecord("events", "not_available", 3, 0.0, (), ("this JVM has none",)),
    )
    files = (
        CapturedFile("jvm/heap.txt", "heap", 1024, "00", is_whole=True),
        CapturedFile("threads/cpu-1.csv", "threads", 1024, "11", is_whole=True),
        CapturedFile("threads/cpu-2.csv", "threads", 1024, "22", is_whole=False),
    )
    subject = Subject(4711, 1, 0, "Main", "HotSpot")
    parts = ("h", "6.1", "complete", 1, 2, False, subject, steps, files)
    return Case(Path("/cases/one"), Manifest("seamew-case/1", "0.1.0", *parts))


def test_a_case_is_told_step_by_step(case: Case) -> None:
    text = "\n".join(lines(case_answer(case)))
    assert f"threads  in part            2  2.00 KB      1.0  {SHOWN}; and more" in text
    assert "gc-log" not in text
    assert "case     /cases/one" in text
    assert "files    3 files, 3.00 KB" in text
    assert "missing  1 in part, 1 not available" in text
    assert "archive" not in text
    assert "archive  /a.tar.gz" in "\n".join(lines(case_answer(case, Path("/a.tar.gz"))))


def test_the_manifest_is_the_answer_in_json(case: Case) -> None:
    text = envelope("capture", case_answer(case).result)
    assert '"folder": "/cases/one"' in text
    assert '"is_whole": false' in text


def test_a_plan_says_what_costs_something_and_what_does_not() -> None:
    settings = CaptureSettings(interval_seconds=2, gc_log_seconds=3)
    answer = plan_answer(("process", "heap", "threads", "gc-log"), settings, Path("/cases"))
    text = "\n".join(lines(answer))
    assert "  nothing to speak of  process, heap" in text
    assert "  threads  stops all threads" in text
    assert "a new folder in /cases" in text
    assert "256 MB at most" in text
    assert answer.result["wait_seconds"] == 2 * 2 + 3  # type: ignore[index]
    assert answer.result["dump"] is None  # type: ignore[index]
    assert all(len(line) <= 80 for line in lines(answer, 80))


def test_why_the_cost_of_a_heap_dump_is_unknown_is_said() -> None:
    answer = plan_answer(("heap-dump",), CaptureSettings(), Path("/x"), NASTY)
    assert f"  what it will cost is unknown: {SHOWN}" in lines(answer)


def test_progress_has_a_line_for_what_lasts_and_for_each_end() -> None:
    step = next(one for one in STEPS if one.name == "threads")
    begun = CaptureProgress(Path("/x"), 8, 21, step, 10.0, None)
    assert progress_line(begun) == " 9/21 threads: 10.0 s ..."
    assert not progress_line(replace(begun, wait_seconds=0.0))
    record = StepRecord("threads", "in_part", 1, 1.0, (), (NASTY,))
    assert progress_line(replace(begun, record=record)) == f" 9/21 threads: in part\n    {SHOWN}"


def test_all_steps_are_listed() -> None:
    text = "\n".join(lines(steps_answer()))
    assert all(step.name in text for step in STEPS)
    assert "heap-dump" not in choose_steps()
