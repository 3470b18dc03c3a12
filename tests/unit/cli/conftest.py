"""The command line over a built heap, without a dump file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from seamew.cli import main, session
from seamew.heap import Heap
from seamew.testing import HeapBuilder
from support.slow_heap import SlowHeap


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def seamew(
    builder: HeapBuilder, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """`seamew(*arguments)` on the test's `builder`."""

    def opened(_path: str, **_options: object) -> Heap:
        return Heap(SlowHeap(builder))  # type: ignore[arg-type]

    monkeypatch.setattr(session, "open_heap", opened)
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(*arguments: str) -> Outcome:
        code = main.run(arguments)
        captured = capfd.readouterr()
        return Outcome(int(code), captured.out, captured.err)

    return run
