"""The columns that tables share, so that one thing has one name everywhere."""

from __future__ import annotations

from typing import Any

from seamew.holding import object_name
from seamew.model import ObjectRow

from .tables import Column, Kind
from .text import printable

__all__ = [
    "ADDRESS",
    "CLASS",
    "OBJECTS",
    "OBJECT_NAME",
    "RETAINED",
    "SHALLOW",
    "VALUE",
    "described",
    "share_columns",
    "share_columns_of",
]

_SHOWN_VALUE = 60


def described(row: ObjectRow) -> str:
    """An object with its readable value, if that is not in its name already."""
    name = object_name(row)
    if row.value is None or row.kind in {"class", "thread"}:
        return name
    text = printable(row.value)
    shown = text if len(text) <= _SHOWN_VALUE else text[:_SHOWN_VALUE] + "…"
    return f'{name} "{shown}"'


ADDRESS = Column("address", "address", Kind.ADDRESS)
CLASS = Column("class", "class", Kind.NAME, lambda row: row.class_name)
OBJECTS = Column("objects", "objects", Kind.COUNT)
OBJECT_NAME = Column("object", "object", Kind.NAME, described)
RETAINED = Column("retained_bytes", "retained", Kind.BYTES)
SHALLOW = Column("shallow_bytes", "shallow", Kind.BYTES)
VALUE = Column("value", "value", Kind.NAME)


def share_columns(heap_bytes: int) -> tuple[Column, Column]:
    """The share of the heap that a row retains, as a number and as a bar."""
    return share_columns_of(heap_bytes, "retained_bytes")


def share_columns_of(whole: int, attribute: str) -> tuple[Column, Column]:
    """The share that a size of a row has in a whole, as a number and as a bar."""

    def share(row: Any) -> float:  # noqa: ANN401 (any row with such a size)
        return (getattr(row, attribute) or 0) / whole if whole else 0.0

    return Column("share", "%", Kind.SHARE, share), Column("bar", "", Kind.BAR, share)
