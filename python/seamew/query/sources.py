"""Tables of a heap as DuckDB reads them: lazily, column by column, a batch at a time.

DuckDB 2.0 has a hook by which a table tells how many rows it has, and takes the columns and
conditions of a query; it is not public. Where it is missing, tables are registered as plain Arrow
streams of the columns that the query names: joins are planned worse then, and conditions do not
narrow what is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from seamew import engine
from seamew.heap import Heap, HeapTable, RowFilter

from .catalog import CatalogTable
from .conditions import Conditions
from .interruption import Scans
from .small_tables import ROW_MAKERS

__all__ = ["EngineTable", "Scannable", "SmallTable", "register"]

_BATCH_ROWS = 8192


class Scannable(Protocol):
    """A table that can be scanned: some columns, some rows."""

    names: tuple[str, ...]

    def row_count(self) -> int | None:
        """About how many rows there are, where that costs nothing."""

    def schema(self, columns: Sequence[int]) -> object:
        """An Arrow schema capsule of the columns of those places."""

    def stream(self, columns: Sequence[int], rows: RowFilter) -> object:
        """An Arrow stream capsule of them."""

    def filter(self, predicate: Any) -> RowFilter | None:  # noqa: ANN401 (DuckDB's tree)
        """The rows that fulfil a condition, where the table can pick exactly those."""


class EngineTable:
    """A table that the engine makes. `scans` is told of each scan, so that it can be cancelled."""

    def __init__(self, table: HeapTable, conditions: Conditions, scans: Scans) -> None:
        self._table = table
        self._conditions = conditions
        self._scans = scans
        self.names = tuple(name for name, _ in table.columns)

    def row_count(self) -> int | None:
        """As many rows as the index lets expect."""
        return self._table.estimate()

    def schema(self, columns: Sequence[int]) -> object:
        """Columns of the table."""
        return engine.arrow_schema([self._table.columns[place] for place in columns])

    def stream(self, columns: Sequence[int], rows: RowFilter) -> object:
        """A scan in a thread of the engine's."""
        return self._table.scan(columns, rows, self._scans.begin())

    def filter(self, predicate: Any) -> RowFilter | None:  # noqa: ANN401 (DuckDB's tree)
        """Conditions on ids, classes and places, as far as the table has them."""
        return self._conditions.rows(predicate)


class SmallTable:
    """A table whose rows Python makes when it is read."""

    def __init__(self, table: CatalogTable, heap: Heap) -> None:
        self._heap = heap
        self._make = ROW_MAKERS[table.name]
        self._columns = [(column.name, str(column.type)) for column in table.columns]
        self.names = tuple(name for name, _ in self._columns)

    def row_count(self) -> int | None:
        """Not known; few."""
        return None

    def schema(self, columns: Sequence[int]) -> object:
        """Columns of the table."""
        return engine.arrow_schema([self._columns[place] for place in columns])

    def stream(self, columns: Sequence[int], rows: RowFilter) -> object:
        """All rows: there are few."""
        del rows
        wanted = [self._columns[place] for place in columns]
        return engine.arrow_stream(wanted, self._batches(columns))

    def filter(self, predicate: Any) -> RowFilter | None:  # noqa: ANN401 (DuckDB's tree)
        """None: DuckDB looks at the rows."""
        del predicate
        return None

    def _batches(self, columns: Sequence[int]) -> Iterator[list[list[Any]]]:
        rows = list(self._make(self._heap))
        for start in range(0, len(rows), _BATCH_ROWS):
            page = rows[start : start + _BATCH_ROWS]
            yield [[row[place] for row in page] for place in columns]


def register(connection: Any, name: str, table: Scannable, words: frozenset[str]) -> None:  # noqa: ANN401
    """Make a table known under a name. `words` are those of the query, folded; `*` for all."""
    source = _source(table)
    if source is None:
        connection.register(name, _Stream(table, words))
    else:
        connection._register_arrow_source(name, source)  # noqa: SLF001 (see above)


def _source(table: Scannable) -> Any | None:  # noqa: ANN401 (a class of DuckDB's)
    """The table behind DuckDB's hook; None where DuckDB has none."""
    import duckdb  # noqa: PLC0415 (an extra)

    if not hasattr(duckdb.DuckDBPyConnection, "_register_arrow_source"):
        return None
    try:
        from duckdb._sources.arrow import ArrowScanSource  # noqa: PLC0415
    except ImportError:
        return None

    class Source(ArrowScanSource):
        schema_is_stable = True

        def rows(self) -> int | None:
            return table.row_count()

        def __arrow_c_schema__(self) -> object:
            return table.schema(range(len(table.names)))

        def accepts(self, predicate: Any) -> bool:  # noqa: ANN401
            return table.filter(predicate) is not None

        def stream(
            self, columns: Sequence[int] | None, filters: Sequence[Any]
        ) -> tuple[object, bool]:
            found = [table.filter(predicate) for predicate in filters]
            rows = RowFilter.of_all(one for one in found if one is not None)
            wanted = range(len(table.names)) if columns is None else columns
            return table.stream(wanted, rows), columns is not None

    return Source(table)


class _Stream:
    """A table as any reader of Arrow streams takes it: the columns that a query names."""

    def __init__(self, table: Scannable, words: frozenset[str]) -> None:
        self._table = table
        places = range(len(table.names))
        named = [place for place in places if table.names[place].lower() in words]
        self._columns = list(places) if "*" in words else named or [0]

    def __arrow_c_schema__(self) -> object:
        return self._table.schema(self._columns)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        del requested_schema
        return self._table.stream(self._columns, RowFilter())
