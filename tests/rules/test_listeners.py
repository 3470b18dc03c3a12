"""Listeners: of JavaBeans, Spring and Guava, and in fields that are called so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rules.asking import findings
from rules.heaps import array_list, concurrent_map, held_by
from seamew.rules.listeners import RULE
from seamew.testing import HeapBuilder, HeapObject

MULTICASTER = "org.springframework.context.event.AbstractApplicationEventMulticaster"
GUAVA = "com.google.common.eventbus.SubscriberRegistry"


def panels(heap: HeapBuilder, count: int) -> list[HeapObject]:
    heap.klass("com.acme.Panel", fields={"pixels": "object"})
    return [heap.instance("com.acme.Panel", pixels=heap.data(3_000)) for _ in range(count)]


def of_beans(heap: HeapBuilder, count: int) -> None:
    held_by(
        heap,
        "com.acme.Model#CHANGES",
        heap.array("java.beans.PropertyChangeListener[]", panels(heap, count)),
    )


def of_spring(heap: HeapBuilder, count: int) -> None:
    name = f"{MULTICASTER}$DefaultListenerRetriever"
    heap.klass(name, fields={"applicationListeners": "object"})
    listeners = array_list(heap, panels(heap, count))
    held_by(heap, "com.acme.Model#CHANGES", heap.instance(name, applicationListeners=listeners))


def of_guava(heap: HeapBuilder, count: int) -> None:
    heap.klass(GUAVA, fields={"subscribers": "object"})
    listeners = array_list(heap, panels(heap, count))
    by_event = concurrent_map(heap, [(heap.string("event"), listeners)])
    held_by(heap, "com.acme.Model#CHANGES", heap.instance(GUAVA, subscribers=by_event))


@pytest.mark.parametrize("fill", [of_beans, of_spring, of_guava])
def test_a_crowd_of_listeners(tmp_path: Path, fill: Callable[[HeapBuilder, int], None]) -> None:
    heap = HeapBuilder()
    fill(heap, 2_500)
    (found,) = findings(RULE, heap, tmp_path)

    assert found.owner == "com.acme.Model#CHANGES"
    assert (found.element_class, found.instances) == ("com.acme.Panel", 2_500)
    assert found.retained_bytes > 2_500 * 3_000


@pytest.mark.parametrize("fill", [of_beans, of_spring, of_guava])
def test_a_few_listeners_are_none(tmp_path: Path, fill: Callable[[HeapBuilder, int], None]) -> None:
    heap = HeapBuilder()
    fill(heap, 150)

    assert findings(RULE, heap, tmp_path) == []


@pytest.mark.parametrize(("field", "count"), [("listeners", 1), ("alarmObservers", 1), ("rows", 0)])
def test_a_field_says_what_its_elements_are(tmp_path: Path, field: str, count: int) -> None:
    heap = HeapBuilder()
    held_by(heap, f"com.acme.Model#{field}", array_list(heap, panels(heap, 1_500)))

    assert len(findings(RULE, heap, tmp_path)) == count
