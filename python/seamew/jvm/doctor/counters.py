"""The JVM's counters, from which it is watched without being asked."""

from __future__ import annotations

from seamew.jvm.discover import HOTSPOT

from .finding import OK, WARN, Finding
from .subject import Subject

__all__ = ["check"]


def check(subject: Subject) -> Finding | None:
    """By the file that it maps."""
    if subject.opened is None or subject.opened.status.vm != HOTSPOT:
        return None
    status = subject.opened.status
    if status.heap is not None:
        return Finding("counters", OK, "can be read: heap and collections without asking")
    reason = "; ".join(status.notes) or "has no counters"
    return Finding(
        "counters",
        WARN,
        f"{reason}: no figures of the heap without asking the JVM",
        f"seamew status {subject.pid} --ask, or start it with -XX:+UsePerfData",
    )
