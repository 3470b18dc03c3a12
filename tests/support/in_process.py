"""The command line in this process, on real dumps: quicker than a process for each question."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from seamew.cli import main

__all__ = ["Command", "Done", "command"]


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def result(self) -> Any:  # noqa: ANN401 (JSON)
        return json.loads(self.out)["result"]


Command = Callable[..., Done]


def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """`run(*arguments)`, without a terminal, in English."""
    for name in ("COLUMNS", "LINES", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str | Path) -> Done:
        capfd.readouterr()
        code = main.run([str(one) for one in arguments])
        captured = capfd.readouterr()
        return Done(int(code), captured.out, captured.err)

    return run
