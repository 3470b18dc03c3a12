"""Whether the JVM dumps by itself when it is out of memory, which is the only dump of the crash."""

from __future__ import annotations

from seamew.jvm.discover import HOTSPOT

from .finding import FAIL, OK, WARN, Finding
from .subject import Subject

__all__ = ["check"]


def check(subject: Subject) -> Finding | None:
    """By its options, unless somebody has set them since, and by the place that they name."""
    if subject.opened is None or subject.opened.status.vm != HOTSPOT:
        return None
    dump = subject.opened.status.oom_dump
    if not dump.is_on:
        return Finding(
            "dump on OOM",
            WARN,
            "is off, by the options it was started with: an OutOfMemoryError leaves no evidence",
            f"seamew flags {subject.pid} --set HeapDumpOnOutOfMemoryError=true"
            " --set HeapDumpPath=FOLDER",
        )
    if dump.obstacle is not None:
        return Finding(
            "dump on OOM",
            FAIL,
            f"would fail: {dump.path}: {dump.obstacle}",
            f"seamew flags {subject.pid} --set HeapDumpPath=FOLDER",
        )
    return Finding("dump on OOM", OK, f"goes to {dump.path}")
