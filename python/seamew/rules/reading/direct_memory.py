"""Memory outside the heap that buffers in the heap own: java.nio.DirectByteBuffer.

Fields by java.base/java/nio/Direct-X-Buffer.java.template, the same from JDK 8 to 25: `cleaner` is
set in buffers that own their memory, `att` in views of others, `fd` in mapped files.
"""

from __future__ import annotations

from seamew.heap import ObjectSet
from seamew.rules.examination import Examination

from .fields import class_object, number
from .matching import matching

__all__ = ["allocated_buffers", "capacity_bytes", "direct_limit", "mapped_buffers"]

_BUFFER = "java.nio.DirectByteBuffer"


def allocated_buffers(heap: Examination) -> ObjectSet:
    """The direct buffers that own memory of the JVM's; no views, no files. Reads each buffer."""
    return matching(heap, heap.all_of(_BUFFER), "cleaner!=null", "att=null", "fd=null")


def mapped_buffers(heap: Examination) -> ObjectSet:
    """The buffers that keep a file mapped; no views of them."""
    return matching(heap, heap.all_of(_BUFFER), "fd!=null", "att=null")


def capacity_bytes(heap: Examination, buffers: ObjectSet) -> int:
    """What the buffers own together. Reads each."""
    if not len(buffers):
        return 0
    sizes = heap.heap.group_by(buffers, "capacity", limit=None)
    return sum(int(row.value) * row.objects for row in sizes.rows if row.value is not None)


def direct_limit(heap: Examination) -> int | None:
    """-XX:MaxDirectMemorySize, or the heap's maximum that stands for it; None: not known."""
    bits = class_object(heap, "java.nio.Bits")
    limit = number(heap, bits, "MAX_MEMORY", "maxMemory")
    return limit if limit else None
