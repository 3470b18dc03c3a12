"""Timers by the hundred, and a few."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from seamew.model import Severity
from seamew.rules.timer_per_call import RULE
from seamew.testing import HeapBuilder


def heap_with_timers(count: int) -> HeapBuilder:
    # Gateway.calls -> Object[] -> Call -> Timer -> TimerThread (root) -> TaskQueue, size 0
    heap = HeapBuilder()
    heap.klass("java.util.TaskQueue", fields={"size": "int"})
    heap.klass("java.util.TimerThread", superclass="java.lang.Thread", fields={"queue": "object"})
    heap.klass("java.util.Timer", fields={"thread": "object"})
    call = heap.klass("com.acme.Call", fields={"timer": "object"})
    calls = []
    for number in range(count):
        thread = heap.thread(f"Timer-{number}", klass="java.util.TimerThread")
        thread.values["queue"] = heap.instance("java.util.TaskQueue", size=number % 2)
        timer = heap.instance("java.util.Timer", thread=thread)
        calls.append(heap.instance(call, timer=timer))
    gateway = heap.klass(
        "com.acme.Gateway", statics={"CALLS": heap.array("java.lang.Object[]", calls)}
    )
    heap.root(gateway, "System Class")
    return heap


def test_a_crowd_of_timers_is_found_with_who_keeps_them(tmp_path: Path) -> None:
    (found,) = findings(RULE, heap_with_timers(100), tmp_path)

    assert found.severity is Severity.HIGH
    assert found.instances == 100
    assert found.owner == "com.acme.Call#timer"
    assert [(one.name, one.instances) for one in found.owners] == [("com.acme.Call#timer", 100)]
    assert "50 of 100 looked at have an empty queue" in [str(one.text) for one in found.evidence]
    assert found.id == "timer-per-call/com.acme.Call#timer"


@pytest.mark.parametrize("count", [1, 19])
def test_a_few_timers_are_none(tmp_path: Path, count: int) -> None:
    assert findings(RULE, heap_with_timers(count), tmp_path) == []
