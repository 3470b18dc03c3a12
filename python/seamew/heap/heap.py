"""An opened heap: typed questions to the native engine, a module for each topic."""

from __future__ import annotations

from .collections import CollectionQuestions
from .objects import ObjectQuestions
from .overview import OverviewQuestions
from .references import ReferenceQuestions
from .sets import SetQuestions
from .threads import ThreadQuestions
from .tree import TreeQuestions

__all__ = ["Heap"]


class Heap(
    OverviewQuestions,
    ObjectQuestions,
    TreeQuestions,
    ReferenceQuestions,
    CollectionQuestions,
    SetQuestions,
    ThreadQuestions,
):
    """An opened heap dump. Use it in a `with` block, or call `close`.

    Objects are named by their index (an int, in address order), by `0xADDRESS`, `@id` or
    `Class#n`. All sizes are bytes. Methods raise ObjectNotFoundError for unknown objects and
    ClosedHeapError after `close`. Rows come in pages of `limit` from `offset`.
    """
