"""Questions in SQL. What answers them is in seamew.query, a layer above."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .asking import Asking

if TYPE_CHECKING:
    from seamew.query.result import QueryResult

    from .heap import Heap

__all__ = ["SqlQuestions"]


class SqlQuestions(Asking):
    """Questions in SQL. See `Heap`."""

    def sql(
        self,
        text: str,
        *,
        memory_limit: int | str | None = None,
        timeout_seconds: float | None = None,
    ) -> QueryResult:
        """The result of an SQL query; docs/reference/sql.md describes the tables.

        Needs DuckDB: `pip install 'seamew[sql]'`. The query reads the heap and nothing else.
        `memory_limit` (bytes, or text such as "500MB") caps what DuckDB may use, by default two
        fifths of the machine's memory; nothing is written to disk. The result streams.

        Raises QueryError for a query that makes no sense, MissingLibraryError, MemoryLimitError
        and TimeLimitError; also while the result is read.
        """
        from seamew.query.sql import run_sql  # noqa: PLC0415 (the layer above, when it is called)

        heap = cast("Heap", self)
        return run_sql(heap, text, memory_limit=memory_limit, timeout_seconds=timeout_seconds)
