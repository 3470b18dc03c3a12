"""The native heap behind all questions: opened, asked, closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar

from seamew import engine
from seamew.errors import ClosedHeapError
from seamew.model import HeapFacts, ProgressSnapshot

__all__ = ["Asking", "ObjectName", "ProgressListener"]

ObjectName: TypeAlias = int | str
"""An object index, or `0xADDRESS`, `@id`, `Class#n`."""

ProgressListener: TypeAlias = Callable[[ProgressSnapshot], None]
"""Is told where a long operation stands."""

Result = TypeVar("Result")


class Asking:
    """An opened native heap; the questions to it stand in the classes below this one."""

    def __init__(self, native: engine.NativeHeap) -> None:
        self._native: engine.NativeHeap | None = native
        self._listener: ProgressListener | None = None
        self._handles: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index and its memory. Columns taken before stay valid."""
        self._native = None
        self._handles.clear()

    def _handle(self, name: str, make: Callable[[engine.NativeHeap], Result]) -> Result:
        """Something native that is made once, and let go of with the heap."""
        native = self._opened()
        if name not in self._handles:
            self._handles[name] = engine.call(lambda: make(native))
        made: Result = self._handles[name]
        return made

    def _ask(self, question: Callable[[engine.NativeHeap], Result]) -> Result:
        """A short native call."""
        native = self._opened()
        return engine.call(lambda: question(native))

    def _ask_long(self, question: Callable[[engine.NativeHeap], Result]) -> Result:
        """A native call that may take seconds, in a thread so that Ctrl-C works."""
        native = self._opened()
        return engine.call_interruptibly(lambda: question(native))

    def _ask_reading(
        self, question: Callable[[engine.NativeHeap, engine.NativeProgress], Result]
    ) -> Result:
        """A native call that reads much of the dump: its progress is told, Ctrl-C stops it."""
        native, progress = self._opened(), engine.NativeProgress()
        return engine.call_interruptibly(lambda: question(native, progress), progress, self.tell)

    def tell(self, progress: engine.NativeProgress) -> None:
        """Tell the listener of `watch`, if there is one, where a call stands."""
        if self._listener is None:
            return
        snapshot = engine.progress_snapshot(progress)
        if snapshot.total:  # else nothing that takes long has begun
            self._listener(snapshot)

    def watch(self, listener: ProgressListener | None) -> None:
        """Tell `listener` about ten times a second how far a question is that reads much."""
        self._listener = listener

    def _opened(self) -> engine.NativeHeap:
        if self._native is None:
            message = "the heap is closed"
            raise ClosedHeapError(message, hint="open the dump again")
        return self._native

    def resolve(self, name: ObjectName) -> int:
        """The index of a named object."""
        if isinstance(name, int):
            return name
        return self._ask(lambda native: native.resolve(name))

    def _optional(self, name: ObjectName | None) -> int | None:
        return None if name is None else self.resolve(name)

    @cached_property
    def facts(self) -> HeapFacts:
        """The overview: sizes, counts, format, object layout, JVM."""
        return HeapFacts(**self._ask(lambda native: native.facts()))
