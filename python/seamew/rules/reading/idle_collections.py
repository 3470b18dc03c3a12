"""Collections that hold nothing or little, asked once for all who ask."""

from __future__ import annotations

from seamew.heap import CollectionFilter, CollectionSurvey, SurveyedCollections
from seamew.model import CollectionClassRow
from seamew.rules.examination import Examination
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .waste import SPARSE_FILL

__all__ = ["class_said", "empty_collections", "sparse_collections"]

_LOOKED_AT = 400


def empty_collections(heap: Examination) -> SurveyedCollections:
    """Collections without entries, those first that retain most."""
    return heap.once("idle_collections", _survey)[0]


def sparse_collections(heap: Examination) -> SurveyedCollections:
    """Collections that fill at most a fifth of their places, those first that waste most."""
    return heap.once("idle_collections", _survey)[1]


def _survey(heap: Examination) -> list[SurveyedCollections]:
    """Both, from one walk over the dump."""
    empty = CollectionFilter(most_size=0)
    sparse = CollectionFilter(least_size=1, most_fill=SPARSE_FILL)
    return heap.heap.collection_surveys(
        [
            CollectionSurvey(empty, "retained", _LOOKED_AT),
            CollectionSurvey(sparse, "wasted", _LOOKED_AT),
        ]
    )


def class_said(row: CollectionClassRow, wasted_bytes: int) -> Text:
    """How many of a class there are, and what they waste."""
    return Text(
        "{count} x {name}: {size}",
        "{count} 个 {name}：{size}",
        count=format_count(row.collections),
        name=row.class_name,
        size=format_bytes(wasted_bytes),
    )
