"""Opened heaps and how to open them."""

from .columns import Column
from .heap import WEAK_REFERENCES, Heap, ObjectName
from .opening import first_pass, list_dumps, memory_plan, open_heap

__all__ = [
    "WEAK_REFERENCES",
    "Column",
    "Heap",
    "ObjectName",
    "first_pass",
    "list_dumps",
    "memory_plan",
    "open_heap",
]
