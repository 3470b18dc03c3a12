"""DuckDB's types and values as the plain ones of a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from .result import Value, ValueType

__all__ = ["plain_columns", "value_type"]

_WORDS: dict[str, ValueType] = {
    "boolean": "boolean",
    "float": "float",
    "double": "float",
    "decimal": "float",
    "varchar": "text",
    "enum": "text",
    "list": "list",
    "array": "list",
    "struct": "any",
    "map": "any",
    "union": "any",
    "variant": "any",
}
_INTEGERS = frozenset(
    f"{sign}{size}int" for sign in ("", "u") for size in ("tiny", "small", "big", "huge")
) | {"integer", "uinteger", "bignum"}
_AS_THEY_ARE = frozenset({"boolean", "float", "double", "varchar", "enum"}) | _INTEGERS


def value_type(type_id: str) -> ValueType:
    """What the values of one of DuckDB's types are; dates and the like become texts."""
    return "integer" if type_id in _INTEGERS else _WORDS.get(type_id, "text")


def plain_columns(
    rows: Sequence[tuple[Any, ...]], type_ids: Sequence[str]
) -> list[Sequence[Value]]:
    """Rows as columns of plain values."""
    columns = zip(*rows, strict=True)
    return [
        column if type_id in _AS_THEY_ARE else [_plain(value) for value in column]
        for column, type_id in zip(columns, type_ids, strict=True)
    ]


def _plain(value: Any) -> Value:  # noqa: ANN401 (anything that DuckDB makes)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    kinds: tuple[tuple[type | tuple[type, ...], Callable[[Any], Value]], ...] = (
        (Decimal, float),
        (bytes, bytes.hex),
        (dict, lambda one: {str(key): _plain(item) for key, item in one.items()}),
        ((list, tuple), lambda one: [_plain(item) for item in one]),
    )
    return next((make(value) for kind, make in kinds if isinstance(value, kind)), str(value))
