"""An opened heap: typed questions to the native engine, a module for each topic."""

from __future__ import annotations

from .bundles import BundleQuestions
from .collections import CollectionQuestions
from .finalizers import FinalizerQuestions
from .loaders import LoaderQuestions
from .locks import LockQuestions
from .members import MemberQuestions
from .objects import ObjectQuestions
from .oql import OqlQuestions
from .overview import OverviewQuestions
from .paths import PathQuestions
from .properties import PropertyQuestions
from .reference_statistics import ReferenceStatisticsQuestions
from .references import ReferenceQuestions
from .single import SingleQuestions
from .sql import SqlQuestions
from .tables import TableQuestions
from .threads import ThreadQuestions
from .tree import TreeQuestions
from .values import ValueQuestions
from .views import ViewQuestions

__all__ = ["Heap"]


class Heap(
    BundleQuestions,
    FinalizerQuestions,
    LockQuestions,
    MemberQuestions,
    PropertyQuestions,
    OqlQuestions,
    ReferenceStatisticsQuestions,
    ObjectQuestions,
    TreeQuestions,
    ReferenceQuestions,
    ValueQuestions,
    PathQuestions,
    CollectionQuestions,
    LoaderQuestions,
    OverviewQuestions,
    SingleQuestions,
    SqlQuestions,
    TableQuestions,
    ThreadQuestions,
    ViewQuestions,
):
    """An opened heap dump. Use it in a `with` block, or call `close`.

    Objects are named by their index (an int, in address order), by `0xADDRESS`, `@id` or
    `Class#n`. All sizes are bytes. Methods raise ObjectNotFoundError for unknown objects and
    ClosedHeapError after `close`. Rows come in pages of `limit` from `offset`.
    """
