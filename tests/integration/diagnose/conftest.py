"""Heaps to diagnose, and the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamew.testing import HeapBuilder, HeapObject
from support.in_process import Command, command


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    return command(capfd, monkeypatch)


@pytest.fixture
def two_leaks(builder: HeapBuilder, tmp_path: Path) -> Path:
    """Sessions of 4 MB in a static map, and a thread whose stack holds reports of 1 MB."""
    session = builder.klass("com.acme.Session", fields={"data": "object"})
    held: list[HeapObject | None] = [
        builder.instance(session, data=builder.data(100_000)) for _ in range(40)
    ]
    array = builder.array("com.acme.Session[]", held)
    registry = builder.klass("com.acme.Registry", statics={"ALL": array})
    builder.root(registry, "System Class")
    report = builder.klass("com.acme.Report", fields={"text": "object"})
    reports: list[HeapObject | None] = [
        builder.instance(report, text=builder.data(50_000)) for _ in range(20)
    ]
    builder.klass("com.acme.Reporter")
    builder.thread("reporter", [("com.acme.Reporter", "write")])
    builder.root(builder.array("com.acme.Report[]", reports), "Java Local", 1, 0)
    return builder.write(tmp_path / "two.hprof")
