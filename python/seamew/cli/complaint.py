"""An error as people read it: what, where, and what to do."""

from __future__ import annotations

from seamew.errors import QueryError, SeamewError
from seamew.report.text import cell_width, printable

__all__ = ["complaint"]

_SHOWN_BEFORE = 50
_SHOWN = 76


def complaint(error: SeamewError) -> str:
    """One line for the error and one for its hint; texts of a JVM in it are made safe.

    Between them, for an error in a query, its line with a caret below the place.
    """
    offset = "" if error.offset is None else f"at byte {error.offset:,}"
    where = [text for text in (error.path, offset, _line_and_column(error)) if text]
    prefix = f"{', '.join(where)}: " if where else ""
    lines = [f"error: {printable(prefix + error.message)}", *_pointed_out(error)]
    if error.hint:
        lines.append(f"hint: {printable(error.hint)}")
    return "\n".join(lines)


def _line_and_column(error: SeamewError) -> str:
    found = _place(error)
    if found is None or error.message.startswith(("line ", "column ")):
        return ""
    return f"line {found[0]}, column {found[2] + 1}"


def _pointed_out(error: SeamewError) -> list[str]:
    """The line of the query, as far as it fits, and a caret."""
    found = _place(error)
    if found is None:
        return []
    _, line, column = found
    first = 0 if len(line) <= _SHOWN else max(0, column - _SHOWN_BEFORE)
    before = ("…" if first else "") + printable(line[first:column])
    rest = printable(line[column : first + _SHOWN]) + ("…" if len(line) > first + _SHOWN else "")
    return [f"  {before}{rest}", f"  {' ' * cell_width(before)}^"]


def _place(error: SeamewError) -> tuple[int, str, int] | None:
    """Number and text of the line that an error in a query is about, and the column from 0."""
    if not isinstance(error, QueryError) or error.query is None or error.place is None:
        return None
    before = error.query[: error.place].split("\n")
    lines = error.query.split("\n")
    return len(before), lines[len(before) - 1].rstrip("\r"), len(before[-1])
