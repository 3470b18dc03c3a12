"""What DuckDB says is wrong, as an error of ours: in a line, with the place and a hint."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import accumulate

from seamew.errors import (
    CancelledError,
    DumpReadError,
    MemoryLimitError,
    QueryError,
    SeamewError,
)

from .catalog import FUNCTIONS, TABLES
from .sql_text import SqlText

__all__ = ["Names", "sql_error"]

_KIND = re.compile(r"^(?:[A-Z]\w* )+Error: ")
_CARET = re.compile(r"\n\nLINE (?P<line>\d+): (?P<text>[^\n]*)\n(?P<spaces> *)\^")
_MISSING_TABLE = re.compile(r'Table with name "?(?P<name>.+?)"? does not exist')
_MISSING_COLUMN = re.compile(
    r'(?:Referenced column|does not have a column named) "(?P<name>.+?)"(?: not found|\n|$)'
)
_MISSING_FUNCTION = re.compile(r"Function with name (?P<name>\S+) does not exist")
_SUGGESTION = re.compile(r"\n?(?:Did you mean|Candidate bindings:) .*", re.DOTALL)
_NO_SCHEMA = re.compile(r" because schema .* does not exist")
_LOCKED = re.compile(r"configuration has been locked|disabled (?:by|through) configuration")
_CUT = re.compile(r"^\.\.\.")
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Names:
    """What a query may have meant: classes of the heap, columns of the tables that it names."""

    classes: Iterable[str]
    columns: Iterable[str]


def sql_error(error: Exception, query: SqlText, names: Names) -> SeamewError:
    """The error that tells what DuckDB's exception says."""
    kind, text = type(error).__name__, str(error)
    if kind == "InterruptException":
        return CancelledError("the query was stopped")
    if kind == "OutOfMemoryException":
        message = "the query needs more memory than it may have"
        hint = "take fewer rows or columns, or allow more memory"
        return MemoryLimitError(message, hint=hint)
    if "get_next" in text or "arrow" in text.lower():
        return DumpReadError(_first_line(text))
    if kind == "PermissionException" or _LOCKED.search(text):
        message = "a query reads the heap, and nothing else"
        hint = "files, settings and extensions are out of its reach"
        return QueryError(message, hint=hint, place=_place(text, query))
    place = _place(text, query)
    message, hint = _first_line(text), _hint(text, names)
    if place is not None:
        message = f"{_line_and_column(query.original, place)}: {message}"
    return QueryError(message, hint=hint, place=place)


def _first_line(text: str) -> str:
    plain = _KIND.sub("", text.partition("\n\nLINE ")[0])
    for needless in (_SUGGESTION, _NO_SCHEMA):
        plain = needless.sub("", plain)
    return " ".join(plain.split())


def _hint(text: str, names: Names) -> str:
    if found := _MISSING_TABLE.search(text):
        return _near_tables(found["name"], names.classes)
    if found := _MISSING_FUNCTION.search(text):
        near = get_close_matches(found["name"], [one.name for one in FUNCTIONS], _NEAR)
        calls = [one.call for one in FUNCTIONS if one.name in near]
        return f"there is {' and '.join(calls)}" if calls else ""
    if found := _MISSING_COLUMN.search(text):
        columns = list(dict.fromkeys(names.columns))
        near = get_close_matches(found["name"], columns, _NEAR)
        shown = ", ".join(near or columns)
        return f"{'near' if near else 'columns'}: {shown}" if shown else ""
    return ""


def _near_tables(name: str, class_names: Iterable[str]) -> str:
    tables = [table.name for table in TABLES]
    if near := get_close_matches(name.lower(), tables, _NEAR):
        return f"near: {', '.join(near)}"
    simple = name.rpartition(".")[2].lower()
    known = list(dict.fromkeys(class_names))
    same = [one for one in known if one.rpartition(".")[2].lower() == simple]
    near = (
        same
        or get_close_matches(name, known, _NEAR)
        or [one for one in known if simple and simple in one.lower()]
    )
    if near:
        named = ", ".join(f'"{one}"' for one in near[:_NEAR])
        return f"near classes, in double quotes: {named}"
    return f'tables: {", ".join(tables)}; the instances of a class: "java.util.HashMap"'


def _place(text: str, query: SqlText) -> int | None:
    """The character of the original query that the caret stands under, where that is certain."""
    found = _CARET.search(text)
    lines = query.text.split("\n")
    number = int(found["line"]) - 1 if found else -1
    if found is None or not 0 <= number < len(lines):
        return None
    column = _character(found["text"], len(found["spaces"]) - len(f"LINE {found['line']}: "))
    shown = _CUT.sub("", found["text"])
    piece = shown.removesuffix("...")
    start = lines[number].find(piece)
    if start < 0 or start != lines[number].rfind(piece):
        return None
    before = sum(len(line) + 1 for line in lines[:number])
    return query.place(before + start + column - (len(found["text"]) - len(shown)))


def _character(text: str, cells: int) -> int:
    """How many characters take so many cells of a terminal, as DuckDB counts for its caret."""
    widths = (2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
    return bisect_left(list(accumulate(widths)), cells) + 1 if cells > 0 else 0


def _line_and_column(text: str, place: int) -> str:
    line = text.count("\n", 0, place) + 1
    column = place - (text.rfind("\n", 0, place) + 1) + 1
    return f"line {line}, column {column}" if "\n" in text.strip() else f"column {column}"
