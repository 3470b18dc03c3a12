"""Questions about threads."""

from __future__ import annotations

from functools import cached_property

from seamew import engine
from seamew.model import ThreadRow

from .asking import Asking

__all__ = ["ThreadQuestions"]


class ThreadQuestions(Asking):
    """Questions about threads. See `Heap`."""

    def threads(self) -> tuple[ThreadRow, ...]:
        """The threads with their stacks, locals and what these retain."""
        return self._threads

    @cached_property
    def _threads(self) -> tuple[ThreadRow, ...]:
        return engine.thread_rows(self._ask_long(lambda native: native.threads()))
