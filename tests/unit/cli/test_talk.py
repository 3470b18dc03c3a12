"""What is said on stderr, to a terminal and to a file."""

from __future__ import annotations

import io

import pytest

from seamew.cli import talk as talk_module
from seamew.cli.talk import Talk
from seamew.cli.terminal import terminal_width, wants_colour
from seamew.model import (
    ArrayRow,
    DumpWarning,
    FirstPass,
    HistogramRow,
    MemoryPlan,
    ProgressSnapshot,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


PLAN = MemoryPlan(1_000_000, 50 << 20, 30 << 20, "memory", 1 << 30)
HALF = ProgressSnapshot("references", 2, 8, 500, 1000)


@pytest.fixture
def file() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(talk_module, "_SILENT_SECONDS", 0.0)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


def test_a_file_gets_nothing_but_warnings(file: io.StringIO) -> None:
    with Talk(quiet=False, verbose=False, stream=file) as talk:
        talk.plan(PLAN, on_disk=True)
        talk.progress(HALF)
        talk.warnings([DumpWarning("cut", "the dump is cut\x1b[2J", partial=True, offset=1234)])
    assert file.getvalue() == "warning: the dump is cut\\x1b[2J at byte 1,234\n"


def test_verbose_tells_plan_and_phases(file: io.StringIO) -> None:
    with Talk(quiet=False, verbose=True, stream=file) as talk:
        talk.plan(PLAN, on_disk=True)
        talk.progress(HALF)
        talk.progress(HALF)
    assert file.getvalue().splitlines() == [
        (
            "about 1,000,000 objects: needs 50.0 MB of memory and 30.0 MB on disk"
            " (columns in memory, limit 1.00 GB)"
        ),
        "references ...",
    ]


def test_quiet_says_nothing(terminal: Terminal) -> None:
    with Talk(quiet=True, verbose=False, stream=terminal) as talk:
        assert not talk.shows_early_results
        talk.plan(PLAN, on_disk=True)
        talk.progress(HALF)
        talk.warnings([DumpWarning("cut", "the dump is cut")])
    assert terminal.getvalue() == ""


def test_a_terminal_gets_a_bar_that_goes_away(terminal: Terminal) -> None:
    with Talk(quiet=False, verbose=False, stream=terminal) as talk:
        assert talk.shows_early_results
        talk.progress(HALF)
        talk.note("a note above the bar")
        drawn = terminal.getvalue()
    assert "references (3 of 8)" in drawn
    assert "50%" in drawn
    assert "a note above the bar" in drawn
    assert terminal.getvalue().endswith("\x1b[2K")


def test_early_results(terminal: Terminal) -> None:
    found = FirstPass(
        histogram=(HistogramRow("byte[]", 1, None, 7, 4096),),
        arrays=(ArrayRow(0x7000, "byte[]", 4000, 4016),),
        object_count=7,
        heap_bytes=4096,
    )
    with Talk(quiet=False, verbose=False, stream=terminal) as talk:
        talk.early(found)
    assert "first pass: 4.00 KB in 7 objects, dead ones included" in terminal.getvalue()
    assert "0x7000" in terminal.getvalue()


def test_many_warnings_are_counted(file: io.StringIO) -> None:
    with Talk(quiet=False, verbose=False, stream=file) as talk:
        talk.warnings([DumpWarning("odd", f"number {number}") for number in range(15)])
    lines = file.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[-1] == "warning: 5 more; --json lists them all"


def test_width_and_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert terminal_width(io.StringIO()) is None
    assert terminal_width(Terminal()) == 80
    assert wants_colour(Terminal())
    assert not wants_colour(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_colour(Terminal())
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert wants_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(Terminal())
    monkeypatch.setenv("COLUMNS", "72")
    assert terminal_width(io.StringIO()) == 72
