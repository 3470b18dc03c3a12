"""One connection to DuckDB, run so that Ctrl-C, a time limit and a listener reach it at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from seamew import engine
from seamew.errors import ClosedHeapError, TimeLimitError

__all__ = ["RunningConnection", "Scans"]

Result = TypeVar("Result")

_AGAIN_SECONDS = 0.05
_CANCEL_SECONDS = 5.0


class Scans:
    """The walks over the dump that a query has begun."""

    def __init__(self) -> None:
        self.begun: list[engine.NativeProgress] = []

    def begin(self) -> engine.NativeProgress:
        """The progress of one more."""
        progress = engine.NativeProgress()
        self.begun.append(progress)
        return progress


class RunningConnection:
    """One connection, what it runs, and how to stop that.

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
        self._idle = threading.Event()
        self._idle.set()

    @property
    def connection(self) -> Any:  # noqa: ANN401 (DuckDB is an extra)
        """DuckDB's own; raises ClosedHeapError after `close`."""
        if self._connection is None:
            message = "the session is closed"
            raise ClosedHeapError(message, hint="ask the heap again")
        return self._connection

    def close(self) -> None:
        """Stop what runs, and let go of DuckDB and its memory."""
        if self._connection is not None:
            self.cancel()
            if self._idle.is_set():  # DuckDB closes nothing that runs
                self._connection.close()
            # DuckDB complains on stderr of connections that are there when Python ends.
            self._connection = None

    def begin(self) -> None:
        """A new query begins: it has all the time, and no scans."""
        self._left_seconds = self._timeout_seconds
        self.scans.begun.clear()

    def cancel(self) -> None:
        """Stop what runs: the query, and the walks over the dump that feed it.

        Says so again until it has stopped: DuckDB forgets what it is told before it begins.
        """
        deadline = time.monotonic() + _CANCEL_SECONDS
        while True:
            self.connection.interrupt()
            for progress in self.scans.begun:
                progress.cancel()
            if self._idle.wait(_AGAIN_SECONDS) or time.monotonic() > deadline:
                return

    def run(self, work: Callable[[], Result]) -> Result:
        """The result of some work on the connection."""
        started = time.monotonic()
        left = self._left_seconds

        def poll(_work: RunningConnection) -> None:
            if left is not None and time.monotonic() - started > left:
                message = f"the query took longer than {self._timeout_seconds:g} s"
                raise TimeLimitError(message, hint="ask for less, or allow more time")
            if self.scans.begun:
                self._listener(self.scans.begun[-1])

        self._idle = idle = threading.Event()
        begun = threading.Event()

        def watched() -> Result:
            begun.set()
            try:
                return work()
            finally:
                idle.set()

        try:
            return engine.call_interruptibly(watched, self, poll)
        finally:
            if not begun.is_set():
                idle.set()
            if left is not None:
                self._left_seconds = left - (time.monotonic() - started)
