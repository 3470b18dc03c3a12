"""Rewrites the project's modern Python so that Python 3.6 reads it, and that it is short.

The text stays as it is written; what 3.6 does not know is taken out: annotations, imports for
them, unions in isinstance, zip's strict, str.isascii; and docstrings and comments, for size.
Dataclasses and rich come from stand-ins. What can be neither taken out nor replaced is refused by
file and line.
"""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["NotForOldPythonError", "rewritten"]

OLDEST = (3, 6)
STAND_INS = {
    "dataclasses": "seamew.collector.dataclass",
    "rich.cells": "seamew.collector.cells",
}
# Everything else of typing is for annotations, which go.
_KEPT_OF_TYPING = {"NamedTuple"}
_GENERICS = {"dict", "frozenset", "list", "set", "tuple", "type"}
# Attributes and keywords that came after 3.6, with what to write instead.
_NEWER_NAMES = {
    "UTC": "datetime.timezone.utc",
    "cached_property": "a property",
    "capture_output": "stdout=PIPE, stderr=PIPE",
    "fromisoformat": "strptime",
    "get_native_id": "nothing",
    "is_relative_to": "relative_to",
    "missing_ok": "suppress(FileNotFoundError)",
    "nullcontext": "an ExitStack",
    "pidfd_open": "polling",
    "prod": "functools.reduce",
    "readlink": "os.readlink",
    "reconfigure": "another stream",
    "removeprefix": "a slice",
    "removesuffix": "a slice",
    "time_ns": "time.time",
    "monotonic_ns": "time.monotonic",
    "perf_counter_ns": "time.perf_counter",
    "thread_time": "time.process_time",
    "with_stem": "with_name",
}
_NEWER_FUNCTIONS_OF = {("functools", "cache"), ("shlex", "join"), ("math", "dist")}
_FINE_ON = {("os", "readlink")}


class NotForOldPythonError(Exception):
    """The source uses what Python 3.6 lacks; the message says where and what to write instead."""


@dataclass(frozen=True, order=True)
class _Edit:
    """Bytes of the source, and what stands there afterwards."""

    start: int
    end: int
    text: str = ""


def rewritten(source: str, path: str) -> str:
    """The source of a module for Python 3.6 and later.

    Raises NotForOldPythonError.
    """
    tree = ast.parse(source, path)
    rewriter = _Rewriter(source, path)
    rewriter.visit(tree)
    text = _without_comments(_applied(source.encode(), rewriter.edits).decode())
    try:
        ast.parse(text, path, feature_version=OLDEST)
    except SyntaxError as error:
        message = f"{path}:{error.lineno}: {error.msg}"
        raise NotForOldPythonError(message) from error
    return text


def _applied(source: bytes, edits: list[_Edit]) -> bytes:
    ordered = sorted(edits)
    for before, after in pairwise(ordered):
        assert before.end <= after.start, (before, after)  # noqa: S101 (edits never overlap)
    for edit in reversed(ordered):
        source = source[: edit.start] + edit.text.encode() + source[edit.end :]
    return source


def _without_comments(text: str) -> str:
    """The text without comments and without lines that have nothing but space."""
    lines = io.StringIO(text).readlines()
    empty = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        row, column = token.start[0] - 1, token.start[1]
        if token.type == tokenize.COMMENT:
            lines[row] = lines[row][:column].rstrip() + "\n"
        if token.type in {tokenize.COMMENT, tokenize.NL} and not lines[row].strip():
            empty.add(row)
    return "".join(line for row, line in enumerate(lines) if row not in empty)


class _Rewriter(ast.NodeVisitor):
    """Collects the edits of one module."""

    def __init__(self, source: str, path: str) -> None:
        self.edits: list[_Edit] = []
        self._path = path
        self._bytes = source.encode()
        self._line_starts = [0]
        for line in self._bytes.splitlines(keepends=True):
            self._line_starts.append(self._line_starts[-1] + len(line))
        self._in_dataclass = False

    def visit_Module(self, node: ast.Module) -> None:
        self._cut_docstring(node)
        self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module == "__future__":
            self._replace(node, "")
        elif node.module == "typing":
            kept = [alias.name for alias in node.names if alias.name in _KEPT_OF_TYPING]
            self._replace(node, f"from typing import {', '.join(kept)}" if kept else "pass")
        elif node.module in STAND_INS:
            names = ", ".join(ast.unparse(alias) for alias in node.names)
            self._replace(node, f"from {STAND_INS[node.module]} import {names}")
        else:
            for alias in node.names:
                self._check_name(node, node.module or "", alias.name)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name in STAND_INS:
                self._refuse(node, f"write from {alias.name} import ...")

    def visit_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            self._refuse(node, "no TYPE_CHECKING here")
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        outer = self._in_dataclass
        self._cut_docstring(node)
        marks = [*node.decorator_list, *node.bases]
        self._in_dataclass = any(_is_called(one, {"dataclass", "NamedTuple"}) for one in marks)
        self.generic_visit(node)
        self._in_dataclass = outer

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outer, self._in_dataclass = self._in_dataclass, False
        self._cut_docstring(node)
        if node.args.posonlyargs:
            self._refuse(node, "no positional-only parameters")
        if node.returns is not None:
            arrow = self._bytes.rindex(b"->", self._start(node), self._start(node.returns))
            self._cut(_trimmed(self._bytes, arrow), self._end(node.returns))
        self.generic_visit_but(node, node.returns)
        self._in_dataclass = outer

    def visit_arg(self, node: ast.arg) -> None:
        if node.annotation is not None:
            self._cut(self._start(node) + len(node.arg.encode()), self._end(node.annotation))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if self._in_dataclass:
            # A field: the stand-in finds it by its annotation, whatever that is.
            self._replace(node.annotation, "None")
        elif node.value is None:
            self._replace(node, "pass")
        else:
            self._cut(self._end(node.target), self._end(node.annotation))
        if node.value is None:
            return
        if "TypeAlias" in ast.unparse(node.annotation):
            self._replace(node.value, "None")
        else:
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Name):
            if function.id in {"isinstance", "issubclass"}:
                self._union_to_tuple(node.args[1])
            elif function.id == "zip":
                self._without_strict(node)
        elif isinstance(function, ast.Attribute) and function.attr == "isascii":
            self._spelled_out_isascii(function, node)
            self.visit(function.value)
            return
        for keyword in node.keywords:
            self._check_name(keyword, "", keyword.arg or "")
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        self._check_name(node, owner, node.attr)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.value, ast.Name) and node.value.id in _GENERICS:
            self._refuse(node, f"no {node.value.id}[...] outside of annotations")
        self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._refuse(node, "no := here: assign before")

    def visit_Return(self, node: ast.Return | ast.Yield) -> None:
        value = node.value
        if isinstance(value, ast.Tuple) and any(isinstance(one, ast.Starred) for one in value.elts):
            start = self._start(value)
            if self._bytes[start : start + 1] != b"(":
                self._refuse(node, "no *... without brackets")
        self.generic_visit(node)

    visit_Yield = visit_Return  # noqa: N815 (ast's name)

    def generic_visit_but(self, node: ast.AST, left_out: ast.AST | None) -> None:
        """Visit all children but one."""
        for child in ast.iter_child_nodes(node):
            if child is not left_out:
                self.visit(child)

    def _cut_docstring(self, node: ast.Module | ast.ClassDef | ast.FunctionDef) -> None:
        """Also strings that describe the constant before them."""
        for one in node.body:
            is_text = isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
            if is_text and isinstance(one.value.value, str):
                self._replace(one, "" if len(node.body) > 1 else "pass")

    def _union_to_tuple(self, node: ast.expr) -> None:
        if isinstance(node, ast.BinOp):
            self._replace(node, "(" + ast.unparse(node).replace(" | ", ", ") + ")")

    def _without_strict(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            if keyword.arg == "strict":
                comma = self._bytes.rindex(b",", 0, self._start(keyword))
                self._cut(comma, self._end(keyword))

    def _spelled_out_isascii(self, function: ast.Attribute, call: ast.Call) -> None:
        start = self._start(function.value)
        self.edits.append(_Edit(start, start, 'all(map("\\x7f".__ge__, '))
        self.edits.append(_Edit(self._end(function.value), self._end(call), "))"))

    def _check_name(self, node: ast.AST, owner: str, name: str) -> None:
        if (owner, name) in _FINE_ON:
            return
        if name in _NEWER_NAMES:
            self._refuse(node, f"{name} is newer: use {_NEWER_NAMES[name]}")
        if (owner, name) in _NEWER_FUNCTIONS_OF:
            self._refuse(node, f"{owner}.{name} is newer")

    def _refuse(self, node: ast.AST, what: str) -> None:
        line = getattr(node, "lineno", 0)
        message = f"{self._path}:{line}: not for Python 3.6: {what}"
        raise NotForOldPythonError(message)

    def _replace(self, node: ast.stmt | ast.expr, text: str) -> None:
        self.edits.append(_Edit(self._start(node), self._end(node), text))

    def _cut(self, start: int, end: int) -> None:
        self.edits.append(_Edit(start, end))

    def _start(self, node: ast.AST) -> int:
        return self._line_starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]

    def _end(self, node: ast.AST) -> int:
        return self._line_starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]


def _is_called(node: ast.expr, names: set[str]) -> bool:
    """Whether a decorator or base class, called or not, has one of these names."""
    function = node.func if isinstance(node, ast.Call) else node
    return isinstance(function, ast.Name) and function.id in names


def _trimmed(text: bytes, end: int) -> int:
    """Where the text ends without the spaces before `end`."""
    return len(text[:end].rstrip())
