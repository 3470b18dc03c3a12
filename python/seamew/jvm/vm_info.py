"""What a JVM has counted of its errors, by the answer to `VM.info` (JDK 9 and later).

It costs the JVM some 15 ms and counts also what the program caught. Out-of-memory errors of direct
buffers and of native threads are not among them.
Source: Exceptions::print_exception_counts_on_error, src/hotspot/share/utilities/exceptions.cpp.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["COMMAND", "ErrorCounts", "parse_error_counts"]

COMMAND = "VM.info"

_MARK = "S U M M A R Y"
_END = "END."
_TITLE = "Exception counts:"
_COUNT = re.compile(r"(?:OutOfMemoryError )?(\w+)=(\d+)")


@dataclass(frozen=True)
class ErrorCounts:
    """How often the JVM has thrown such an error since it started."""

    java_heap_errors: int = 0
    metaspace_errors: int = 0
    class_metaspace_errors: int = 0
    stack_overflow_errors: int = 0
    linkage_errors: int = 0

    @property
    def out_of_memory_errors(self) -> int:
        """OutOfMemoryErrors of the heap and of metaspace."""
        return self.java_heap_errors + self.metaspace_errors + self.class_metaspace_errors


def parse_error_counts(text: str) -> ErrorCounts | None:
    """The counts of an answer to VM.info; None where the text is no such answer, or cut off.

    The JVM leaves the section out while there are none.
    """
    if _MARK not in text or _END not in text:
        return None
    _, _, section = text.partition(_TITLE)
    lines = section.lstrip("\n").split("\n\n", 1)[0].splitlines()
    found = {name: int(count) for name, count in _COUNT.findall("\n".join(lines))}
    return ErrorCounts(
        java_heap_errors=found.get("java_heap_errors", 0),
        metaspace_errors=found.get("metaspace_errors", 0),
        class_metaspace_errors=found.get("class_metaspace_errors", 0),
        stack_overflow_errors=found.get("StackOverflowErrors", 0),
        linkage_errors=found.get("LinkageErrors", 0),
    )
