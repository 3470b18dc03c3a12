"""What a JVM says about its version, its collector and its heap, for an estimate of its dump."""

from __future__ import annotations

import re

from seamew.errors import (
    AccessRefusedError,
    JvmCommandError,
    JvmNotAnsweringError,
    JvmNotFoundError,
)
from seamew.jvm import heap_info
from seamew.jvm.attaching import AttachClient
from seamew.jvm.collectors import CMS, EPSILON, G1, PARALLEL, SERIAL, SHENANDOAH, Z
from seamew.jvm.discover import JvmProcess
from seamew.jvm.identity import open_counters

from .estimate import HeapState

__all__ = ["collector_named", "parse_version", "read_heap_state"]

_VERSION = re.compile(r"^JDK (?P<version>(?P<major>\d+)\S*)", re.MULTILINE)
_COLLECTORS = {
    "garbage-first heap": G1,
    "PSYoungGen": PARALLEL,
    "def new generation": SERIAL,
    "DefNew": SERIAL,
    "par new generation": CMS,
    "ZHeap": Z,
    "Shenandoah": SHENANDOAH,
    "Epsilon": EPSILON,
}
_LOADED = ("java.cls.loadedClasses", "java.cls.sharedLoadedClasses")
_SPACES = tuple(
    f"sun.gc.generation.{generation}.space.{space}.used"
    for generation in range(2)
    for space in range(3)
)


def read_heap_state(client: AttachClient, *, timeout_seconds: float) -> HeapState:
    """Ask the JVM; harmless, some milliseconds. One without GC.heap_info has counters.

    Raises JvmCommandError where nothing tells how much of the heap is used.
    """
    version, major = parse_version(client.jcmd("VM.version", timeout_seconds=timeout_seconds))
    counted, classes = _counters(client.jvm)
    try:
        text = client.jcmd(heap_info.COMMAND, timeout_seconds=timeout_seconds)
        heap = heap_info.parse_heap_info(text)
    except JvmCommandError:
        if counted is None:
            raise
        return HeapState(version, major, None, counted, classes)
    collector = collector_named(heap.generations[0].name)
    return HeapState(version, major, collector, heap.used_bytes, classes)


def parse_version(text: str) -> tuple[str, int]:
    """Version and its first number from an answer to VM.version; ("unknown", 0) if it has none."""
    found = _VERSION.search(text)
    return (found["version"], int(found["major"])) if found else ("unknown", 0)


def collector_named(generation: str) -> str | None:
    """The collector that calls its first generation so in GC.heap_info; None: not known here."""
    return _COLLECTORS.get(generation)


def _counters(jvm: JvmProcess) -> tuple[int | None, int | None]:
    """Bytes used and classes loaded, as the counters have them; None: they do not tell."""
    try:
        counters = open_counters(jvm)
    except (AccessRefusedError, JvmNotAnsweringError, JvmNotFoundError):
        return None, None
    if counters is None:
        return None, None
    with counters:
        used = [counters.number(name) for name in _SPACES]
        loaded = [counters.number(name) or 0 for name in _LOADED]
    known = [one for one in used if one is not None]
    return sum(known) if known else None, sum(loaded) or None
