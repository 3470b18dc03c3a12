"""The rules of the house that a tool can check: sizes, exports, imports, the lazy command line."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import seamew
from seamew.cli.registry import COMMANDS

FILE_LINES, FUNCTION_LINES = 600, 60
PYTHON_FOLDERS = ("python", "tests", "scripts", "bench", "lab")


def python_files(root: Path) -> list[Path]:
    found = [path for name in PYTHON_FOLDERS for path in (root / name).rglob("*.py")]
    assert found
    return found


def test_files_and_functions_stay_small(root: Path) -> None:
    too_long = []
    for path in python_files(root):
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > FILE_LINES:
            too_long.append(str(path))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    too_long.append(f"{path}:{node.lineno} {node.name}")
    assert too_long == []


def modules() -> list[str]:
    return [
        module.name
        for module in pkgutil.walk_packages(seamew.__path__, "seamew.")
        if module.name not in {"seamew.__main__", "seamew._engine"}
    ]


@pytest.mark.parametrize("name", modules())
def test_every_module_says_what_it_exports(name: str) -> None:
    module = importlib.import_module(name)
    if not module.__doc__ or len(Path(str(module.__file__)).read_text().splitlines()) <= 1:
        assert module.__doc__
        return
    exported = module.__all__
    assert len(set(exported)) == len(exported)
    for public in exported:
        assert hasattr(module, public)


HELP = """
import json, sys, time
from seamew.cli.main import run
code = run(["--help"])
modules = sorted({name.split(".")[0] for name in sys.modules})
print(json.dumps({"code": code, "modules": modules, "count": len(sys.modules),
                  "seconds": time.process_time()}), file=sys.stderr)
"""


def test_help_is_quick_and_imports_little(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HELP],
        capture_output=True,
        text=True,
        check=True,
        cwd=root / "python",
    )
    found = json.loads(done.stderr)

    assert found["code"] == 0
    assert all(entry.summary in done.stdout for entry in COMMANDS)
    assert not {"rich", "numpy", "seamew._engine", "asyncio"} & set(found["modules"])
    assert found["count"] <= 250
    assert found["seconds"] < 0.2


LIVE_IMPORTS = """
import sys
from importlib import import_module
from seamew.cli.registry import COMMANDS, LIVE
for entry in COMMANDS:
    if entry.topic == LIVE:
        import_module(f"seamew.cli.commands.{entry.module}")
print(*sorted(name for name in sys.modules if name.startswith("seamew.")))
"""


def test_live_commands_load_nothing_of_the_heap_side(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIVE_IMPORTS],
        capture_output=True,
        text=True,
        check=True,
        cwd=root / "python",
    )
    loaded = set(done.stdout.split())

    assert "seamew.jvm" in loaded
    heap_side = (
        "seamew.heap",
        "seamew.engine",
        "seamew.diagnose",
        "seamew._engine",
    )
    assert not [name for name in loaded if name.startswith(heap_side)]


def test_the_native_module_has_one_importer(root: Path) -> None:
    importers = []
    for path in (root / "python").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(alias.name for alias in node.names)]
            if any(name.split(".")[-1] == "_engine" for name in names):
                importers.append(path.name)
    assert set(importers) == {"engine.py"}


def test_questions_of_two_topics_have_names_of_their_own() -> None:
    """The classes that `Heap` is made of would silently override each other's methods."""
    homes: dict[str, set[str]] = {}
    for base in seamew.Heap.__mro__[1:-1]:
        for name in vars(base):
            if not name.startswith("__"):
                homes.setdefault(name, set()).add(base.__name__)
    assert {name: found for name, found in homes.items() if len(found) > 1} == {}
