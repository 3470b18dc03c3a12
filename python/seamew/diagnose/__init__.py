"""What leaks, who holds it, and how sure that is: all rules asked, their answers put together."""

from .diagnosis import biggest_consumers, diagnose_heap
from .field_weight import retained_by_field

__all__ = ["biggest_consumers", "diagnose_heap", "retained_by_field"]
