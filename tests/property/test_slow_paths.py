"""Paths and references by class: the native engine against the slow twin, on random heaps."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seamew.heap import Heap, open_heap
from seamew.model import MergedClassRow, MergedPathRow
from seamew.testing import HeapBuilder
from support.slow_heap import SlowHeap

FIELDS = ("a", "b", "c")
KINDS = ("com.acme.One", "com.acme.Two", "com.acme.Three")
EXCLUDES = st.sampled_from(
    [(), ("com.acme.One#a",), ("com.acme.Two",), ("com.acme.Statics#one",), ("weak",)]
)


@st.composite
def heaps(draw: st.DrawFn) -> HeapBuilder:
    """Up to 20 objects of three classes and weak references; all classes are roots."""
    builder = HeapBuilder()
    fields = dict.fromkeys(FIELDS, "object")
    kinds = [builder.klass(name, fields=fields) for name in KINDS]
    kinds.append(builder.klass("com.acme.Weak", superclass="java.lang.ref.WeakReference"))
    nodes = [
        builder.instance(draw(st.sampled_from(kinds))) for _ in range(draw(st.integers(1, 20)))
    ]
    pick = st.sampled_from(nodes)
    for node in nodes:
        own = ("referent",) if node.klass is kinds[-1] else FIELDS
        for name in draw(st.sets(st.sampled_from(own))):
            node.values[name] = draw(pick)
    builder.klass("com.acme.Statics", statics={"one": draw(pick)})
    builder.root(builder.array("com.acme.One[]", draw(st.lists(pick, max_size=4))))
    for node in draw(st.lists(pick, max_size=3, unique_by=id)):
        builder.root(node, "JNI Global")
    return builder


def chains(rows: tuple[Any, ...], key: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401
    """By row: the keys from the topmost row down to it."""
    found: list[tuple[Any, ...]] = []
    for row in rows:
        found.append((*(found[row.parent] if row.parent >= 0 else ()), key(row)))
    return found


def covered(row: MergedPathRow | MergedClassRow) -> tuple[int, int, int]:
    return row.covered_objects, row.covered_shallow_bytes, row.covered_retained_bytes


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(heaps(), EXCLUDES)
def test_paths_equal_those_of_the_slow_twin(
    builder: HeapBuilder, excludes: tuple[str, ...]
) -> None:
    slow = Heap(SlowHeap(builder))  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as folder:
        dump = builder.write(Path(folder) / "random.hprof")
        with open_heap(dump, use_index=False, size_model="mat") as heap:
            _same_paths(heap, slow, excludes)
            _same_merged_paths(heap, slow, excludes)
            _same_references(heap, slow)


def _same_paths(heap: Heap, slow: Heap, excludes: tuple[str, ...]) -> None:
    for index in slow.select("com.acme.*"):
        address = f"{slow.row(index).address:#x}"
        found = heap.paths(address, excludes=excludes, count=100)
        wanted = slow.paths(index, excludes=excludes, count=100)
        ends = [
            {(path[0].address, path[0].root_types, len(path)) for path in paths}
            for paths in (found.paths, wanted.paths)
        ]
        assert ends[0] == ends[1]
        lengths = [len(path) for path in found.paths]
        assert lengths == sorted(lengths) == sorted(len(path) for path in wanted.paths)
        assert len(heap.path(address, excludes=excludes)) == (lengths or [0])[0]
        assert heap.paths(address, excludes=excludes, count=1).more == (len(lengths) > 1)


def _same_merged_paths(heap: Heap, slow: Heap, excludes: tuple[str, ...]) -> None:
    """Among several shortest paths each may choose its own: what does not depend on that."""
    found, wanted = (one.merged_paths("com.acme.*", excludes=excludes) for one in (heap, slow))
    facts = [(one.objects, one.without_path, one.longest_path) for one in (found, wanted)]
    assert facts[0] == facts[1]
    depths = [Counter((row.address, row.depth) for row in one.rows) for one in (found, wanted)]
    whole = heap.merged_paths("com.acme.*", excludes=excludes, children=None)
    assert {address for address, _ in depths[0]} <= {row.address for row in whole.rows}
    asked = {slow.row(index).address for index in slow.select("com.acme.*")}
    own = [{key for key in one if key[0] in asked} for one in depths]
    assert own[0] == own[1]
    _same_classes(heap, whole.rows, excludes)


def _same_classes(heap: Heap, rows: tuple[MergedPathRow, ...], excludes: tuple[str, ...]) -> None:
    """The tree by class is the tree of objects with the objects of a class put together."""
    wanted: dict[tuple[str, ...], list[int]] = {}
    for chain, row in zip(chains(rows, lambda row: row.class_name), rows, strict=True):
        sums = wanted.setdefault(chain, [0, 0, 0, 0])
        for place, amount in enumerate((1, *covered(row))):
            sums[place] += amount
    by_class = heap.merged_paths(
        "com.acme.*", excludes=excludes, grouping="from-roots-by-class", children=None
    ).rows
    found = {
        chain: [row.objects, *covered(row)]
        for chain, row in zip(chains(by_class, lambda row: row.label), by_class, strict=True)
    }
    assert found == wanted
    upwards = heap.merged_paths(
        "com.acme.*", excludes=excludes, grouping="to-roots-by-class", levels=30, children=None
    ).rows
    assert _totals(upwards) == _totals(rows)


def _totals(rows: Iterable[MergedPathRow | MergedClassRow]) -> list[int]:
    """Sums over the topmost rows."""
    tops = [covered(row) for row in rows if row.depth == 0]
    return [sum(column) for column in zip(*tops, strict=True)]


def _same_references(heap: Heap, slow: Heap) -> None:
    for inbound in (True, False):
        trees = []
        for one in (heap, slow):
            rows = one.references_by_class(
                "com.acme.*", inbound=inbound, levels=3, children=None
            ).rows
            chained = zip(chains(rows, lambda row: row.label), rows, strict=True)
            trees.append(
                {
                    chain: (row.objects, row.repeated_objects)
                    for chain, row in chained
                    if "java.lang.Class" not in chain
                }
            )
        assert trees[0] == trees[1]
