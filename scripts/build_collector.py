"""Cuts the collector out of the package: build_collector.py FILE.

What `seamew.collector.main` imports, and what that imports, goes into one zip file that Python
runs; each module rewritten for Python 3.6. The same sources give the same bytes.
"""

from __future__ import annotations

import ast
import hashlib
import io
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from older_python import rewritten

__all__ = ["ForeignImportError", "collector_bytes", "sources"]

ROOT = Path(__file__).parent.parent
PACKAGES = ROOT / "python"
MAIN = "seamew.collector.main"
SHEBANG = b"#!/usr/bin/env python3\n"
_TIME = (1980, 1, 1, 0, 0, 0)
# They load their names at first use, which Python 3.6 cannot; the collector names the homes.
_LAZY = {"seamew", "seamew.jvm"}
_LEFT_OUT = ("seamew.diagnose", "seamew.engine", "seamew.heap", "seamew.model", "seamew._engine")
_NEWER_MODULES = {
    "contextvars",
    "dataclasses",
    "graphlib",
    "importlib.metadata",
    "tomllib",
    "zoneinfo",
}
# Python 2 must be able to read this far, to say what is wrong.
_ENTRY = """\
import sys

if sys.version_info < (3, 6):
    sys.exit("error: the collector needs Python 3.6 or newer, not " + sys.version.split()[0])

from seamew.collector.main import main

sys.exit(main())
"""


class ForeignImportError(Exception):
    """A module of the collector imports what is not there; the message says which and what."""


def collector_bytes() -> bytes:
    """The whole file."""
    buffer = io.BytesIO()
    buffer.write(SHEBANG)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in sorted({"__main__.py": _ENTRY, **sources()}.items()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
    return buffer.getvalue()


def sources() -> dict[str, str]:
    """The collector's modules by the names of their files, for Python 3.6.

    Raises NotForOldPythonError or ForeignImportError.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    waiting = [MAIN]
    while waiting:
        name = waiting.pop()
        path = _file_of(name)
        if path is None or name in seen:
            continue
        seen.add(name)
        relative = path.relative_to(PACKAGES)
        source = _source(name, path)
        found[relative.as_posix()] = source
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        waiting += [package, *_imports(ast.parse(source), package, str(relative))]
    return found


def _source(name: str, path: Path) -> str:
    if name in _LAZY:
        return '"""Live JVMs, seen and captured."""\n'
    if name == "seamew.version":
        return f'"""Which Seamew this is."""\n\nVERSION = "{_version()}"\n'
    return rewritten(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _file_of(module: str) -> Path | None:
    """The file of a module; None: there is no such module."""
    path = PACKAGES.joinpath(*module.split("."))
    for candidate in (path / "__init__.py", path.with_suffix(".py")):
        if candidate.exists():
            return candidate
    return None


def _imports(tree: ast.Module, package: str, file: str) -> Iterator[str]:
    """The modules of this project that a module imports; what is imported from one may be one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            modules = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        else:
            continue
        top = modules[0].partition(".")[0]
        if top == "seamew":
            if any(modules[0].startswith(one) for one in _LEFT_OUT):
                message = f"{file}:{node.lineno} imports {modules[0]}"
                raise ForeignImportError(message)
            yield from modules
        elif top not in sys.stdlib_module_names or modules[0] in _NEWER_MODULES:
            message = f"{file}:{node.lineno} imports {modules[0]}, which old Pythons have not"
            raise ForeignImportError(message)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if node.level == 0:
        return node.module or ""
    parents = package.split(".")
    kept = parents[: len(parents) - node.level + 1]
    return ".".join([*kept, node.module] if node.module else kept)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    whole = collector_bytes()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(whole)
    target.chmod(0o755)
    digest = hashlib.sha256(whole).hexdigest()
    sys.stdout.write(f"{target}: {len(whole) / 1024:.0f} KB, SHA-256 {digest}\n")
