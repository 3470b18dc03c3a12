"""The functions of SQL: small questions about one object, and tables of what is around it.

A table function is a macro over a scalar one, which is called for each page of rows and gives it
as a list: so what comes is streamed, and the macro can be used in lateral joins. What costs more
than an id, the macro leaves to scalar functions, which DuckDB calls where a query wants it.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature
from math import ceil
from typing import Any, TypeVar

from seamew.errors import QueryError, SeamewError
from seamew.heap import Entries, Entry, Heap, ObjectSet

from .catalog import FUNCTIONS, SQL_TYPES

__all__ = ["Functions"]

# DuckDB calls a function for some 2,000 pages before it looks at their rows, and until then each
# id is an int of Python's.
_PAGE_ROWS = 1024
_KEPT = 4
_LAST_ID = 0xFFFF_FFFF

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class _Paged:
    """A table function: how many rows a key has, a page of them, and what the macro selects.

    `key` makes of the macro's parameter what the other two take, of the type `key_type`.
    """

    key: str
    key_type: str
    count: Callable[[Any], int]
    page: Callable[[Any, int, int], Sequence[Any]]
    row_type: str
    select: str


class Functions:
    """The functions over one heap, for one connection.

    `failed` is told what went wrong in a function before DuckDB makes a text of it.
    """

    def __init__(self, heap: Heap, failed: Callable[[SeamewError], None]) -> None:
        self._heap = heap
        self._failed = failed
        self._sets: OrderedDict[str, ObjectSet] = OrderedDict()
        self._entries: OrderedDict[int, Entries] = OrderedDict()

    def register(self, connection: Any) -> None:  # noqa: ANN401 (DuckDB is an extra)
        """Make them known to a connection."""
        scalars: dict[str, Callable[..., Any]] = {
            "to_string": lambda index: self._heap.value(_known(index)),
            "class_of": lambda index: self._heap.class_name(_known(index)),
            "retained": lambda index: self._heap.sizes(_known(index))[1],
            "field": self._field,
            "field_id": lambda index, path: self._heap.follow(_known(index), path)[1],
        }
        for function in FUNCTIONS:
            if function.result is not None:
                parameters = ["BIGINT", "VARCHAR"][: function.parameters.count(",") + 1]
                work, result = scalars[function.name], SQL_TYPES[function.result]
                self._create(connection, function.name, work, parameters, result)
        between = self._heap.fields_between
        self._create(connection, "_field_between", between, ["BIGINT", "BIGINT"], "VARCHAR")
        for name, paged in self._paged().items():
            self._create_table(connection, name, paged)

    def _paged(self) -> dict[str, _Paged]:
        heap = self._heap
        by_id, ids = "CAST({0} AS BIGINT)", "CAST({0} AS VARCHAR)"  # a list as JSON has it
        return {
            "outbounds": _Paged(
                by_id,
                "BIGINT",
                lambda key: heap.outbound_slots(_known(key)),
                self._outbound_page,
                "STRUCT(id UINTEGER, field VARCHAR)",
                "row.id, row.field",
            ),
            "inbounds": _Paged(
                by_id,
                "BIGINT",
                lambda key: heap.referrer_count(_known(key)),
                lambda key, offset, limit: heap.referrers_page(
                    _known(key), offset=offset, limit=limit
                ),
                "UINTEGER",
                "row AS id, _field_between(row, _key) AS field",
            ),
            "path_to_root": _Paged(
                by_id,
                "BIGINT",
                lambda _key: 1,
                lambda key, *_page: self._path(key),
                "STRUCT(step BIGINT, id UINTEGER, field VARCHAR)",
                "row.step, row.id, class_of(row.id) AS class, row.field, "
                "retained(row.id) AS retained_bytes",
            ),
            "dominated": _Paged(
                by_id,
                "BIGINT",
                lambda key: heap.dominated_count(_known(key)),
                self._dominated,
                "UINTEGER",
                "row AS id",
            ),
            "retained_set": _Paged(
                ids, "VARCHAR", self._retained_count, self._retained, "UINTEGER", "row AS id"
            ),
            "entries": _Paged(
                by_id,
                "BIGINT",
                lambda key: heap.collection_size(_known(key)) or 0,
                self._entry_page,
                "STRUCT(key_id UINTEGER, key VARCHAR, value_id UINTEGER, value VARCHAR)",
                "row.key_id, coalesce(row.key, to_string(row.key_id)) AS key, "
                "row.value_id, coalesce(row.value, to_string(row.value_id)) AS value",
            ),
        }

    def _create(
        self,
        connection: Any,  # noqa: ANN401 (DuckDB is an extra)
        name: str,
        work: Callable[..., Any],
        parameters: Sequence[str],
        result: str,
    ) -> None:
        def guarded(*arguments: Any) -> Any:  # noqa: ANN401 (what SQL hands over)
            if None in arguments:
                return None
            try:
                return work(*arguments)
            except SeamewError as error:
                self._failed(error)
                raise

        # DuckDB asks how many arguments there are.
        positional = [
            Parameter(f"argument_{at}", Parameter.POSITIONAL_ONLY) for at in range(len(parameters))
        ]
        guarded.__signature__ = Signature(positional)  # type: ignore[attr-defined]
        connection.create_function(name, guarded, list(parameters), result, null_handling="special")

    def _create_table(self, connection: Any, name: str, paged: _Paged) -> None:  # noqa: ANN401
        def pages(key: Any) -> int:  # noqa: ANN401
            return max(1, ceil(paged.count(key) / _PAGE_ROWS))

        def rows(key: Any, page: int, last: int) -> Sequence[Any]:  # noqa: ANN401
            # The last page has all that is left: the count may be what a collection says of itself.
            limit = _PAGE_ROWS if page < last else _LAST_ID
            return paged.page(key, page * _PAGE_ROWS, limit)

        self._create(connection, f"_{name}_pages", pages, [paged.key_type], "BIGINT")
        types = [paged.key_type, "BIGINT", "BIGINT"]
        self._create(connection, f"_{name}", rows, types, f"{paged.row_type}[]")
        parameter = next(one.parameters for one in FUNCTIONS if one.name == name)
        key = paged.key.format(parameter)
        pages_of = f"SELECT {key} AS _key, _{name}_pages({key}) AS _pages"
        each = f"SELECT _key, _pages, unnest(range(_pages)) AS _page FROM ({pages_of})"
        row = f"SELECT _key, unnest(_{name}(_key, _page, _pages - 1)) AS row FROM ({each})"
        macro = f"CREATE MACRO {name}({parameter}) AS TABLE SELECT {paged.select} FROM ({row})"
        connection.execute(macro)

    def _field(self, index: int, path: str) -> str | None:
        value, target = self._heap.follow(_known(index), path)
        if target is not None:
            text = self._heap.value(target)
            return f"{self._heap.class_name(target)} @{target}" if text is None else text
        if isinstance(value, bool):
            return str(value).lower()
        return None if value is None else str(value)

    def _outbound_page(self, index: int, first: int, slots: int) -> list[dict[str, Any]]:
        page = self._heap.outbound_page(_known(index), first=first, slots=slots)
        return [{"id": one, "field": field} for one, field in page]

    def _dominated(self, index: int, offset: int, limit: int) -> list[int]:
        key = f"dominated {index}"
        found = _kept(self._sets, key, lambda: self._heap.dominated_set(_known(index)))
        return found.page(offset=offset, limit=limit)

    def _path(self, index: int) -> list[dict[str, Any]]:
        steps = self._heap.path(_known(index))
        return [
            {"step": number, "id": step.object_index, "field": step.field}
            for number, step in enumerate(steps)
        ]

    def _retained_count(self, ids: str) -> int:
        single = _single(ids)
        if single is not None:
            return self._heap.retained_count(single)
        return len(self._retained_by(ids))

    def _retained(self, ids: str, offset: int, limit: int) -> list[int]:
        single = _single(ids)
        if single is not None:
            return self._heap.retained_page(single, offset=offset, limit=limit)
        return self._retained_by(ids).page(offset=offset, limit=limit)

    def _retained_by(self, ids: str) -> ObjectSet:
        return _kept(
            self._sets, ids, lambda: self._heap.retained_objects(self._heap.set_of(_many(ids)))
        )

    def _entry_page(self, index: int, offset: int, limit: int) -> list[dict[str, Any]]:
        if offset == 0 and limit == _LAST_ID:
            entries = self._heap.entries(_known(index))
        else:
            entries = _kept(self._entries, index, lambda: self._heap.entries(index))
        return [_entry_row(entry) for entry in entries.page(offset=offset, limit=limit)]


def _known(index: int) -> int:
    """An id as the engine takes it; those that no object can have are refused as it would."""
    if not 0 <= index <= _LAST_ID:
        message = f"there is no object @{index}"
        raise QueryError(message)
    return index


def _single(ids: str) -> int | None:
    return _known(int(ids)) if ids.lstrip("-").isdigit() else None


def _many(ids: str) -> list[int]:
    try:
        return [_known(one) for one in json.loads(ids)]
    except (TypeError, ValueError) as error:
        message = "retained_set takes the id of an object, or a list of ids"
        raise QueryError(message, hint="write retained_set([7, 9])") from error


def _kept(known: OrderedDict[Any, Kept], key: Any, make: Callable[[], Kept]) -> Kept:  # noqa: ANN401
    """What was made for a key, if that was lately, else made anew."""
    made = known.pop(key) if key in known else make()
    known[key] = made
    while len(known) > _KEPT:
        known.popitem(last=False)
    return made


def _entry_row(entry: Entry) -> dict[str, Any]:
    def text(value: object) -> str | None:
        if value is None:
            return None
        return str(value).lower() if isinstance(value, bool) else str(value)

    return {
        "key_id": entry.key_id,
        "key": text(entry.key),
        "value_id": entry.value_id,
        "value": text(entry.value),
    }
