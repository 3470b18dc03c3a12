"""The programs of the lab are complete, and its page lists them all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

LAB = Path(__file__).parents[2] / "lab"
PROGRAMS = sorted(path.parent for path in (LAB / "leaks").glob("*/LEAK.md"))
ALWAYS_EXPECTED = {"element_class", "elements", "rules"}
NAMES_AN_OWNER = {"owner_field", "owner_frame", "held_elsewhere"}


def test_the_page_lists_every_program() -> None:
    command = [sys.executable, str(LAB / "run-leaks"), "--table"]
    tables = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    page = (LAB / "README.md").read_text(encoding="utf-8")
    assert page.endswith(tables), "put the output of lab/run-leaks --table into lab/README.md"


@pytest.mark.parametrize("folder", PROGRAMS, ids=lambda folder: folder.name)
def test_a_program_says_what_it_shows(folder: Path) -> None:
    is_leak = (folder / "Leak.java").exists()
    assert is_leak != (folder / "LookAlike.java").exists()
    sections = ("Symptom", "Cause", "Fix") if is_leak else ("Looks like", "Healthy because")
    text = (folder / "LEAK.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert [name for name in sections if f"**{name}.**" not in text] == []

    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    if is_leak:
        assert expected.keys() >= ALWAYS_EXPECTED
        assert expected.keys() & NAMES_AN_OWNER
    else:
        assert set(expected) == {"leak", "because"}
        assert expected["leak"] is False


@pytest.mark.parametrize("folder", PROGRAMS, ids=lambda folder: folder.name)
def test_a_program_is_of_its_own_package(folder: Path) -> None:
    for source in folder.glob("*.java"):
        assert source.read_text(encoding="utf-8").startswith(f"package lab.leaks.{folder.name};")
