"""Undocumented is a failing test."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from seamew.cli.exit_codes import ExitCode
from seamew.cli.main import cli
from seamew.cli.registry import COMMANDS
from seamew.report.schema import diagnosis_schema
from seamew.wording import Language


@pytest.fixture
def reference(root: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.syspath_prepend(str(root / "scripts"))
    page: str = import_module("cli_reference").reference()
    return page


def test_cli_reference_is_in_step(root: Path, reference: str) -> None:
    written = (root / "docs/reference/cli.md").read_text(encoding="utf-8")
    assert written == reference, "run scripts/fix"


def test_sql_reference_is_in_step(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(root / "scripts"))
    written = (root / "docs/reference/sql.md").read_text(encoding="utf-8")
    assert written == import_module("sql_reference").reference(), "run scripts/fix"


@pytest.mark.parametrize(("language", "name"), [("en", "rules.md"), ("zh", "rules.zh-CN.md")])
def test_the_rules_reference_is_in_step(
    root: Path, monkeypatch: pytest.MonkeyPatch, language: str, name: str
) -> None:
    monkeypatch.syspath_prepend(str(root / "scripts"))
    written = (root / "docs/reference" / name).read_text(encoding="utf-8")
    page = import_module("rules_reference").reference(Language(language))
    assert written == page, "run scripts/fix"


def test_the_json_schema_is_in_step(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(root / "scripts"))
    assert diagnosis_schema() == import_module("json_schema").schema(), "run scripts/fix"


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_registry_agrees_with_the_help(entry: object) -> None:
    name, summary = entry.name, entry.summary  # type: ignore[attr-defined]
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    assert (command.help or "").splitlines()[0] == summary
    assert "Examples:" in (command.epilog or "")


def test_every_exit_code_is_described(root: Path) -> None:
    page = (root / "docs/reference/exit-codes.md").read_text(encoding="utf-8")
    described = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    assert described == {int(code) for code in ExitCode}


def pages(root: Path) -> list[Path]:
    return [*root.glob("*.md"), *(root / "docs").rglob("*.md")]


def test_links_lead_somewhere(root: Path) -> None:
    dead = []
    for page in pages(root):
        targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        dead += [
            f"{page.relative_to(root)}: {target}"
            for target in targets
            if "://" not in target and not (page.parent / target).exists()
        ]
    assert dead == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_readme_names_the_two_commands_and_real_verbs(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert "scripts/demo" in text
    assert "scripts/check" in text
    verbs = set(re.findall(r"`seamew ([\w-]+)", text))
    assert verbs
    assert verbs <= {entry.name for entry in COMMANDS}


def test_no_page_loads_anything_from_the_network(root: Path) -> None:
    for page in pages(root):
        assert not re.search(r"!\[[^]]*\]\(https?:", page.read_text(encoding="utf-8")), page
