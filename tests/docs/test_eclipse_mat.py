"""The table of Eclipse MAT's queries: each command is run on a real dump, each method exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import seamew
import seamew.diagnose
import seamew.diagnose.components
import seamew.heap
from seamew.cli.main import run

PAGE = Path(__file__).parents[2] / "docs/reference/eclipse-mat.md"
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split(" | ")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| MAT", "|---"))
]
COMMANDS = sorted({one for row in ROWS for one in re.findall(r"`seamew ([^`]+)`", row[1])})
METHODS = sorted(
    {name for row in ROWS for name in re.findall(r"`(?:seamew\.)?(\w+)", " ".join(row[2:]))}
)
STANDS_FOR = {
    "OBJECT": "java.lang.Thread#0",
    "WHAT": "java.lang.String",
    "LIST": "java.util.ArrayList#0",
    "SET": "java.util.HashSet#0",
    "ARRAY": "byte[]#0",
}


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes")


@pytest.mark.parametrize("command", COMMANDS)
def test_command_answers_on_a_real_dump(
    command: str, root: Path, indexes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = str(root / "lab/demo/sample.hprof.gz")
    words = {**STANDS_FOR, "DUMP": sample, "BEFORE": sample, "FILE": str(tmp_path / "value")}
    arguments = [words.get(word, word) for word in shlex.split(command)]
    code = run([*arguments, "--index-dir", str(indexes)])
    shown = capsys.readouterr()
    assert code == 0, shown.err
    assert shown.out


def test_the_table_has_every_query() -> None:
    assert len(ROWS) >= 75
    assert len(COMMANDS) >= 55


@pytest.mark.parametrize("name", METHODS)
def test_method_exists(name: str) -> None:
    homes = (seamew.Heap, seamew, seamew.heap, seamew.diagnose, seamew.diagnose.components)
    assert any(hasattr(home, name) for home in homes)
