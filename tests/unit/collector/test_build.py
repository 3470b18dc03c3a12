"""The collector is one small file, made of rewritten modules that need nothing else."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from seamew.cli.registry import COMMANDS as REGISTERED
from seamew.collector.commands import COMMANDS
from seamew.version import VERSION
from support.command import environment
from support.scripts import script

build_collector = script("build_collector")

MOST_BYTES = 200 * 1024


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built file."""
    path = tmp_path_factory.mktemp("collector") / "seamew-collector.pyz"
    done = subprocess.run(
        [str(build_collector.ROOT / "scripts" / "collector"), str(path)],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert done.returncode == 0, done.stderr
    assert str(path) in done.stdout
    return path


def run(pyz: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", str(pyz), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment(**changes),
        timeout=60,
    )


def test_the_same_sources_give_the_same_bytes(pyz: Path) -> None:
    whole = pyz.read_bytes()
    assert whole == build_collector.collector_bytes() == build_collector.collector_bytes()
    assert len(whole) < MOST_BYTES
    assert whole.startswith(b"#!/usr/bin/env python3\n")
    assert pyz.stat().st_mode & 0o111


def test_it_says_its_version_and_its_commands(pyz: Path) -> None:
    assert run(pyz, "--version").stdout == f"seamew collector {VERSION}\n"
    assert "jcmd" in run(pyz, "--help").stdout
    without = run(pyz)
    assert (without.returncode, "usage:" in without.stdout) == (2, True)


def test_every_command_is_one_of_seamew_too() -> None:
    names = [command.name for command in COMMANDS]
    assert len(set(names)) == len(names)
    assert set(names) <= {entry.name for entry in REGISTERED}


def test_errors_have_hints_and_the_exit_codes_of_seamew(pyz: Path) -> None:
    done = run(pyz, "jcmd", "4194305")
    assert done.returncode == 3
    assert done.stderr == (
        "error: there is no process 4194305\nhint: `seamew ps` lists the JVMs of this host\n"
    )
    assert run(pyz, "jcmd", "nobody").returncode == 2
    assert run(pyz, "jcmd", "1", "--timeout", "-1").returncode == 2


def test_an_old_python_says_what_is_wrong() -> None:
    entry = build_collector._ENTRY.replace("sys.version_info", "(2, 7)")
    done = subprocess.run(
        [sys.executable, "-c", entry], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "needs Python 3.6 or newer" in done.stderr


def test_no_name_is_lost_by_the_rewriting(tmp_path: Path) -> None:
    for name, text in build_collector.sources().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"),
            *("--select", "F821,F822,F823", str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def annotated(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            parts = [*node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
            yield from (one.annotation for one in parts if one and one.annotation)
            if node.returns:
                yield node.returns


def test_nothing_of_newer_pythons_is_left() -> None:
    for name, text in build_collector.sources().items():
        tree = ast.parse(text, name, feature_version=(3, 6))
        assert list(annotated(tree)) == [], name
        for word in ("strict=", ".isascii(", "dataclasses import", "import rich", "from typing"):
            assert word not in text.replace("typing import NamedTuple", ""), (name, word)


def test_an_import_from_the_heap_side_is_refused() -> None:
    tree = ast.parse("from seamew.heap import Heap\n")
    with pytest.raises(build_collector.ForeignImportError, match=r"x\.py:1 imports seamew\.heap"):
        list(build_collector._imports(tree, "seamew.report", "x.py"))
    for text in ("import click\n", "import tomllib\n", "from importlib.metadata import version\n"):
        with pytest.raises(build_collector.ForeignImportError, match="old Pythons"):
            list(build_collector._imports(ast.parse(text), "seamew", "x.py"))
