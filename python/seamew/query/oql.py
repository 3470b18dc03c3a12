"""OQL, the query language of Eclipse MAT, over a heap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from seamew.heap.oql import OqlQuestions, OqlRows

from .result import Batch, QueryResult, ValueType

__all__ = ["OqlResult", "run_oql"]


class OqlResult(QueryResult):
    """The rows of an OQL query; `notes` says what a user should know of them.

    Iterating gives tuples; rows are never all in memory at once, and the query runs again each
    time they are read from the beginning once more.
    """

    def __init__(self, start: Callable[[], OqlRows]) -> None:
        self._start = start
        self._run: OqlRows | None = start()
        self._latest = self._run
        columns = [(name, cast("ValueType", kind)) for name, kind in self._run.columns()]
        self._total = self._run.total()
        super().__init__(columns, self._batches, self._run.known_count())

    @property
    def notes(self) -> tuple[str, ...]:
        """What turned out while rows were read: unknown classes and fields, with near names."""
        return self._latest.notes()

    @property
    def total(self) -> int | None:
        """How many rows there would be without `limit`, where that is known at once."""
        return self._total

    def count(self) -> int:
        """How many rows there are; counts them where that is not known."""
        known = self.row_count
        if known is None:
            run, self._run = self._run or self._start(), None
            self._latest = run
            known = run.count()
            self._row_count = known
        return known

    def _batches(self) -> Iterator[Batch]:
        """The rows of the run that is at hand, else of a new one."""
        run, self._run = self._run or self._start(), None
        self._latest = run
        while (batch := run.next()) is not None:
            yield batch


def run_oql(
    heap: OqlQuestions,
    text: str,
    *,
    limit: int | None = None,
    timeout_seconds: float | None = None,
) -> OqlResult:
    """The result of an OQL query, which streams; see `Heap.oql`."""
    return OqlResult(lambda: heap.start_oql(text, limit, timeout_seconds))
