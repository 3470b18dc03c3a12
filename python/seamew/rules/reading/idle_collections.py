"""Collections by class with the room in them that nothing is in, asked once."""

from __future__ import annotations

from seamew.model import CollectionClassRow
from seamew.rules.examination import Examination
from seamew.units import format_bytes, format_count
from seamew.wording import Text

__all__ = ["class_said", "collection_classes"]


def collection_classes(heap: Examination) -> tuple[CollectionClassRow, ...]:
    """All collections by class. One walk over the dump, for all who ask."""
    return heap.once("collection_classes", lambda one: one.heap.collections().rows)


def class_said(row: CollectionClassRow, wasted_bytes: int) -> Text:
    """How many of a class there are, and what they waste."""
    return Text(
        "{count} x {name}: {size}",
        "{count} 个 {name}：{size}",
        count=format_count(row.collections),
        name=row.class_name,
        size=format_bytes(wasted_bytes),
    )
