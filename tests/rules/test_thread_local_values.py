"""Values that threads keep: in maps of their own, and inherited."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from seamew.model import Severity
from seamew.rules import Rule, inherited_thread_locals, thread_local_values
from seamew.testing import HeapBuilder

OWN, INHERITED = thread_local_values.RULE, inherited_thread_locals.RULE
MAP = "java.lang.ThreadLocal$ThreadLocalMap"
FIELDS = {OWN.id: "threadLocals", INHERITED.id: "inheritableThreadLocals"}


def heap_with_values(
    rule: Rule, threads: int, size: int, *, values: int = 1, has_key: bool = True
) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("com.acme.Worker", superclass="java.lang.Thread", fields={FIELDS[rule.id]: "object"})
    heap.klass("java.lang.ThreadLocal")
    heap.klass("java.lang.InheritableThreadLocal", superclass="java.lang.ThreadLocal")
    heap.klass(MAP, fields={"table": "object"})
    heap.klass(f"{MAP}$Entry", superclass="java.lang.ref.WeakReference", fields={"value": "object"})
    heap.klass("com.acme.Buffer", fields={"bytes": "object"})
    key = heap.instance("java.lang.InheritableThreadLocal")
    heap.root(heap.klass("com.acme.Reports", statics={"BUFFER": key}), "System Class")
    for number in range(threads):
        thread = heap.thread(f"worker-{number}", klass="com.acme.Worker")
        entries = [
            heap.instance(
                f"{MAP}$Entry",
                referent=key if has_key else None,
                value=heap.instance("com.acme.Buffer", bytes=heap.data(size)),
            )
            for _ in range(values)
        ]
        table = heap.array(f"{MAP}$Entry[]", [*entries, None])
        thread.values[FIELDS[rule.id]] = heap.instance(MAP, table=table)
    return heap


@pytest.mark.parametrize("rule", [OWN, INHERITED], ids=lambda rule: rule.id)
def test_big_values_in_threads_are_found_with_their_thread_local(
    tmp_path: Path, rule: Rule
) -> None:
    (found,) = findings(rule, heap_with_values(rule, 4, 1 << 20), tmp_path)

    assert (found.owner, found.owner_kind) == ("com.acme.Reports#BUFFER", "thread_local")
    assert (found.element_class, found.instances) == ("com.acme.Buffer", 4)
    assert found.severity is Severity.HIGH
    assert found.retained_bytes > 4 << 20


@pytest.mark.parametrize("rule", [OWN, INHERITED], ids=lambda rule: rule.id)
def test_small_values_are_none(tmp_path: Path, rule: Rule) -> None:
    assert findings(rule, heap_with_values(rule, 4, 1_000), tmp_path) == []


def test_moderate_buffers_are_low(tmp_path: Path) -> None:
    (found,) = findings(OWN, heap_with_values(OWN, 20, 200_000), tmp_path)

    assert found.severity is Severity.LOW


def test_values_of_collected_thread_locals_are_found(tmp_path: Path) -> None:
    stale = heap_with_values(OWN, 1, 40_000, values=150, has_key=False)
    (found,) = findings(OWN, stale, tmp_path)

    assert "collected" in str(found.title)
    assert (found.instances, found.severity) == (150, Severity.HIGH)
