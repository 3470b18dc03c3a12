"""What leaks, who holds it, and how sure that is."""

from .diagnosis import biggest_consumers, diagnose_heap
from .explanation import object_name
from .owners import is_application_class
from .suspects import SuspectSettings

__all__ = [
    "SuspectSettings",
    "biggest_consumers",
    "diagnose_heap",
    "is_application_class",
    "object_name",
]
