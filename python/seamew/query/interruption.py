"""Running DuckDB so that Ctrl-C, a time limit and a listener reach it at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from seamew import engine
from seamew.errors import TimeLimitError

__all__ = ["Interruption", "Scans"]

Result = TypeVar("Result")


class Scans:
    """The walks over the dump that a query has begun."""

    def __init__(self) -> None:
        self.begun: list[engine.NativeProgress] = []

    def begin(self) -> engine.NativeProgress:
        """The progress of one more."""
        progress = engine.NativeProgress()
        self.begun.append(progress)
        return progress


class Interruption:
    """What one connection runs, and how to stop it.

    Only time within DuckDB counts against `timeout_seconds`: who reads a result slowly has it.
    `listener` is told about ten times a second where the last walk over the dump stands.
    """

    def __init__(
        self,
        connection: Any,  # noqa: ANN401 (DuckDB is an extra)
        timeout_seconds: float | None,
        listener: Callable[[engine.NativeProgress], None],
    ) -> None:
        self.scans = Scans()
        self._connection = connection
        self._timeout_seconds = timeout_seconds
        self._left_seconds = timeout_seconds
        self._listener = listener

    def begin(self) -> None:
        """A new query begins: it has all the time, and no scans."""
        self._left_seconds = self._timeout_seconds
        self.scans.begun.clear()

    def cancel(self) -> None:
        """Stop what runs: the query, and the walks over the dump that feed it."""
        self._connection.interrupt()
        for progress in self.scans.begun:
            progress.cancel()

    def run(self, work: Callable[[], Result]) -> Result:
        """The result of some work on the connection."""
        started = time.monotonic()
        left = self._left_seconds

        def poll(_work: Interruption) -> None:
            if left is not None and time.monotonic() - started > left:
                message = f"the query took longer than {self._timeout_seconds:g} s"
                raise TimeLimitError(message, hint="ask for less, or allow more time")
            if self.scans.begun:
                self._listener(self.scans.begun[-1])

        try:
            return engine.call_interruptibly(work, self, poll)
        finally:
            if left is not None:
                self._left_seconds = left - (time.monotonic() - started)
