"""Opened heaps and how to open them."""

from .asking import ObjectName
from .collections import CollectionFilter, CollectionShape, read_collection_shapes
from .columns import Column
from .heap import Heap
from .object_set import ObjectSet, What
from .opening import first_pass, list_dumps, memory_plan, open_heap
from .references import WEAK_REFERENCES

__all__ = [
    "WEAK_REFERENCES",
    "CollectionFilter",
    "CollectionShape",
    "Column",
    "Heap",
    "ObjectName",
    "ObjectSet",
    "What",
    "first_pass",
    "list_dumps",
    "memory_plan",
    "open_heap",
    "read_collection_shapes",
]
