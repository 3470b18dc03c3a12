"""The functions of SQL: small questions about one object, and tables of what is around it.

A table function is a macro over a scalar one that gives a page of rows as a list, called once for
each page: so what it gives streams, and it can be used in lateral joins.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from seamew.errors import QueryError, SeamewError
from seamew.heap import Heap, ObjectSet
from seamew.model import ObjectRow

from .catalog import FUNCTIONS, CatalogFunction

__all__ = ["Functions"]

_PAGE_ROWS = 32_768
_KEPT_SETS = 4

_Page = list[Any]


class Functions:
    """The functions over one heap, for one connection.

    `failed` is told what went wrong in a function before DuckDB makes a text of it.
    """

    def __init__(self, heap: Heap, failed: Callable[[SeamewError], None]) -> None:
        self._heap = heap
        self._failed = failed
        self._sets: OrderedDict[str, ObjectSet] = OrderedDict()

    def register(self, connection: Any) -> None:  # noqa: ANN401 (DuckDB is an extra)
        """Make them known to a connection."""
        scalars: dict[str, Callable[..., Any]] = {
            "to_string": self._heap.value,
            "class_of": self._heap.class_name,
            "retained": lambda index: self._heap.sizes(index)[1],
            "field": self._field,
            "field_id": lambda index, path: self._heap.follow(index, path)[1],
        }
        for function in FUNCTIONS:
            if function.result is not None:
                parameters = ["BIGINT", *["VARCHAR"] * function.parameters.count(",")]
                result = {"text": "VARCHAR", "integer": "BIGINT", "id": "UINTEGER"}
                work = self._guarded(scalars[function.name])
                connection.create_function(
                    function.name, work, parameters, result[function.result]
                )
        pages: dict[str, tuple[Callable[[Any], int], Callable[[Any, int], _Page]]] = {
            "outbounds": (self._outbound_count, lambda one, page: self._references(one, page, False)),
            "inbounds": (self._inbound_count, lambda one, page: self._references(one, page, True)),
        }
        for function in FUNCTIONS:
            if function.columns:
                self._register_table(connection, function, *pages[function.name])
