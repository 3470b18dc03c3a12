"""Who holds what: owners of memory in application code, and what gathers in collections."""

from .entries import (
    captured_classes,
    chain_element_class,
    element_class,
    entry_count,
    stable_class_name,
)
from .naming import object_name
from .owners import Holding, class_of, find_holding, held_fields, is_application_class

__all__ = [
    "Holding",
    "captured_classes",
    "chain_element_class",
    "class_of",
    "element_class",
    "entry_count",
    "find_holding",
    "held_fields",
    "is_application_class",
    "object_name",
    "stable_class_name",
]
