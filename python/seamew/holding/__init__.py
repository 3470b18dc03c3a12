"""Who holds what: owners of memory in application code, and what gathers in collections."""

from .containers import TEXT_BUFFERS, Held, container_of, held_in, is_closure
from .entries import (
    captured_classes,
    chain_element_class,
    element_class,
    entry_count,
    stable_class_name,
)
from .gatherings import Gathering, find_gatherings
from .holders import HoldingField, fields_that_hold, holding_fields
from .naming import object_name
from .owners import (
    OTHERS_CLASSES,
    Holding,
    class_of,
    find_holding,
    frame_of_thread,
    held_fields,
    is_application_class,
    is_framework_class,
)
from .secrets import is_called_secret

__all__ = [
    "OTHERS_CLASSES",
    "TEXT_BUFFERS",
    "Gathering",
    "Held",
    "Holding",
    "HoldingField",
    "captured_classes",
    "chain_element_class",
    "class_of",
    "container_of",
    "element_class",
    "entry_count",
    "fields_that_hold",
    "find_gatherings",
    "find_holding",
    "frame_of_thread",
    "held_fields",
    "held_in",
    "holding_fields",
    "is_application_class",
    "is_called_secret",
    "is_closure",
    "is_framework_class",
    "object_name",
    "stable_class_name",
]
