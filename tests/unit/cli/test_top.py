"""`seamew top` where there is no terminal, or no Textual."""

from __future__ import annotations

import os
from importlib import util

import pytest

from seamew.cli.commands import top
from seamew.cli.main import run
from support.command import seamew


def test_without_a_terminal_another_command_is_named() -> None:
    done = seamew("top", "1")

    assert done.returncode == 2
    assert "the live screen needs a terminal" in done.stderr
    assert "seamew status PID --watch 2" in done.stderr
    assert done.stdout == ""


def test_without_textual_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(top, "_check_terminal", lambda: None)
    monkeypatch.setattr(util, "find_spec", lambda _: None)

    assert run(["top", "1"]) == 1
    said = capsys.readouterr().err
    assert "pip install 'seamew[tui]'" in said
    assert "seamew status PID --watch 2" in said


def test_a_process_that_is_no_jvm_is_an_error_before_anything_is_drawn(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(top, "_check_terminal", lambda: None)

    assert run(["top", str(os.getpid())]) == 3
    assert "is no JVM" in capsys.readouterr().err
