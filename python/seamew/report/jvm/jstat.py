"""jstat's own lines: its headers, widths and decimals."""

from __future__ import annotations

from operator import itemgetter

from seamew.jvm.jstat import JSTAT_OPTIONS, JstatColumn, JstatSample, JstatValue
from seamew.report.answer import Answer, Verbatim
from seamew.report.tables import Column, Kind, Table
from seamew.report.text import pad

__all__ = ["jstat_answer", "jstat_header", "jstat_line"]

_UNKNOWN = "-"


def jstat_answer(sample: JstatSample, *, header: bool = True) -> Answer:
    """One line of jstat, under its header or below the line before."""
    columns = tuple(
        Column(column.name, column.title, Kind.NUMBER, itemgetter(column.name))
        for column in JSTAT_OPTIONS[sample.option]
    )
    lines = [*([jstat_header(sample.option)] if header else []), jstat_line(sample)]
    result = {"option": sample.option, **sample.values}
    return Answer(result, Table(columns, [sample.values]), (Verbatim(lines),))


def jstat_header(option: str) -> str:
    """The titles of an option's columns."""
    return "".join(f"{_title(column)} " for column in JSTAT_OPTIONS[option]).rstrip()


def jstat_line(sample: JstatSample) -> str:
    """The values as jstat prints them: KB, seconds and percent."""
    cells = []
    for column in JSTAT_OPTIONS[sample.option]:
        text = _shown(column, sample.values[column.name])
        cells.append(pad(text, _width(column), right=not column.is_left) + " ")
    return "".join(cells).rstrip()


def _width(column: JstatColumn) -> int:
    return max(column.width, len(column.title))


def _title(column: JstatColumn) -> str:
    if column.is_title_left:
        return column.title.ljust(_width(column))
    before = (_width(column) - len(column.title)) // 2
    return (" " * before + column.title).ljust(_width(column))


def _shown(column: JstatColumn, value: JstatValue) -> str:
    if value is None:
        return _UNKNOWN
    if isinstance(value, str) or column.decimals is None:
        return str(value)
    return f"{value * column.factor:.{column.decimals}f}"
