"""One description of a table for the terminal, for CSV and for JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from seamew.units import (
    format_address,
    format_bytes,
    format_count,
    format_counted,
    format_share,
)

from .glyphs import UNICODE, Glyphs
from .names import fit_class_name
from .text import cell_width, pad, printable
from .tree import NO_GUIDE, Guide, guides

__all__ = [
    "RIGHT",
    "Column",
    "Kind",
    "More",
    "Table",
    "csv_lines",
    "cut",
    "shown_cells",
    "table_lines",
]

_GAP = "  "
_BAR_CELLS = 10
_NAME_CELLS = 32
_NARROW_NAME_CELLS = (16, 8)


class Kind(Enum):
    """How a value is shown. NAME may be cut to fit the terminal, the others may not."""

    NAME = auto()
    TEXT = auto()
    BYTES = auto()
    COUNT = auto()
    NUMBER = auto()
    ADDRESS = auto()
    BYTES_DIFFERENCE = auto()
    DIFFERENCE = auto()
    SHARE = auto()
    BAR = auto()


RIGHT = {
    Kind.BYTES,
    Kind.BYTES_DIFFERENCE,
    Kind.COUNT,
    Kind.DIFFERENCE,
    Kind.NUMBER,
    Kind.SHARE,
}
"""Kinds that stand at the right of their column."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `name` in CSV and JSON, `title` in the terminal, and where the value is.

    `value` takes a row; None means the row's attribute `name`. A BAR is not part of the data.
    """

    name: str
    title: str
    kind: Kind
    value: Callable[[Any], Any] | None = None

    def of(self, row: object) -> Any:  # noqa: ANN401 (a cell is text, a number or nothing)
        """The value in a row."""
        return getattr(row, self.name) if self.value is None else self.value(row)


@dataclass(frozen=True, slots=True)
class More:
    """A row that only says what is not shown: `and 12 more`. No data, so not part of CSV."""

    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and how to show them; `note` says what is not shown.

    With `depth`, which takes a row, the rows are a tree in preorder and the first column shows
    it: 0 is the top level. Rows may be `More`.
    """

    columns: tuple[Column, ...]
    rows: Sequence[object]
    note: str = ""
    depth: Callable[[Any], int] | None = None

    def depth_of(self, row: object) -> int:
        """How deep a row is in the tree; 0 without one."""
        if isinstance(row, More):
            return row.depth
        return self.depth(row) if self.depth else 0


def cut(
    columns: tuple[Column, ...], rows: Sequence[Any], limit: int | None, noun: str = "row"
) -> Table:
    """The first rows, and a note on how many more there are."""
    left = len(rows) - len(rows[:limit])
    note = f"and {format_counted(left, f'more {noun}')} (--limit 0 shows all)" if left else ""
    return Table(columns, rows[:limit], note)


def csv_lines(table: Table) -> Iterator[str]:
    """A header and the rows, with plain numbers; control characters in texts are escaped."""
    columns = [column for column in table.columns if column.kind is not Kind.BAR]
    yield _csv_line(column.name for column in columns)
    for row in table.rows:
        if isinstance(row, More):
            continue
        yield _csv_line(_raw(column, row) for column in columns)


def _csv_line(values: Iterable[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(values)
    return buffer.getvalue()


def _raw(column: Column, row: object) -> object:
    value = column.of(row)
    if value is None:
        return ""
    if column.kind is Kind.ADDRESS:
        return format_address(value)
    if column.kind is Kind.SHARE:
        return f"{value:.6f}"
    if isinstance(value, bool):
        return str(value).lower()
    return printable(value) if isinstance(value, str) else value


def table_lines(table: Table, width: int | None, glyphs: Glyphs = UNICODE) -> Iterator[str]:
    """The table for a terminal of that many columns (None: as wide as it gets), header first."""
    columns = table.columns
    found = guides([table.depth_of(row) for row in table.rows], glyphs)
    lines = [shown_cells(columns, row, glyphs) for row in table.rows]
    titles = [column.title for column in columns]
    widths = _widths([titles, *lines], [NO_GUIDE, *found], glyphs)
    if width is not None:
        _shrink(columns, widths, width)
    yield _line(columns, widths, titles, NO_GUIDE, glyphs)
    for guide, line in zip(found, lines, strict=True):
        if len(line) == len(columns):
            yield _line(columns, widths, line, guide, glyphs)
        else:
            yield guide.text(glyphs, _guide_cells(widths[0])) + line[0]


def shown_cells(columns: Sequence[Column], row: object, glyphs: Glyphs = UNICODE) -> list[str]:
    """The texts of a row; a single one for a row that is no data."""
    if isinstance(row, More):
        return [f"{glyphs.ellipsis} {glyphs.writable(printable(row.text))}"]
    return [_shown(column, row, glyphs) for column in columns]


def _widths(lines: Sequence[Sequence[str]], before: Sequence[Guide], glyphs: Glyphs) -> list[int]:
    rows = [line for line in lines if len(line) == len(lines[0])]
    widths = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    if widths:
        widths[0] = max(
            cell_width(guide.text(glyphs)) + cell_width(line[0])
            for guide, line in zip(before, lines, strict=True)
        )
    return widths


def _guide_cells(size: int) -> int:
    """How much of a column of that width the guides may take."""
    return max(size // 2, size - _NAME_CELLS)


def _line(
    columns: Sequence[Column],
    widths: Sequence[int],
    line: Sequence[str],
    guide: Guide,
    glyphs: Glyphs,
) -> str:
    parts = []
    for number, (column, size, text) in enumerate(zip(columns, widths, line, strict=True)):
        if size == 0:
            continue
        before = "" if number else guide.text(glyphs, _guide_cells(size))
        cell = before + fit_class_name(text, size - cell_width(before), glyphs.ellipsis)
        parts.append(pad(cell, size, right=column.kind in RIGHT))
    return _GAP.join(parts).rstrip()


def _shrink(columns: Sequence[Column], widths: list[int], width: int) -> None:
    """Take what is too wide from the name columns, the widest first.

    Bars go before names get too short to tell anything.
    """
    _shrink_names(columns, widths, width, _NAME_CELLS)
    if _excess(widths, width) > 0:
        for number, column in enumerate(columns):
            if column.kind is Kind.BAR:
                widths[number] = 0
    for least in _NARROW_NAME_CELLS:
        _shrink_names(columns, widths, width, least)


def _excess(widths: Sequence[int], width: int) -> int:
    shown = [size for size in widths if size]
    return sum(shown) + len(_GAP) * (len(shown) - 1) - width


def _shrink_names(
    columns: Sequence[Column], widths: list[int], width: int, least_cells: int
) -> None:
    excess = _excess(widths, width)
    names = [number for number, column in enumerate(columns) if column.kind is Kind.NAME]
    for number in sorted(names, key=lambda number: -widths[number]):
        taken = max(0, min(excess, widths[number] - least_cells))
        widths[number] -= taken
        excess -= taken


def _shown(column: Column, row: object, glyphs: Glyphs) -> str:
    value = column.of(row)
    if value is None:
        return ""
    if column.kind is Kind.BAR:
        return _bar(value, glyphs.blocks)
    shown = _FORMATS.get(column.kind)
    return glyphs.writable(printable(str(value))) if shown is None else shown(value)


def _sign(value: int) -> str:
    return "-" if value < 0 else "+" if value else ""


def _bar(share: float, blocks: str) -> str:
    """A bar of whole blocks and, where there are such, a part of one."""
    parts = len(blocks) - 1
    whole, part = divmod(round(max(0.0, min(1.0, share)) * _BAR_CELLS * parts), parts)
    return (blocks[-1] * whole + blocks[part]).strip()


_FORMATS: dict[Kind, Callable[[Any], str]] = {
    Kind.BYTES: format_bytes,
    Kind.COUNT: format_count,
    Kind.BYTES_DIFFERENCE: lambda value: _sign(value) + format_bytes(abs(value)),
    Kind.DIFFERENCE: lambda value: _sign(value) + format_count(abs(value)),
    Kind.ADDRESS: format_address,
    Kind.SHARE: format_share,
}
