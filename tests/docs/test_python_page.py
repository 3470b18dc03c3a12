"""The code of docs/how-to/python.md runs, from top to bottom."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from .cookbook_heap import write_cookbook_heap

pytest.importorskip("duckdb")

_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_code_runs(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_cookbook_heap(tmp_path / "acme.hprof")
    monkeypatch.chdir(tmp_path)
    blocks = _BLOCK.findall((root / "docs/how-to/python.md").read_text(encoding="utf-8"))
    assert len(blocks) > 5
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, "python.md", "exec"), names)  # noqa: S102 (what the page shows)
    names["heap"].close()
    shown = capsys.readouterr().out
    assert "<com.acme.Session @" in shown
    assert "us-0" in shown
