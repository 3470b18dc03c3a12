"""Opened heaps and how to open them."""

from .asking import ObjectName
from .collections import (
    CollectionFilter,
    CollectionShape,
    CollectionSurvey,
    SurveyedCollections,
    read_collection_shapes,
)
from .columns import Column
from .differences import histogram_difference
from .exclusions import EXCLUSIONS, WEAK_REFERENCES, named_references
from .heap import Heap
from .members import Entries, Entry
from .object_set import ObjectSet, What
from .opening import first_pass, list_dumps, memory_plan, open_heap
from .sets import is_object_name
from .tables import HeapTable, RowFilter
from .tree import JDK_CLASSES
from .views import ObjectView

__all__ = [
    "EXCLUSIONS",
    "JDK_CLASSES",
    "WEAK_REFERENCES",
    "CollectionFilter",
    "CollectionShape",
    "CollectionSurvey",
    "Column",
    "Entries",
    "Entry",
    "Heap",
    "HeapTable",
    "ObjectName",
    "ObjectSet",
    "ObjectView",
    "RowFilter",
    "SurveyedCollections",
    "What",
    "first_pass",
    "histogram_difference",
    "is_object_name",
    "list_dumps",
    "memory_plan",
    "named_references",
    "open_heap",
    "read_collection_shapes",
]
