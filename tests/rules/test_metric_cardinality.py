"""Metrics and management beans: with a value for each request, and with few."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rules.asking import findings
from rules.heaps import array_list, concurrent_map, hash_map, held_by
from seamew.rules import management_beans, metric_cardinality
from seamew.testing import HeapBuilder

MICROMETER = "io.micrometer.core.instrument"
PROMETHEUS = "io.prometheus.client"


def heap_with_meters(count: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass(f"{MICROMETER}.ImmutableTag", fields={"key": "object", "value": "object"})
    heap.klass(f"{MICROMETER}.Tags", fields={"tagSet": "object"})
    heap.klass(f"{MICROMETER}.Meter$Id", fields={"name": "object", "tags": "object"})
    heap.klass(f"{MICROMETER}.Timer", fields={"histogram": "object"})
    heap.klass(f"{MICROMETER}.MeterRegistry", fields={"meterMap": "object"})
    name, uri, status = heap.string("http.requests"), heap.string("uri"), heap.string("status")
    ok = heap.instance(f"{MICROMETER}.ImmutableTag", key=status, value=heap.string("200"))
    meters = []
    for number in range(count):
        path = heap.string(f"/devices/{number}")
        tag = heap.instance(f"{MICROMETER}.ImmutableTag", key=uri, value=path)
        tags = heap.array(f"{MICROMETER}.Tag[]", [ok, tag, None])
        tag_set = heap.instance(f"{MICROMETER}.Tags", tagSet=tags)
        meter_id = heap.instance(f"{MICROMETER}.Meter$Id", name=name, tags=tag_set)
        meters.append((meter_id, heap.instance(f"{MICROMETER}.Timer", histogram=heap.data(500))))
    registry = heap.instance(f"{MICROMETER}.MeterRegistry", meterMap=concurrent_map(heap, meters))
    held_by(heap, "com.acme.Metrics#REGISTRY", registry)
    return heap


def heap_with_labels(count: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass(
        f"{PROMETHEUS}.SimpleCollector",
        fields={"children": "object", "labelNames": "object", "fullname": "object"},
    )
    heap.klass(f"{PROMETHEUS}.Counter$Child", fields={"value": "object"})
    heap.klass("java.util.Arrays$ArrayList", fields={"a": "object"})
    children = []
    for number in range(count):
        values = heap.array("java.lang.String[]", [heap.string(f"user-{number}")])
        labels = heap.instance("java.util.Arrays$ArrayList", a=values)
        child = heap.instance(f"{PROMETHEUS}.Counter$Child", value=heap.data(100))
        children.append((labels, child))
    metric = heap.instance(
        f"{PROMETHEUS}.SimpleCollector",
        children=concurrent_map(heap, children),
        labelNames=array_list(heap, [heap.string("user")]),
        fullname=heap.string("logins"),
    )
    held_by(heap, "com.acme.Metrics#LOGINS", metric)
    return heap


def heap_with_beans(count: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("javax.management.ObjectName", fields={"_canonicalName": "object"})
    heap.klass("com.acme.Stats", fields={"history": "object"})
    named = "com.sun.jmx.mbeanserver.NamedObject"
    heap.klass(named, fields={"name": "object", "object": "object"})
    heap.klass("com.sun.jmx.mbeanserver.Repository", fields={"domainTb": "object"})
    beans = []
    for number in range(count):
        name = heap.instance(
            "javax.management.ObjectName", _canonicalName=heap.string(f"radar:id={number}")
        )
        stats = heap.instance("com.acme.Stats", history=heap.data(4_000))
        beans.append((heap.string("id"), heap.instance(named, name=name, object=stats)))
    domains = hash_map(heap, [(heap.string("radar"), hash_map(heap, beans))])
    repository = heap.instance("com.sun.jmx.mbeanserver.Repository", domainTb=domains)
    held_by(heap, "com.acme.Server#BEANS", repository)
    return heap


def test_a_tag_with_a_value_for_each_meter(tmp_path: Path) -> None:
    (found,) = findings(metric_cardinality.RULE, heap_with_meters(1_200), tmp_path)

    assert found.owner == "com.acme.Metrics#REGISTRY"
    assert (found.element_class, found.instances) == (f"{MICROMETER}.Timer", 1_200)
    assert "mostly by http.requests uri" in str(found.title)
    assert "300 different values in 300 looked at" in str(found.evidence[1].text)


def test_a_label_with_a_value_for_each_child(tmp_path: Path) -> None:
    (found,) = findings(metric_cardinality.RULE, heap_with_labels(1_200), tmp_path)

    assert found.owner == "com.acme.Metrics#LOGINS"
    assert "mostly by logins user" in str(found.title)


@pytest.mark.parametrize("build", [heap_with_meters, heap_with_labels])
def test_few_series_are_none(tmp_path: Path, build: Callable[[int], HeapBuilder]) -> None:
    assert findings(metric_cardinality.RULE, build(200), tmp_path) == []


def test_beans_that_stay_registered(tmp_path: Path) -> None:
    (found,) = findings(management_beans.RULE, heap_with_beans(1_100), tmp_path)

    assert found.owner == "com.acme.Server#BEANS"
    assert (found.element_class, found.instances) == ("com.acme.Stats", 1_100)
    assert "radar:id=" in str(found.evidence[1].text)


def test_a_few_beans_are_none(tmp_path: Path) -> None:
    assert findings(management_beans.RULE, heap_with_beans(100), tmp_path) == []
