"""One description of a table for the terminal, for CSV and for JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from seamew.units import format_address, format_bytes, format_count, format_share

from .text import cell_width, fit_class_name, pad, printable

__all__ = ["Column", "Kind", "Table", "csv_lines", "table_lines"]

_GAP = "  "
_BAR_CELLS = 10
_LEAST_NAME_CELLS = 16
_FULL_BLOCK = "█"
_PART_BLOCKS = " ▏▎▍▌▋▊▉"


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


_RIGHT = {
    Kind.BYTES,
    Kind.BYTES_DIFFERENCE,
    Kind.COUNT,
    Kind.DIFFERENCE,
    Kind.NUMBER,
    Kind.SHARE,
}


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
class Table:
    """Rows and how to show them; `note` says what is not shown."""

    columns: tuple[Column, ...]
    rows: Sequence[object]
    note: str = ""


def csv_lines(table: Table) -> Iterator[str]:
    """A header and the rows, with plain numbers; control characters in texts are escaped."""
    columns = [column for column in table.columns if column.kind is not Kind.BAR]
    yield _csv_line(column.name for column in columns)
    for row in table.rows:
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


def table_lines(table: Table, width: int | None) -> Iterator[str]:
    """The table for a terminal of that many columns (None: as wide as it gets), header first."""
    cells = [[_shown(column, row) for column in table.columns] for row in table.rows]
    titles = [column.title for column in table.columns]
    widths = [
        max(cell_width(line[number]) for line in [titles, *cells]) for number in range(len(titles))
    ]
    _shrink(table.columns, widths, width)
    for line in [titles, *cells]:
        yield _line(table.columns, widths, line)


def _line(columns: Sequence[Column], widths: Sequence[int], line: Sequence[str]) -> str:
    parts = [
        pad(fit_class_name(text, size), size, right=column.kind in _RIGHT)
        for column, size, text in zip(columns, widths, line, strict=True)
    ]
    return _GAP.join(parts).rstrip()


def _shrink(columns: Sequence[Column], widths: list[int], width: int | None) -> None:
    """Take what is too wide from the widest name column, then from the next."""
    if width is None:
        return
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - width
    names = [number for number, column in enumerate(columns) if column.kind is Kind.NAME]
    for number in sorted(names, key=lambda number: -widths[number]):
        taken = max(0, min(excess, widths[number] - _LEAST_NAME_CELLS))
        widths[number] -= taken
        excess -= taken


def _shown(column: Column, row: object) -> str:
    value = column.of(row)
    if value is None:
        return ""
    return _FORMATS.get(column.kind, _text)(value)


def _text(value: object) -> str:
    return printable(str(value))


def _sign(value: int) -> str:
    return "-" if value < 0 else "+" if value else ""


def _bar(share: float) -> str:
    eighths = round(max(0.0, min(1.0, share)) * _BAR_CELLS * 8)
    whole, part = divmod(eighths, 8)
    return (_FULL_BLOCK * whole + _PART_BLOCKS[part]).strip()


_FORMATS: dict[Kind, Callable[[Any], str]] = {
    Kind.BYTES: format_bytes,
    Kind.COUNT: format_count,
    Kind.BYTES_DIFFERENCE: lambda value: _sign(value) + format_bytes(abs(value)),
    Kind.DIFFERENCE: lambda value: _sign(value) + format_count(abs(value)),
    Kind.ADDRESS: format_address,
    Kind.SHARE: format_share,
    Kind.BAR: _bar,
}
