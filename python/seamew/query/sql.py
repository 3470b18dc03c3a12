"""SQL over a heap, by DuckDB: an extra, `pip install 'seamew[sql]'`."""

from __future__ import annotations

import atexit
import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from seamew.errors import MissingLibraryError, QueryError, SeamewError, UsageError
from seamew.heap import Heap
from seamew.units import format_bytes, parse_bytes

from .catalog import TABLES, CatalogTable
from .conditions import Conditions
from .functions import Functions
from .interruption import RunningConnection
from .result import Batch, QueryResult, ValueType
from .small_tables import ROW_MAKERS
from .sources import EngineTable, Scannable, SmallTable, register
from .sql_errors import Names, sql_error
from .sql_text import SqlText
from .sql_values import plain_columns, value_type

__all__ = ["SqlSession", "run_sql"]

_BATCH_ROWS = 8192
_LEAST_MEMORY_BYTES = 64 << 20
_CONDITIONS: Mapping[str, Mapping[str, str]] = {
    "objects": {"id": "id", "class": "class", "class_id": "class_id"},
    "strings": {"id": "id"},
    "arrays": {"id": "id", "class": "class"},
    "collections": {"id": "id", "class": "class"},
    "fields": {"id": "id", "class": "class"},
    "references": {"source_id": "id", "target_id": "other_id", "source_class": "class"},
    "dominators": {"id": "id", "dominator_id": "other_id", "position": "position"},
}
"""What each table can pick by itself, see `Conditions`."""

_REFERENCES = """CREATE TEMP VIEW "references" AS
SELECT *, _field_between(source_id, target_id) AS field FROM _references"""

_open_sessions: weakref.WeakSet[SqlSession] = weakref.WeakSet()


def run_sql(
    heap: Heap,
    text: str,
    *,
    memory_limit: int | str | None = None,
    timeout_seconds: float | None = None,
) -> QueryResult:
    """The result of an SQL query, which streams: see docs/reference/sql.md for the tables.

    The query reads the heap and nothing else: no files, no network, no extensions, no settings.
    `memory_limit` (bytes, or text such as "500MB") caps what DuckDB may use, by default two
    fifths of the machine's memory; nothing is written to disk. Ctrl-C stops it.

    Raises MissingLibraryError without DuckDB, QueryError for a query that makes no sense,
    MemoryLimitError and TimeLimitError; also while the result is read.
    """
    return SqlSession(heap, memory_limit=memory_limit, timeout_seconds=timeout_seconds).run(text)


class SqlSession:
    """A connection to DuckDB that sees one heap; tables made by a query live as long as it.

    A query ends the reading of the result before, which is run anew when it is read again.
    """

    def __init__(
        self,
        heap: Heap,
        *,
        memory_limit: int | str | None = None,
        timeout_seconds: float | None = None,
    ) -> None:
        self._heap = heap
        self._duckdb = RunningConnection(_connection(memory_limit), timeout_seconds, heap.tell)
        self._failures: list[SeamewError] = []
        self._running: object | None = None
        Functions(heap, self._failures.append).register(self._duckdb.connection)
        self._tables = {_own_name(table): self._scannable(table) for table in TABLES}
        self._register(self._tables, frozenset({"*"}))
        self._duckdb.connection.execute(_REFERENCES)
        self._duckdb.connection.execute("SET lock_configuration = true")
        _open_sessions.add(self)

    def run(self, text: str) -> QueryResult:
        """The result of a query; of several parted by semicolons that of the last one."""
        query = SqlText(text, self._is_class)
        if not query.words:
            message = "the query is empty"
            raise QueryError(message)
        rows = _Rows(self, query)
        return QueryResult(rows.columns, rows.read)

    def close(self) -> None:
        """Let go of DuckDB and its memory; results not yet read are lost."""
        self._duckdb.close()

    def start(self, query: SqlText) -> tuple[object, list[tuple[str, str]]]:
        """Begin a query: what stands for it, names and DuckDB's types of its columns."""
        self._running = running = object()
        self._duckdb.begin()
        self._register(self._named_classes(query), query.words)
        self._ask(query, lambda: self._duckdb.connection.execute(query.text))
        described = self._duckdb.connection.description or []
        return running, [(str(name), str(kind.id)) for name, kind, *_ in described]

    def fetch(self, query: SqlText, running: object) -> list[tuple[Any, ...]]:
        """Some more rows of a query; none behind the last one."""
        if running is not self._running:
            message = "another query has ended the reading of this result"
            raise QueryError(message, hint="keep its rows before, or read it from the beginning")
        found: list[tuple[Any, ...]] = self._ask(
            query, lambda: self._duckdb.connection.fetchmany(_BATCH_ROWS)
        )
        return found

    def is_running(self, running: object) -> bool:
        """Whether no other query has begun since."""
        return running is self._running

    def _ask(self, query: SqlText, work: Callable[[], Any]) -> Any:  # noqa: ANN401
        """What DuckDB answers; its errors become ours."""
        self._failures.clear()
        try:
            return self._duckdb.run(work)
        except SeamewError:
            raise
        except Exception as error:
            if not type(error).__module__.startswith(("duckdb", "_duckdb")):
                raise
            own = self._failures[0] if self._failures else None
            raise own or sql_error(error, query, self._names(query)) from error

    def _names(self, query: SqlText) -> Names:
        tables = [self._tables[_own_name(one)] for one in TABLES if one.name in query.words]
        tables += self._named_classes(query).values()
        columns = [name for table in tables for name in table.names]
        return Names(self._class_ids, columns)

    def _scannable(self, table: CatalogTable) -> Scannable:
        if table.name in ROW_MAKERS:
            return SmallTable(table, self._heap)
        conditions = Conditions(_CONDITIONS.get(table.name, {}), self._class_ids)
        return EngineTable(self._heap.table(table.name), conditions, self._duckdb.scans)

    @cached_property
    def _class_ids(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for class_id, name in enumerate(self._heap.class_names()):
            found.setdefault(name, []).append(class_id)
        return found

    def _is_class(self, name: str) -> bool:
        return name.removesuffix("+") in self._class_ids

    def _named_classes(self, query: SqlText) -> dict[str, Scannable]:
        """The tables of the classes that a query names, by name."""
        folded: dict[str, str] = {}
        for name in query.class_names:
            other = folded.setdefault(name.lower(), name)
            if other != name:
                message = f"SQL does not tell {other} from {name}"
                raise QueryError(message, hint="ask about one of them at a time")
        return {name: self._class_table(name) for name in query.class_names}

    def _class_table(self, name: str) -> Scannable:
        table = self._heap.instance_table(name.removesuffix("+"), subclasses=name.endswith("+"))
        if table is None:
            message = f"no class is named {name}"
            raise QueryError(message)
        return EngineTable(table, Conditions({"id": "id"}), self._duckdb.scans)

    def _register(self, tables: Mapping[str, Scannable], words: frozenset[str]) -> None:
        for name, table in tables.items():
            register(self._duckdb.connection, name, table, words)


class _Rows:
    """The rows of a query: begun at once, so that what is wrong is told, and read once for that."""

    def __init__(self, session: SqlSession, query: SqlText) -> None:
        self._session = session
        self._query = query
        self._running: object | None
        self._running, columns = session.start(query)
        self.columns: list[tuple[str, ValueType]] = [
            (name, value_type(kind)) for name, kind in columns
        ]
        self._types = [kind for _, kind in columns]

    def read(self) -> Iterator[Batch]:
        """Batches from the beginning."""
        running, self._running = self._running, None
        if running is None or not self._session.is_running(running):
            running, _ = self._session.start(self._query)
        while rows := self._session.fetch(self._query, running):
            yield plain_columns(rows, self._types)


def _own_name(table: CatalogTable) -> str:
    """The name under which a table is registered: `references` is a view over it."""
    return "_references" if table.name == "references" else table.name


def _connection(memory_limit: int | str | None) -> Any:  # noqa: ANN401 (DuckDB is an extra)
    """A database in memory that reaches nothing outside."""
    try:
        import duckdb  # noqa: PLC0415
        import numpy  # noqa: F401, ICN001, PLC0415 (DuckDB's functions need it)
    except ImportError as error:
        message = "SQL needs DuckDB, which is not installed"
        hint = "pip install 'seamew[sql]'"
        raise MissingLibraryError(message, hint=hint) from error
    connection = duckdb.connect(":memory:")
    for setting in (
        "enable_progress_bar = false",
        "temp_directory = ''",  # what does not fit into memory is an error, no file
        "python_enable_replacements = false",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "enable_external_access = false",
    ):
        connection.execute(f"SET {setting}")
    connection.execute(f"SET memory_limit = '{_memory_bytes(connection, memory_limit)} bytes'")
    return connection


def _memory_bytes(connection: Any, wanted: int | str | None) -> int:  # noqa: ANN401
    if wanted is None:
        # DuckDB takes four fifths of what the machine, or the container, has.
        found = connection.execute("SELECT current_setting('memory_limit')").fetchone()
        return parse_bytes(found[0]) // 2
    try:
        bytes_ = parse_bytes(wanted) if isinstance(wanted, str) else wanted
    except ValueError as error:
        raise UsageError(str(error)) from error
    if bytes_ < _LEAST_MEMORY_BYTES:
        message = f"a query needs {format_bytes(_LEAST_MEMORY_BYTES)} of memory at least"
        raise UsageError(message)
    return bytes_


@atexit.register
def _close_sessions() -> None:
    for session in list(_open_sessions):
        session.close()
