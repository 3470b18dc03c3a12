"""Questions in OQL, the query language of Eclipse MAT."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from seamew import engine
from seamew.errors import TimeLimitError

from .asking import Asking

if TYPE_CHECKING:
    from seamew.query.oql import OqlResult

__all__ = ["OqlQuestions", "OqlRows", "check_oql"]

Answer = TypeVar("Answer")

_BATCH_ROWS = 4096


class Ask(Protocol):
    """Asks a native answer something that may take long; Ctrl-C stops it."""

    def __call__(self, question: Callable[[engine.NativeProgress], Answer]) -> Answer: ...


class OqlRows:
    """One run of a query, read from the beginning on."""

    def __init__(self, ask: Ask, native: engine.NativeOqlAnswer) -> None:
        self._ask = ask
        self._native = native

    def columns(self) -> list[tuple[str, str]]:
        """Names of the columns, and what their values are."""
        return self._native.columns()

    def known_count(self) -> int | None:
        """How many rows are left, where that is known without computing them."""
        return self._native.known_count()

    def total(self) -> int | None:
        """How many rows there are without the limit, where that is known."""
        return self._native.total()

    def count(self) -> int:
        """Count the rows that are left; then there are none."""
        return self._ask(self._native.count)

    def next(self) -> list[list[Any]] | None:
        """Some more rows, column by column; None at the end."""
        return self._ask(lambda progress: self._native.next(_BATCH_ROWS, progress))

    def notes(self) -> tuple[str, ...]:
        """What a user should know of the rows read so far."""
        return tuple(self._native.notes())


class OqlQuestions(Asking):
    """Questions in OQL. See `Heap`."""

    def oql(
        self, text: str, *, limit: int | None = None, timeout_seconds: float | None = None
    ) -> OqlResult:
        """The result of an OQL query, which streams: see docs/reference/oql.md for the language.

        `limit` caps the rows. Names that the heap does not know give null or no rows, as in
        Eclipse MAT; `notes` of the result says so. Ctrl-C stops the query.

        Raises QueryError for a query that makes no sense, and TimeLimitError; also while the
        result is read.
        """
        from seamew.query.oql import run_oql  # noqa: PLC0415 (the layer above, when it is called)

        return run_oql(self, text, limit=limit, timeout_seconds=timeout_seconds)

    def start_oql(
        self, text: str, limit: int | None = None, timeout_seconds: float | None = None
    ) -> OqlRows:
        """Run an OQL query as far as its WHERE. Cheap where no condition reads the dump.

        Only time within the engine counts against `timeout_seconds`.
        """
        left_seconds = timeout_seconds

        def ask(question: Callable[[engine.NativeProgress], Answer]) -> Answer:
            nonlocal left_seconds
            started = time.monotonic()

            def poll(progress: engine.NativeProgress) -> None:
                if left_seconds is not None and time.monotonic() - started > left_seconds:
                    message = f"the query took longer than {timeout_seconds:g} s"
                    raise TimeLimitError(message, hint="ask for less, or allow more time")
                self.tell(progress)

            self._opened()
            progress = engine.NativeProgress()
            try:
                return engine.call_interruptibly(lambda: question(progress), progress, poll)
            finally:
                if left_seconds is not None:
                    left_seconds -= time.monotonic() - started

        heap = self._opened()
        native = ask(lambda progress: heap.oql(text, limit=limit, progress=progress))
        return OqlRows(ask, native)


def check_oql(text: str) -> None:
    """Raise QueryError for a text that is no OQL query."""
    engine.call(lambda: engine.check_oql(text))
