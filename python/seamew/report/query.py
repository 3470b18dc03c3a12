"""Rows of a query: tables for people, CSV and JSON for programs, none of them whole in memory."""

from __future__ import annotations

import csv
import io
import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from seamew.model import ObjectRow
from seamew.query import Batch, OqlResult, QueryColumn, QueryResult, ValueType
from seamew.units import format_counted

from .columns import described
from .json import SCHEMA, plain
from .tables import Column, Kind, Table
from .text import printable

__all__ = ["FirstRows", "csv_chunks", "envelope_chunks", "json_line_chunks", "tables"]

_TABLE_ROWS = 1000
_SHOWN_TEXT = 1000
_OBJECT_COLUMNS = ("object", "address", "class", "shallow_bytes", "retained_bytes")
_TOLD_BY_OBJECT = frozenset({"address", "class"})
_NUMBERS = frozenset({"integer", "float"})
_ASCII = json.JSONEncoder(allow_nan=False)
_READABLE = json.JSONEncoder(allow_nan=False, ensure_ascii=False)

Describe = Callable[[Iterable[int]], Mapping[int, ObjectRow]]
"""Objects by id."""


class FirstRows:
    """The rows of a result as far as a limit goes, to be read once; counts them meanwhile.

    `seconds` is how long the result took to give them, whatever its reader did in between.
    """

    def __init__(self, result: QueryResult, limit: int | None) -> None:
        self.columns = result.columns
        self.row_count = 0
        self.seconds = 0.0
        self._result = result
        self._limit = limit
        self._is_whole = False

    @property
    def column_types(self) -> list[tuple[str, ValueType]]:
        """Names of the columns, and what their values are."""
        return [(column.name, column.type) for column in self.columns]

    def batches(self) -> Iterator[Batch]:
        """The rows, some thousands at a time, column by column."""
        for batch in self._timed(self._result.batches()):
            rows = len(batch[0]) if batch else 0
            left = rows if self._limit is None else min(rows, self._limit - self.row_count)
            self.row_count += left
            if left:
                yield batch if left == rows else [values[:left] for values in batch]
            if left < rows:
                return
        self._is_whole = True

    def _timed(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        while True:
            started = time.monotonic()
            batch = next(batches, None)
            self.seconds += time.monotonic() - started
            if batch is None:
                return
            yield batch

    @property
    def total(self) -> int | None:
        """How many rows the result has, once all wanted are read; None where that is not known."""
        if self._is_whole:
            return self.row_count
        return self._result.total if isinstance(self._result, OqlResult) else None

    @property
    def told(self) -> str:
        """How many rows there are, in words."""
        if self._is_whole:
            return format_counted(self.row_count, "row")
        if self.total is None:
            return f"the first {format_counted(self.row_count, 'row')}"
        return f"{self.row_count:,} of {format_counted(self.total, 'row')}"


def tables(rows: FirstRows, describe: Describe) -> Iterator[Table]:
    """The rows for people, at most a thousand a table; what is left out is said below the last."""
    columns = _shown_columns(rows.columns)
    objects = [number for number, one in enumerate(rows.columns) if one.type == "object"]
    waiting: list[tuple[Any, ...]] = []
    for batch in rows.batches():
        waiting += zip(*batch, strict=True)
        while len(waiting) > _TABLE_ROWS:
            yield Table(columns, _named(waiting[:_TABLE_ROWS], objects, describe))
            del waiting[:_TABLE_ROWS]
    yield Table(columns, _named(waiting, objects, describe), _left_out(rows))


def _left_out(rows: FirstRows) -> str:
    if rows.total == 0:
        return "No rows."
    if rows.total == rows.row_count:
        return ""
    count = "" if rows.total is None else f" {rows.total - rows.row_count:,}"
    return f"and{count} more rows (--limit 0 shows all)"


def _named(
    rows: Sequence[tuple[Any, ...]], objects: Sequence[int], describe: Describe
) -> list[tuple[Any, ...]]:
    """Rows with objects by their names."""
    if not objects:
        return list(rows)
    found = describe({row[at] for row in rows for at in objects if row[at] is not None})
    texts = {number: described(one) for number, one in found.items()}
    places = frozenset(objects)
    return [
        tuple(
            texts.get(value, f"@{value}") if at in places and value is not None else value
            for at, value in enumerate(row)
        )
        for row in rows
    ]


def _shown_columns(columns: Sequence[QueryColumn]) -> tuple[Column, ...]:
    is_object_list = tuple(one.name for one in columns) == _OBJECT_COLUMNS
    return tuple(
        _shown_column(number, one)
        for number, one in enumerate(columns)
        if not (is_object_list and one.name in _TOLD_BY_OBJECT)
    )


def _shown_column(number: int, column: QueryColumn) -> Column:
    name = printable(column.name)
    if column.type == "integer" and column.name.endswith("_bytes"):
        title = name.removesuffix("_bytes")
        return Column(name, title, Kind.BYTES, lambda row: row[number])
    if column.type == "integer" and column.name == "address":
        return Column(name, name, Kind.ADDRESS, lambda row: row[number])
    kind = Kind.NUMBER if column.type in _NUMBERS else Kind.NAME
    return Column(name, name, kind, lambda row: _shown(row[number]))


def _shown(value: Any) -> str:  # noqa: ANN401 (any value of a query)
    text = value if isinstance(value, str) else _bare(_json(value, _READABLE))
    return text if len(text) <= _SHOWN_TEXT else text[:_SHOWN_TEXT] + "…"


def csv_chunks(rows: FirstRows) -> Iterator[str]:
    """A line of names, then the rows; control characters in texts are escaped, null is empty."""
    yield _csv([[printable(column.name) for column in rows.columns]])
    for batch in rows.batches():
        columns = [[_csv_cell(value) for value in values] for values in batch]
        yield _csv(zip(*columns, strict=True))


def _csv(rows: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _csv_cell(value: Any) -> object:  # noqa: ANN401 (any value of a query)
    if value is None or type(value) is int:
        return value
    return printable(value) if isinstance(value, str) else _bare(_json(value))


def _bare(text: str) -> str:
    """What stands in quotes only because JSON has no such number."""
    return text.strip('"')


def json_line_chunks(rows: FirstRows) -> Iterator[str]:
    """A JSON object for each row, by the names of the columns."""
    names = [column.name for column in rows.columns]
    for batch in rows.batches():
        lines = (_json(dict(zip(names, row, strict=True))) for row in zip(*batch, strict=True))
        yield "".join(f"{line}\n" for line in lines)


def envelope_chunks(
    command: str, rows: FirstRows, warnings: Callable[[], Iterable[object]]
) -> Iterator[str]:
    """The JSON envelope, a row a line; `warnings` are asked for when all rows are written."""
    names = _json([column.name for column in rows.columns])
    types = _json([column.type for column in rows.columns])
    yield f'{{\n  "schema": "{SCHEMA}",\n  "command": {_json(command)},\n  "result": {{\n'
    yield f'    "columns": {names},\n    "types": {types},\n    "rows": ['
    separator = "\n"
    for batch in rows.batches():
        lines = [f"      {_json(row)}" for row in zip(*batch, strict=True)]
        yield separator + ",\n".join(lines)
        separator = ",\n"
    yield "]" if separator == "\n" else "\n    ]"
    yield f',\n    "row_count": {rows.row_count},\n    "total": {_json(rows.total)}\n  }},\n'
    told = json.dumps(plain(tuple(warnings())), indent=2).replace("\n", "\n  ")
    yield f'  "warnings": {told}\n}}\n'


def _json(value: object, encoder: json.JSONEncoder = _ASCII) -> str:
    """A value as JSON; numbers that are none, which JSON does not know, as texts."""
    try:
        return encoder.encode(value)
    except ValueError:
        return encoder.encode(_finite(value))


def _finite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return value
