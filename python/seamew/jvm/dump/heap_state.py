"""What a JVM says about its version, its collector and its heap, for an estimate of its dump."""

from __future__ import annotations

import re

from seamew.errors import (
    AccessRefusedError,
    JvmCommandError,
    JvmNotAnsweringError,
    JvmNotFoundError,
)
from seamew.jvm.attach import AttachClient
from seamew.jvm.collectors import CMS, EPSILON, G1, PARALLEL, SERIAL, SHENANDOAH, Z
from seamew.jvm.discover import JvmProcess
from seamew.jvm.perfdata import PerfData

from .estimate import HeapState

__all__ = ["parse_heap_info", "parse_version", "read_heap_state"]

_VERSION = re.compile(r"^JDK (?P<version>(?P<major>\d+)\S*)", re.MULTILINE)
_NOT_THE_HEAP = re.compile(r"\s*(?:Metaspace|class space)\b")
_USED = re.compile(
    r"\bused (?P<after>\d+)(?P<unit>[KMG])\b|\b(?P<before>\d+)(?P<unit_before>[KMG]) used\b"
)
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_COLLECTORS = (
    ("garbage-first heap", G1),
    ("PSYoungGen", PARALLEL),
    ("def new generation", SERIAL),
    ("DefNew", SERIAL),
    ("ZHeap", Z),
    ("Shenandoah Heap", SHENANDOAH),
    ("Epsilon Heap", EPSILON),
    ("concurrent mark-sweep", CMS),
)
_SPACES = tuple(
    f"sun.gc.generation.{generation}.space.{space}.used"
    for generation in range(2)
    for space in range(3)
)


def read_heap_state(client: AttachClient, *, timeout_seconds: float) -> HeapState:
    """Ask the JVM; harmless, some milliseconds.

    Before JDK 9, which has no GC.heap_info, and with Epsilon the counters tell how much is used.
    Raises JvmCommandError where nothing does.
    """
    version = parse_version(client.jcmd("VM.version", timeout_seconds=timeout_seconds))
    try:
        info = client.jcmd("GC.heap_info", timeout_seconds=timeout_seconds)
    except JvmCommandError:
        info = ""
    collector, used = parse_heap_info(info)
    counted, classes = _counters(client.jvm)
    if used is None:
        used = counted
    if used is None:
        raise JvmCommandError(f"JVM {client.jvm.pid} does not tell how much of its heap is used")
    return HeapState(version[0], version[1], collector, used, classes)


def parse_version(text: str) -> tuple[str, int]:
    """Version and its first number from an answer to VM.version; ("unknown", 0) if it has none."""
    found = _VERSION.search(text)
    return (found["version"], int(found["major"])) if found else ("unknown", 0)


def parse_heap_info(text: str) -> tuple[str | None, int | None]:
    """Collector and bytes used, from an answer to GC.heap_info; None: it does not tell."""
    collector = next((name for words, name in _COLLECTORS if words in text), None)
    used = None
    for line in text.splitlines():
        found = None if _NOT_THE_HEAP.match(line) else _USED.search(line)
        if found is not None:
            number = found["after"] or found["before"]
            unit = found["unit"] or found["unit_before"]
            used = (used or 0) + int(number) * _UNITS[unit]
    return collector, used


def _counters(jvm: JvmProcess) -> tuple[int | None, int | None]:
    """Bytes used and classes loaded, as the counters have them."""
    path = jvm.perfdata_path
    if path is None:
        return None, None
    try:
        with PerfData(path) as counters:
            used = [counters.number(name) for name in _SPACES]
            loaded = counters.number("java.cls.loadedClasses")
            shared = counters.number("java.cls.sharedLoadedClasses")
    except (AccessRefusedError, JvmNotAnsweringError, JvmNotFoundError):
        return None, None
    known = [one for one in used if one is not None]
    return sum(known) if known else None, None if loaded is None else loaded + (shared or 0)
