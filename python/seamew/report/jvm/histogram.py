"""Answers about a JVM's class histogram: what fills its heap, and what grows in it."""

from __future__ import annotations

from seamew.jvm.histogram import FILLER_CLASSES, ClassCount, ClassGrowth, Histogram, by_package
from seamew.jvm.histogram import growth as class_growth
from seamew.report.answer import Answer, Block
from seamew.report.tables import Column, Kind, Table
from seamew.units import format_bytes, format_counted, format_duration

__all__ = ["BY", "GROWTH_SORTS", "SORTS", "growth_answer", "histogram_answer"]

BY = ("class", "package")
SORTS = ("shallow", "objects", "name")
GROWTH_SORTS = SORTS

_OBJECTS = Column("objects", "objects", Kind.COUNT)
_SHALLOW = Column("shallow_bytes", "shallow", Kind.BYTES)
_MORE_OBJECTS = Column("objects_grown", "more objects", Kind.DIFFERENCE)
_MORE_SHALLOW = Column("shallow_bytes_grown", "more shallow", Kind.BYTES_DIFFERENCE)
