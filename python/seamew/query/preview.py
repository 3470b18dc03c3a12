"""The first rows of a result as a small table: text that fits the terminal, and HTML."""

from __future__ import annotations

import shutil
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from html import escape
from itertools import accumulate

from seamew.printable import printable

__all__ = ["preview_html", "preview_text"]

_SHOWN_ROWS = 20
_LEAST_CELLS = 8
_MOST_CELLS = 60
_MOST_HTML_CHARACTERS = 200
_GAP = "  "
_CUT = "…"

Row = Sequence[object]


def preview_text(names: Sequence[str], rows: Sequence[Row], row_count: int | None) -> str:
    """Twenty rows at most, columns cut to what the terminal is wide, and how many rows there are.

    Of `rows` one more than is shown says that there are more.
    """
    shown = rows[:_SHOWN_ROWS]
    columns = [[_cell(name), *(_cell(row[at]) for row in shown)] for at, name in enumerate(names)]
    widths = _widths([max(map(_cells, column)) for column in columns])
    fitted = [
        _fitted_column(column, width, is_right=_is_numeric([row[at] for row in shown]))
        for at, (column, width) in enumerate(zip(columns, widths, strict=False))
    ]
    lines = [_GAP.join(line).rstrip() for line in zip(*fitted, strict=True)]
    left_out = len(names) - len(widths)
    more = [f"(and {left_out} more columns)"] if left_out else []
    return "\n".join([*lines, *more, _count_line(rows, row_count)])


def preview_html(names: Sequence[str], rows: Sequence[Row], row_count: int | None) -> str:
    """The same as an HTML table, for Jupyter; everything from the heap is escaped."""
    head = "".join(f"<th>{_html(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{_html(value)}</td>" for value in row) + "</tr>"
        for row in rows[:_SHOWN_ROWS]
    )
    count = escape(_count_line(rows, row_count))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{count}</p>"


def _count_line(rows: Sequence[Row], row_count: int | None) -> str:
    if row_count is not None:
        return f"({row_count:,} {'row' if row_count == 1 else 'rows'})"
    return f"(the first {min(len(rows), _SHOWN_ROWS):,} rows)"


def _cell(value: object) -> str:
    if value is None:
        return "null"
    return printable(str(value).lower() if isinstance(value, bool) else str(value))


def _html(value: object) -> str:
    text = _cell(value)
    cut = text[:_MOST_HTML_CHARACTERS] + _CUT if len(text) > _MOST_HTML_CHARACTERS else text
    return escape(cut)


def _is_numeric(values: Sequence[object]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in known
    )


def _widths(wanted: Sequence[int]) -> list[int]:
    """Widths of the columns that fit: the widest give way first, down to eight cells each."""
    room = shutil.get_terminal_size().columns
    widths = [min(width, _MOST_CELLS) for width in wanted]
    while len(widths) > 1 and sum(widths) + len(_GAP) * (len(widths) - 1) > room:
        widest = max(widths)
        if widest <= _LEAST_CELLS:
            widths.pop()
        else:
            widths[widths.index(widest)] -= 1
    return widths


def _cells(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_character_cells, text))


def _character_cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fitted_column(texts: Sequence[str], width: int, *, is_right: bool) -> list[str]:
    """The texts cut and filled up to a width."""
    fitted = []
    for text in texts:
        cut = _cut(text, width)
        spaces = " " * (width - _cells(cut))
        fitted.append(spaces + cut if is_right else cut + spaces)
    return fitted


def _cut(text: str, width: int) -> str:
    if _cells(text) <= width:
        return text
    taken = list(accumulate(map(_character_cells, text)))
    return text[: bisect_right(taken, width - len(_CUT))] + _CUT
