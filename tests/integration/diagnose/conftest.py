"""Heaps to diagnose, and the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamew.testing import HeapBuilder
from support.in_process import Command, command
from support.leaks import held_by_a_static, list_of


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    return command(capfd, monkeypatch)


@pytest.fixture
def two_leaks(builder: HeapBuilder, tmp_path: Path) -> Path:
    """Sessions of 16 MB in a static list, and a thread whose stack holds reports of 3.4 MB."""
    held_by_a_static(builder, "com.acme.Session", "com.acme.Registry#ALL")
    reports, _ = list_of(builder, "com.acme.Report", 200, 17_000)
    builder.klass("com.acme.Reporter")
    builder.thread("reporter", [("com.acme.Reporter", "write")])
    builder.root(reports, "Java Local", 1, 0)
    return builder.write(tmp_path / "two.hprof")
