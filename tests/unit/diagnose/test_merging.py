"""Findings of one cause become one, in an order that does not depend on chance."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from seamew.diagnose.merging import merge_findings
from seamew.heap import Heap, open_heap
from seamew.model import Confidence, Evidence, Finding, Healthy, Severity, Topic
from seamew.testing import HeapBuilder
from seamew.wording import Text

GENERAL = ["limit", "accumulation"]


@pytest.fixture
def heap(tmp_path: Path) -> Heap:
    # com.acme.Cache -> com.acme.Table -> byte[]; com.acme.Other
    builder = HeapBuilder()
    builder.klass("com.acme.Table", fields={"data": "object"})
    builder.klass("com.acme.Cache", fields={"table": "object"})
    table = builder.instance("com.acme.Table", data=builder.data(1 << 20))
    builder.root(builder.instance("com.acme.Cache", table=table))
    builder.root(builder.instance("com.acme.Other"))
    return open_heap(builder.write(tmp_path / "heap.hprof"), use_index=False)


def finding(rule: str, owner: str | None, size: int = 1_000) -> Finding:
    text = Text(f"{rule} says", f"{rule} 说")
    return Finding(
        id=f"{rule}/{owner}",
        rule=rule,
        topic=Topic.MEMORY,
        severity=Severity.HIGH,
        confidence=Confidence.LIKELY,
        title=text,
        summary=text,
        owner=owner,
        owner_kind="instance",
        owners=(),
        element_class="com.acme.Entry",
        instances=10,
        retained_bytes=size,
        share=0.5,
        object=None,
        path=(),
        evidence=(Evidence(text),),
        advice=(text,),
        doubts=(),
    )


def test_who_knows_the_library_speaks_and_who_knows_more_comes_next(heap: Heap) -> None:
    found = [
        finding("accumulation", "Cache#map", 2_000),
        finding("limit", "Cache#map", 2_000),
        finding("guava", "Cache#map", 1_000),
    ]
    for order in permutations(found):
        (one,) = merge_findings(heap, order, [], GENERAL)
        assert (one.rule, one.also) == ("guava", ("limit", "accumulation"))
        assert one.retained_bytes == 2_000
        assert [str(text) for text in one.advice] == [
            "guava says",
            "limit says",
            "accumulation says",
        ]


def test_what_several_rules_see_is_as_sure_as_the_surest_of_them(heap: Heap) -> None:
    doubtful = replace(finding("guava", "Cache#map"), confidence=Confidence.POSSIBLE)
    (one,) = merge_findings(heap, [doubtful, finding("accumulation", "Cache#map")], [], GENERAL)
    assert (one.rule, one.confidence) == ("guava", Confidence.LIKELY)


def test_other_owners_and_elements_are_other_causes(heap: Heap) -> None:
    found = [finding("guava", "Cache#map"), finding("guava", "Cache#other")]
    found.append(replace(finding("timer", "Cache#map"), element_class="java.util.Timer"))

    assert len(merge_findings(heap, found, [], GENERAL)) == 3


def test_the_same_memory_is_one_cause(heap: Heap) -> None:
    above, below = (heap.row(f"com.acme.{name}#0") for name in ("Cache", "Table"))
    one = replace(finding("accumulation", "A#x", above.retained_bytes), object=above)
    other = replace(finding("limit", "B#y", below.retained_bytes), object=below)

    (merged,) = merge_findings(heap, [one, other], [], GENERAL)

    assert (merged.rule, merged.also) == ("accumulation", ("limit",))


def test_what_is_healthy_is_no_finding_of_rules_that_know_no_library(heap: Heap) -> None:
    cache, table, other = (heap.row(f"com.acme.{name}#0") for name in ("Cache", "Table", "Other"))
    fine = Healthy("bounded", "Cache#table", cache, Text("bounded", "有上限"))
    found = [
        replace(finding("accumulation", "A#x"), object=table),
        replace(finding("accumulation", "B#y"), object=other),
        replace(finding("guava", "C#z"), object=table),
    ]

    kept = merge_findings(heap, found, [fine], GENERAL)

    assert [one.owner for one in kept] == ["B#y", "C#z"]


def test_waste_in_a_leak_is_said_beside_it(heap: Heap) -> None:
    (cache,) = heap.instances("com.acme.Cache")
    (table,) = heap.instances("com.acme.Table")
    leak = replace(finding("accumulation", "Cache#table", 1_000), object=heap.row(cache.id))
    waste = replace(finding("limit", "Table#data", 900), object=heap.row(table.id))

    assert len(merge_findings(heap, [leak, waste], [], GENERAL)) == 1
    wasteful = replace(waste, topic=Topic.WASTE)
    assert len(merge_findings(heap, [leak, wasteful], [], GENERAL)) == 2
