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
_LEAST_CELLS = 12
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
    columns = [_Column(name, [row[at] for row in shown]) for at, name in enumerate(names)]
    widths = _widths(columns)
    fitted = [column.fitted(width) for column, width in zip(columns, widths, strict=False)]
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


class _Column:
    """A column of the preview: its cells, and how much room it wants."""

    def __init__(self, name: str, values: Sequence[object]) -> None:
        known = [value for value in values if value is not None]
        self.is_numeric = bool(known) and all(
            isinstance(value, int | float) and not isinstance(value, bool) for value in known
        )
        self._cells = [_cell(name), *map(_cell, values)]
        self.width = min(max(map(_cell_width, self._cells)), _MOST_CELLS)
        # A number that is cut says nothing.
        numbers = self._cells[1:] if self.is_numeric else []
        self.least = max([min(self.width, _LEAST_CELLS), *map(_cell_width, numbers)])

    def fitted(self, width: int) -> list[str]:
        """The cells cut and filled up to a width."""
        fitted = []
        for text in self._cells:
            cut = _cut(text, width)
            spaces = " " * (width - _cell_width(cut))
            fitted.append(spaces + cut if self.is_numeric else cut + spaces)
        return fitted


def _widths(columns: Sequence[_Column]) -> list[int]:
    """Widths of the columns that fit: the widest give way first, down to what each needs."""
    room = shutil.get_terminal_size().columns
    shown = list(columns)
    while len(shown) > 1 and sum(one.least + len(_GAP) for one in shown) - len(_GAP) > room:
        shown.pop()
    widths = [one.width for one in shown]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > room:
        loose = [at for at, one in enumerate(shown) if widths[at] > one.least]
        if not loose:
            break
        widths[max(loose, key=lambda at: widths[at])] -= 1
    return widths


def _cell_width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_character_cells, text))


def _character_cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(text: str, width: int) -> str:
    if _cell_width(text) <= width:
        return text
    taken = list(accumulate(map(_character_cells, text)))
    return text[: bisect_right(taken, width - len(_CUT))] + _CUT
