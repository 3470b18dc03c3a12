"""A heap dump, last of all: it takes the longest, and the JVM stands still for it."""

from __future__ import annotations

from seamew.jvm.capture.step import Evidence, Step
from seamew.jvm.dump import DumpOrder, DumpWish, dump_heap, preflight

__all__ = ["HEAP_DUMP", "STEP"]

HEAP_DUMP = "heap-dump"
_NAME = "heap.hprof"
_FOLDER = "heap"


def run(evidence: Evidence) -> None:
    """All objects, dead ones too; checked, and compressed beside the JVM."""
    client = evidence.client()
    folder = evidence.folder(_FOLDER)
    wish = DumpWish(folder / _NAME)
    found = preflight(client, wish, timeout_seconds=evidence.timeout_seconds)
    found.require_room()
    is_whole = False
    try:
        dump_heap(DumpOrder(client, wish, found, evidence.watcher))
        is_whole = True
    finally:
        for path in sorted(folder.glob(_NAME + "*")):
            evidence.adopt(f"{_FOLDER}/{path.name}", is_whole=is_whole)


STEP = Step(
    HEAP_DUMP,
    "a heap dump of all objects, dead ones included",
    "stops all threads while it is written: 2-10 s a GB; as much disk as the heap is used",
    run,
    on_request=True,
)
