"""Tables over a heap for query engines: read column by column, in batches, never as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from seamew import engine

from .asking import Asking

__all__ = ["TABLE_NAMES", "HeapTable", "RowFilter", "TableQuestions"]

TABLE_NAMES = (
    "objects",
    "classes",
    "roots",
    "dominators",
    "references",
    "strings",
    "arrays",
    "collections",
    "fields",
)
"""The tables of `Heap.table`."""

_MOST = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows a scan gives: those that fulfil all of this. None: does not matter.

    `ids` and `id_range` are about the object of the row, or the source of a reference,
    `other_ids` about the target of a reference and the dominator, `positions` about places in
    the dominator tree. Ranges include both ends.
    """

    ids: Sequence[int] | None = None
    id_range: tuple[int, int] = (0, _MOST)
    class_ids: Sequence[int] | None = None
    other_ids: Sequence[int] | None = None
    positions: tuple[int, int] = (0, _MOST)

    @classmethod
    def of_all(cls, filters: Iterable[RowFilter]) -> RowFilter:
        """The rows that fulfil each of the filters."""
        whole = cls()
        for one in filters:
            whole = cls(
                ids=_common(whole.ids, one.ids),
                id_range=_overlap(whole.id_range, one.id_range),
                class_ids=_common(whole.class_ids, one.class_ids),
                other_ids=_common(whole.other_ids, one.other_ids),
                positions=_overlap(whole.positions, one.positions),
            )
        return whole


def _common(one: Sequence[int] | None, other: Sequence[int] | None) -> Sequence[int] | None:
    if one is None or other is None:
        return other if one is None else one
    return sorted(set(one) & set(other))


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), min(one[1], other[1])


_ALL_ROWS = RowFilter()


class HeapTable:
    """A table over a heap. Whoever reads Arrow streams reads it: polars, pyarrow, DuckDB.

    `columns` are names, and what the values are: boolean, integer, float, text, id or address.
    What a scan holds in memory is a few batches, however many rows there are. The rows are in no
    order.
    """

    def __init__(self, native: engine.NativeTable) -> None:
        self._native = native
        self.columns = tuple(native.columns())

    def estimate(self) -> int:
        """About how many rows there are, from the index alone."""
        return engine.call(self._native.estimate)

    def scan(
        self,
        columns: Sequence[int] | None = None,
        rows: RowFilter = _ALL_ROWS,
        progress: engine.NativeProgress | None = None,
    ) -> object:
        """An Arrow stream (a capsule) of the columns of those places; None: of all.

        `progress` tells how far a walk over the dump is; cancelling it ends the stream.
        """
        places = list(range(len(self.columns)) if columns is None else columns)
        native, told = self._native, progress or engine.NativeProgress()
        return engine.call(lambda: native.scan(places, asdict(rows), told))

    def __arrow_c_schema__(self) -> object:
        return self._native.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        del requested_schema  # a producer may ignore what it cannot convert to
        return self.scan()


class TableQuestions(Asking):
    """Tables over the heap. See `Heap`."""

    def table(self, name: str) -> HeapTable:
        """One of `TABLE_NAMES`, see docs/reference/sql.md; ObjectNotFoundError for another."""
        return HeapTable(self._ask(lambda native: native.table(name)))

    def instance_table(self, class_name: str, *, subclasses: bool = False) -> HeapTable | None:
        """The instances of the classes of that name, with their fields as columns.

        With `subclasses` those of the classes below too, with the fields of the named class.
        None where there is no such class.
        """
        native_table = self._ask(lambda native: native.instance_table(class_name, subclasses))
        return None if native_table is None else HeapTable(native_table)
