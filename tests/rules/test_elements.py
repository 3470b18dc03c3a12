"""Heavy elements, equal ones, closures."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from rules.jdk import array_list, singleton
from rules.test_accumulation import ORDER, order
from seamew.model import Severity
from seamew.rules import clone_farm, closure_capture, heavy_elements
from seamew.testing import HeapBuilder, InstanceObject

SERVER = "com.acme.Server"


def server(heap: HeapBuilder, number: int, ports: int, *, is_same: bool) -> InstanceObject:
    """A server with its own list of free ports, as a configuration that was parsed once more."""
    heap.klass(SERVER, fields={"id": "int", "config": "object"})
    heap.klass("com.acme.Config", fields={"free": "object"})
    first = 0 if is_same else number * ports
    free = array_list(heap, [heap.string(f"{first + n:060}") for n in range(ports)])
    config = heap.instance("com.acme.Config", free=free)
    return heap.instance(SERVER, id=number, config=config)


def heap_with_servers(count: int, ports: int, *, is_same: bool = True) -> HeapBuilder:
    heap = HeapBuilder()
    servers = [server(heap, number, ports, is_same=is_same) for number in range(count)]
    heap.klass("com.acme.Calls", fields={"servers": "object"})
    singleton(heap, heap.instance("com.acme.Calls", servers=array_list(heap, servers)))
    return heap


def test_few_but_heavy(tmp_path: Path) -> None:
    (found,) = findings(heavy_elements.RULE, heap_with_servers(60, 600), tmp_path)

    assert (found.element_class, found.instances) == (SERVER, 60)
    assert found.owner == "com.acme.Calls#servers"
    assert [(one.name, one.instances) for one in found.owners] == [("com.acme.Calls#servers", 60)]
    way = "com.acme.Server#config -> com.acme.Config#free -> 600 x java.lang.String"
    assert way in str(found.summary)
    assert found.severity is Severity.HIGH


@pytest.mark.parametrize(("count", "ports"), [(40, 600), (60, 300)])
def test_neither_fewer_nor_lighter(tmp_path: Path, count: int, ports: int) -> None:
    assert findings(heavy_elements.RULE, heap_with_servers(count, ports), tmp_path) == []


def test_equal_content_in_each(tmp_path: Path) -> None:
    (found,) = findings(clone_farm.RULE, heap_with_servers(60, 600), tmp_path)

    assert found.owner == "com.acme.Server#config"
    assert found.instances == 60
    assert found.severity is Severity.MEDIUM


def test_content_of_its_own_is_no_copy(tmp_path: Path) -> None:
    heap = heap_with_servers(60, 600, is_same=False)

    assert findings(clone_farm.RULE, heap, tmp_path) == []


@pytest.mark.parametrize("number", range(2))
def test_arrays_are_compared_by_their_numbers(tmp_path: Path, number: int) -> None:
    heap = HeapBuilder()
    heap.klass("com.acme.Zone", fields={"mask": "object"})
    heap.klass("com.acme.Mask", fields={"bits": "object"})
    zones = []
    for n in range(40):
        bits = heap.string(f"{n * number:030000}").values["value"]
        zones.append(heap.instance("com.acme.Zone", mask=heap.instance("com.acme.Mask", bits=bits)))
    heap.klass("com.acme.Zones", fields={"zones": "object"})
    singleton(heap, heap.instance("com.acme.Zones", zones=array_list(heap, zones)))

    assert len(findings(clone_farm.RULE, heap, tmp_path)) == 1 - number


def heap_with_listeners(class_name: str) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass(class_name, fields={"val$order": "object", "count": "int"})
    listeners = [heap.instance(class_name, **{"val$order": order(heap)}) for _ in range(300)]
    heap.klass("com.acme.Bus", fields={"listeners": "object"})
    singleton(heap, heap.instance("com.acme.Bus", listeners=array_list(heap, listeners)))
    return heap


@pytest.mark.parametrize("class_name", ["com.acme.Play$$Lambda$7+0x00007f", "com.acme.Play$1"])
def test_closures_keep_what_they_capture(tmp_path: Path, class_name: str) -> None:
    (found,) = findings(closure_capture.RULE, heap_with_listeners(class_name), tmp_path)

    assert found.owner == "com.acme.Bus#listeners"
    assert (found.element_class, found.instances) == (ORDER, 300)
    said = [str(one.text) for one in found.evidence]
    assert any(f"captures a {ORDER}, which retains 19." in text for text in said), said


def test_other_objects_capture_nothing(tmp_path: Path) -> None:
    heap = heap_with_listeners("com.acme.Listener")

    assert findings(closure_capture.RULE, heap, tmp_path) == []
