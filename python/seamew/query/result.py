"""What a query answers: columns, and rows that are read as they are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import chain, count, islice
from typing import Any, Literal, TypeAlias

from seamew import engine
from seamew.errors import MissingLibraryError

from .preview import preview_html, preview_text

__all__ = ["Batch", "QueryColumn", "QueryResult", "Value", "ValueType"]

ValueType: TypeAlias = Literal["boolean", "integer", "float", "text", "object", "list", "any"]
"""What the values of a column are; each may be None. `object`: an object of the heap, by id."""

Value: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | None
"""A plain Python value, as JSON knows them."""

Batch: TypeAlias = Sequence[Sequence[Value]]
"""Some rows, column by column; the columns are of one length."""

_PREVIEW_ROWS = 20
_ARROW_TYPES: dict[ValueType, str] = {
    "boolean": "boolean",
    "integer": "integer",
    "float": "float",
    "text": "text",
    "object": "id",
    "list": "text",
    "any": "text",
}
_PANDAS_TYPES = {
    "boolean": "boolean",
    "integer": "Int64",
    "float": "float64",
    "object": "Int64",
}


@dataclass(frozen=True, slots=True)
class QueryColumn:
    """A column of a result: its name, which no other column has, and what its values are."""

    name: str
    type: ValueType


class QueryResult:
    """The rows of a query. Iterating gives tuples; rows are never all in memory at once.

    `read` starts the query and gives its rows in batches. It is called when rows are first asked
    for, and again each time they are read from the beginning once more; whoever wants rows
    twice for the price of one keeps `to_dicts()`. Reading raises what the query raises.
    """

    def __init__(
        self,
        columns: Iterable[tuple[str, ValueType]],
        read: Callable[[], Iterator[Batch]],
        row_count: int | None = None,
    ) -> None:
        self.columns = _with_own_names(columns)
        self._read = read
        self._row_count = row_count
        self._first: Batch | None = None
        self._rest: Iterator[Batch] | None = None

    @property
    def row_count(self) -> int | None:
        """How many rows there are, once that is known: at the latest when all were read."""
        return self._row_count

    def batches(self) -> Iterator[Batch]:
        """The rows from the beginning, some thousands at a time, column by column."""
        rows = 0
        for batch in self._opened():
            rows += _length(batch)
            yield batch
        self._row_count = rows

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return chain.from_iterable(zip(*batch, strict=True) for batch in self.batches())

    def __len__(self) -> int:
        if self._row_count is None:
            message = "the number of rows is not known before all are read"
            raise TypeError(message)
        return self._row_count

    def __bool__(self) -> bool:
        return bool(self.head(1))

    def head(self, rows: int = _PREVIEW_ROWS) -> list[tuple[Any, ...]]:
        """The first rows: at most as many as the first batch has, which is kept."""
        return list(islice(zip(*self._peek(), strict=True), rows))

    def to_dicts(self) -> list[dict[str, Any]]:
        """All rows as dicts by column name."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self]

    def to_pandas(self) -> Any:  # noqa: ANN401 (pandas is no dependency)
        """All rows as a pandas DataFrame; integers and booleans as pandas' types with nulls."""
        pandas = _optional("pandas")
        gathered = self._gathered()
        return pandas.DataFrame(
            {
                column.name: _pandas_series(pandas, values, column.type)
                for column, values in zip(self.columns, gathered, strict=True)
            }
        )

    def to_polars(self) -> Any:  # noqa: ANN401 (polars is no dependency)
        """All rows as a polars DataFrame."""
        return _optional("polars").DataFrame(self)

    def __arrow_c_schema__(self) -> object:
        return engine.arrow_schema(self._arrow_columns())

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as an Arrow stream: integers of 64 bits, lists and the like as JSON texts."""
        del requested_schema  # a producer may ignore what it cannot convert to
        return engine.arrow_stream(self._arrow_columns(), self._arrow_batches())

    def _arrow_columns(self) -> list[tuple[str, str]]:
        return [(column.name, _ARROW_TYPES[column.type]) for column in self.columns]

    def _arrow_batches(self) -> Iterator[Batch]:
        is_nested = [column.type in {"list", "any"} for column in self.columns]
        for batch in self.batches():
            yield [
                [_json(value) for value in values] if nested else values
                for values, nested in zip(batch, is_nested, strict=True)
            ]

    def __repr__(self) -> str:
        head = self.head(_PREVIEW_ROWS + 1)
        return preview_text([column.name for column in self.columns], head, self._row_count)

    def _repr_html_(self) -> str:
        head = self.head(_PREVIEW_ROWS + 1)
        return preview_html([column.name for column in self.columns], head, self._row_count)

    def _gathered(self) -> list[list[Value]]:
        gathered: list[list[Value]] = [[] for _ in self.columns]
        for batch in self.batches():
            for values, more in zip(gathered, batch, strict=True):
                values.extend(more)
        return gathered

    def _opened(self) -> Iterator[Batch]:
        """Batches from the beginning; what a look at the first rows has begun is gone on with."""
        if self._first is None:
            return self._read()
        if self._row_count == _length(self._first):
            return iter((self._first,))
        rest, self._rest = self._rest, None
        return self._read() if rest is None else chain((self._first,), rest)

    def _peek(self) -> Batch:
        """The first batch, which is kept; where there is no other, the rows are counted."""
        if self._first is None:
            batches = self._read()
            self._first = next(batches, tuple(() for _ in self.columns))
            second = next(batches, None)
            if second is None:
                self._row_count = _length(self._first)
            else:
                self._rest = chain((second,), batches)
        return self._first


def _length(batch: Batch) -> int:
    return len(batch[0]) if batch else 0


def _with_own_names(columns: Iterable[tuple[str, ValueType]]) -> tuple[QueryColumn, ...]:
    """The columns; a name that an earlier one has gets a number: `id`, `id_2`."""
    taken: set[str] = set()
    found = []
    for name, kind in columns:
        numbered = chain((name,), (f"{name}_{number}" for number in count(2)))
        own = next(one for one in numbered if one not in taken)
        taken.add(own)
        found.append(QueryColumn(own, kind))
    return tuple(found)


def _json(value: Value) -> str | None:
    """A nested value as text; a text as it is."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _optional(library: str) -> Any:  # noqa: ANN401 (a module that may be missing)
    try:
        return import_module(library)
    except ImportError as error:
        message = f"{library} is not installed"
        raise MissingLibraryError(message, hint=f"pip install {library}") from error


def _pandas_series(pandas: Any, values: list[Value], kind: ValueType) -> Any:  # noqa: ANN401
    try:
        return pandas.Series(values, dtype=_PANDAS_TYPES.get(kind, "object"))
    except OverflowError:  # sums may have more than 64 bits
        return pandas.Series(values, dtype="object")
