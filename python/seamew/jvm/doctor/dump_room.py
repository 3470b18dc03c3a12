"""Whether a heap dump would fit where it would go, by an estimate."""

from __future__ import annotations

import os
from pathlib import Path

from seamew.jvm.discover import HOTSPOT
from seamew.jvm.dump.estimate import RAW, DumpEstimate, HeapState, estimate_dump
from seamew.jvm.status_values import JvmStatus
from seamew.units import format_bytes

from .finding import OK, WARN, Finding
from .subject import Subject

__all__ = ["check"]


def check(subject: Subject) -> Finding | None:
    """In this working directory, where `seamew dump` puts it unless told otherwise."""
    if subject.opened is None or subject.opened.status.vm != HOTSPOT:
        return None
    estimate = _estimate(subject.opened.status)
    if estimate is None:
        return None
    try:
        folder = Path.cwd()
        state = os.statvfs(str(folder))
    except OSError as error:
        return Finding("room for a dump", WARN, f"this working directory: {error.strerror}")
    free = state.f_bavail * state.f_frsize
    sizes = (
        f"a heap dump takes {format_bytes(estimate.expected_bytes)}, at most"
        f" {format_bytes(estimate.most_bytes)}; {folder} has {format_bytes(free)} free"
    )
    if free >= estimate.most_bytes:
        return Finding("room for a dump", OK, sizes)
    return Finding(
        "room for a dump",
        WARN,
        sizes,
        f"seamew dump {subject.pid} --output FOLDER names another, --stream needs the least room",
    )


def _estimate(status: JvmStatus) -> DumpEstimate | None:
    """By the counters; what is used now, else the most there can be."""
    if status.heap is None:
        return None
    used = status.heap.used_bytes
    if used is None:
        used = status.heap.committed_bytes
    if used is None:
        return None
    classes = status.classes.loaded if status.classes else None
    heap = HeapState(status.version or "", 0, status.collector, used, classes)
    return estimate_dump(heap, live=False, method=RAW, cores=1)
