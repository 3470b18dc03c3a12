"""The native engine against the slow twin, on random heaps."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seamew.heap import Heap, open_heap
from seamew.testing import HeapBuilder, InstanceObject
from support.slow_graph import VIRTUAL_ROOT, SlowGraph
from support.slow_heap import SlowHeap

NO_DOMINATOR = 0xFFFF_FFFF
FIELDS = ("a", "b", "c")


@st.composite
def heaps(draw: st.DrawFn) -> HeapBuilder:
    """Up to 24 objects with random references, roots, a thread with locals."""
    builder = HeapBuilder()
    kind = builder.klass("com.acme.Node", fields=dict.fromkeys(FIELDS, "object"))
    nodes = [builder.instance(kind) for _ in range(draw(st.integers(1, 24)))]
    pick = st.sampled_from(nodes)
    for node in nodes:
        for name in draw(st.sets(st.sampled_from(FIELDS))):
            node.values[name] = draw(pick)
    builder.klass("com.acme.Statics", statics={"one": draw(pick)})
    builder.root(builder.array("com.acme.Node[]", draw(st.lists(pick, max_size=4))))
    builder.thread("main", [("com.acme.Statics", "run")])
    for node in draw(st.lists(pick, max_size=3, unique_by=id)):
        builder.root(node, "Java Local", 1, 0)
    for node in draw(st.lists(pick, max_size=2, unique_by=id)):
        builder.root(node, "JNI Global")
    return builder


def dominators(heap: Heap) -> dict[int, int | None]:
    """Address -> address of the immediate dominator."""
    addresses = [int(one) for one in heap.column("address").memory]
    above = [int(one) for one in heap.column("dominator").memory]
    return {
        address: None if number == NO_DOMINATOR else addresses[number]
        for address, number in zip(addresses, above, strict=True)
        if address
    }


def slow_dominators(slow: SlowGraph) -> dict[int, int | None]:
    return {
        one.address: None if above == VIRTUAL_ROOT else slow.objects[above].address
        for one, above in zip(slow.objects, slow.dominator, strict=True)
    }


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(heaps())
def test_engine_equals_its_slow_twin(builder: HeapBuilder) -> None:
    slow = SlowHeap(builder)
    with tempfile.TemporaryDirectory() as folder:
        dump = builder.write(Path(folder) / "random.hprof")
        with open_heap(dump, use_index=False, size_model="mat") as heap:
            assert dominators(heap) == slow_dominators(slow)
            for one in slow.objects:
                if isinstance(one, InstanceObject):
                    _same_object(heap, slow, one)


def _same_object(heap: Heap, slow: SlowHeap, one: InstanceObject) -> None:
    index = heap.resolve(f"{one.address:#x}")
    number = slow.index[one.address]
    row = heap.row(index)
    assert (row.shallow_bytes, row.retained_bytes) == (slow.shallow(one), slow.retained[number])
    assert len(heap.path(index)) == len(slow.path_to_root(number, []))
    expected: dict[int, set[str]] = {}
    for step in slow.inbound(number, 0, 1000):
        expected.setdefault(step["address"], set()).add(step["field"])
    found = {step.address: step.field for step in heap.references_to(index, limit=1000)}
    assert found.keys() == expected.keys()
    for address, field in found.items():
        names = {name for name in field.split(", ") if not name.startswith("+")}
        assert names == expected[address] or (names < expected[address] and "+" in field)
