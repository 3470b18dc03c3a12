"""Opened heaps and how to open them."""

from .asking import ObjectName
from .columns import Column
from .differences import histogram_difference
from .heap import Heap
from .object_set import ObjectSet, What
from .opening import first_pass, list_dumps, memory_plan, open_heap
from .references import WEAK_REFERENCES
from .tree import JDK_CLASSES

__all__ = [
    "JDK_CLASSES",
    "WEAK_REFERENCES",
    "Column",
    "Heap",
    "ObjectName",
    "ObjectSet",
    "What",
    "first_pass",
    "histogram_difference",
    "list_dumps",
    "memory_plan",
    "open_heap",
]
