"""The thread that ran out of memory, and heaps that are full of garbage."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from seamew.model import Severity
from seamew.rules import garbage, oom_thread
from seamew.testing import HeapBuilder

ERROR = "java.lang.OutOfMemoryError"


def heap_with_stack(*frames: tuple[str, str]) -> HeapBuilder:
    heap = HeapBuilder()
    for name in (ERROR, "java.util.ArrayList", "com.acme.Import"):
        heap.klass(name)
    heap.thread("importer", frames)
    return heap


def test_the_thread_that_got_the_error(tmp_path: Path) -> None:
    frames = [(ERROR, "<init>"), ("java.util.ArrayList", "grow"), ("com.acme.Import", "run")]

    (found,) = findings(oom_thread.RULE, heap_with_stack(*frames), tmp_path)

    assert found.severity is Severity.INFO
    assert "the thread importer ran out of memory in com.acme.Import.run" in str(found.title)


def test_other_threads_did_not(tmp_path: Path) -> None:
    heap = heap_with_stack(("java.util.ArrayList", "grow"), ("com.acme.Import", "run"))

    assert findings(oom_thread.RULE, heap, tmp_path) == []


@pytest.mark.parametrize(("megabytes", "count"), [(70, 1), (30, 0)])
def test_garbage(tmp_path: Path, megabytes: int, count: int) -> None:
    heap = HeapBuilder()
    for _ in range(megabytes):
        heap.data(1 << 20)

    assert len(findings(garbage.RULE, heap, tmp_path)) == count


def test_garbage_beside_as_much_that_lives(tmp_path: Path) -> None:
    heap = HeapBuilder()
    heap.data(70 << 20)
    heap.root(heap.data(120 << 20))

    assert findings(garbage.RULE, heap, tmp_path) == []
