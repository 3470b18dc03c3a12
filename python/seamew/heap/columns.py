"""One value per object, shared with Python and Arrow without a copy."""

from __future__ import annotations

from typing import Any, cast

from seamew.engine import NativeColumn

__all__ = ["Column"]


class Column:
    """A read-only column with a value per object, in address order.

    `memory` is a view of the engine's own memory; `__arrow_c_stream__` hands the same bytes to
    polars, pyarrow, DuckDB and others. Both stay valid as long as this column is referenced.
    """

    def __init__(self, native: NativeColumn) -> None:
        self._native = native
        self.name = native.name

    @property
    def memory(self) -> memoryview:
        """The values as a typed memoryview (formats I and Q: unsigned 32 and 64 bit)."""
        return memoryview(cast("Any", self._native))

    def __len__(self) -> int:
        return len(self._native)

    def __arrow_c_schema__(self) -> object:
        return self._native.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._native.__arrow_c_stream__(requested_schema)
