"""Stands for seamew._engine where it is not built; tests that need the real one are skipped."""

from __future__ import annotations

__version__ = "absent"


class EngineError(Exception):
    pass


class NotAHeapDumpError(EngineError):
    pass


class DamagedDumpError(EngineError):
    pass


class ObjectNotFoundError(EngineError):
    pass


class IndexUnusableError(EngineError):
    pass


class MemoryLimitError(EngineError):
    pass


class CancelledError(EngineError):
    pass


class DumpReadError(EngineError):
    pass


class Progress:
    pass


class Heap:
    pass


class Column:
    pass


first_pass = list_dumps = memory_plan = open_heap = None
