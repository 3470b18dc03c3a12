"""References whose referents are gone, and that wait in their queue."""

from __future__ import annotations

from seamew.heap import ObjectSet
from seamew.rules.examination import Examination

from .fields import class_object, target
from .matching import matching

__all__ = ["enqueued"]


def enqueued(heap: Examination, references: ObjectSet) -> ObjectSet:
    """Those of the references that are in a queue, which no one has taken them out of.

    Such a reference names a placeholder as its queue (java.base/java/lang/ref/ReferenceQueue.java,
    ENQUEUED). Reads each reference.
    """
    placeholder = target(heap, class_object(heap, "java.lang.ref.ReferenceQueue"), "ENQUEUED")
    if placeholder is None or not len(references):
        return heap.heap.no_objects()
    return matching(heap, references, f"queue=@{placeholder}")
