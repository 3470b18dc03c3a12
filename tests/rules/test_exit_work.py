"""Files to be deleted at the exit, and shutdown hooks."""

from __future__ import annotations

from pathlib import Path

from rules.asking import findings
from rules.heaps import hash_map
from seamew.model import Severity
from seamew.rules import delete_on_exit, shutdown_hooks
from seamew.testing import HeapBuilder


def heap_with_files(count: int) -> HeapBuilder:
    heap = HeapBuilder()
    names = [heap.string(f"/data/upload-{number}") for number in range(count)]
    files = hash_map(heap, [(name, name) for name in names])
    heap.klass("java.io.DeleteOnExitHook", statics={"files": files})
    return heap


def heap_with_hooks(count: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("com.acme.CloseHook", superclass="java.lang.Thread", fields={"recording": "object"})
    made = [heap.instance("com.acme.CloseHook", recording=heap.data(50_000)) for _ in range(count)]
    hooks = hash_map(heap, [(one, one) for one in made])
    heap.klass("java.lang.ApplicationShutdownHooks", statics={"hooks": hooks})
    return heap


def test_files_to_be_deleted(tmp_path: Path) -> None:
    (found,) = findings(delete_on_exit.RULE, heap_with_files(12_000), tmp_path)

    assert found.owner == "java.io.DeleteOnExitHook#files"
    assert (found.element_class, found.instances) == ("java.lang.String", 12_000)
    assert found.severity in {Severity.HIGH, Severity.MEDIUM}


def test_a_few_files_are_none(tmp_path: Path) -> None:
    assert findings(delete_on_exit.RULE, heap_with_files(100), tmp_path) == []


def test_hooks_that_stay(tmp_path: Path) -> None:
    (found,) = findings(shutdown_hooks.RULE, heap_with_hooks(120), tmp_path)

    assert found.owner == "java.lang.ApplicationShutdownHooks#hooks"
    assert (found.element_class, found.instances) == ("com.acme.CloseHook", 120)
    assert found.severity is Severity.HIGH


def test_a_few_hooks_are_none(tmp_path: Path) -> None:
    assert findings(shutdown_hooks.RULE, heap_with_hooks(10), tmp_path) == []


def test_a_heap_without_these_classes_is_none(tmp_path: Path) -> None:
    assert findings(delete_on_exit.RULE, HeapBuilder(), tmp_path) == []
    assert findings(shutdown_hooks.RULE, HeapBuilder(), tmp_path) == []
