"""The histogram and the biggest arrays after the first pass, before the rest is done."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import FirstPass
from seamew.report import Column, Kind, Table
from seamew.report.columns import ADDRESS, CLASS, OBJECTS, SHALLOW
from seamew.report.tables import table_lines
from seamew.units import format_bytes, format_count

__all__ = ["early_lines"]

_CLASSES = 10
_ARRAYS = 5
_LABEL = Column("label", "class", Kind.NAME)
_LENGTH = Column("length", "length", Kind.COUNT)


def early_lines(found: FirstPass, width: int | None) -> Iterator[str]:
    """The first results for people."""
    yield (
        f"first pass: {format_bytes(found.heap_bytes)} in {format_count(found.object_count)}"
        " objects, dead ones included"
    )
    classes = sorted(found.histogram, key=lambda row: -row.shallow_bytes)[:_CLASSES]
    yield from table_lines(Table((_LABEL, OBJECTS, SHALLOW), classes), width)
    if found.arrays:
        yield "biggest arrays"
        arrays = found.arrays[:_ARRAYS]
        yield from table_lines(Table((ADDRESS, CLASS, _LENGTH, SHALLOW), arrays), width)
