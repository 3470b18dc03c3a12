"""Sets of objects, retained sets, groups and drops of the engine against brute force."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seamew.heap import Heap, open_heap
from seamew.model import FieldSumRow, GroupTreeRow
from seamew.testing import HeapBuilder
from support.slow_graph import VIRTUAL_ROOT
from support.slow_heap import SlowHeap

from .test_slow_twin import FIELDS, heaps

NODE = "com.acme.Node"
CALM = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def opened(builder: HeapBuilder) -> Iterator[tuple[Heap, SlowHeap]]:
    """The engine's heap and the slow one."""
    with tempfile.TemporaryDirectory() as folder:
        dump = builder.write(Path(folder) / "random.hprof")
        with open_heap(dump, use_index=False, size_model="mat") as heap:
            yield heap, SlowHeap(builder)


def addresses(heap: Heap, numbers: list[int]) -> set[int]:
    return {row.address for row in heap.rows(numbers)}


def reached(slow: SlowHeap, starts: set[int], barred: set[int], cut: tuple[str, ...]) -> set[int]:
    """Addresses reached from `starts`, past objects and fields of com.acme.Node."""
    waiting = [address for address in starts if address not in barred]
    seen = set(waiting)
    while waiting:
        one = slow.objects[slow.index[waiting.pop()]]
        is_node = slow.class_of(one).name == NODE
        for field, target in slow.references(one):
            if is_node and field in cut:
                continue
            if target.address not in seen and target.address not in barred:
                seen.add(target.address)
                waiting.append(target.address)
    return seen


@CALM
@given(heaps(), st.data())
def test_retained_sets_past_cut_fields(builder: HeapBuilder, data: st.DataObject) -> None:
    with opened(builder) as (heap, slow):
        count = len(heap.select(NODE))
        chosen = data.draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=3))
        cut = tuple(data.draw(st.sets(st.sampled_from(FIELDS))))
        members = heap.select(*(f"{NODE}#{number}" for number in sorted(chosen)))
        starts = addresses(heap, list(members))
        roots = set(slow.entry_points())
        stays = reached(slow, roots, starts, cut)

        retained = heap.retained_objects(members, cut=[f"{NODE}#{field}" for field in cut])
        wanted = reached(slow, starts, set(), cut) - stays if cut else None
        if wanted is None:
            wanted = reached(slow, roots, set(), ()) - stays
        assert addresses(heap, list(retained)) - {0} == wanted

        if not cut:
            return
        through = heap.retained_through(heap.select(NODE), cut)
        wanted = reached(slow, roots, set(), ()) - reached(slow, roots, set(), cut)
        assert addresses(heap, list(through)) - {0} == wanted


@CALM
@given(heaps())
def test_sets_combine(builder: HeapBuilder) -> None:
    with opened(builder) as (heap, _):
        nodes, everything = heap.select(NODE), heap.select()
        first = heap.select(f"{NODE}#0")
        assert list(nodes | first) == list(nodes)
        assert list(nodes & first) == list(first)
        assert set(nodes - first) == set(nodes) - set(first)
        assert len(everything) == heap.facts.object_count
        assert everything.shallow_bytes == heap.facts.heap_bytes
        assert nodes.page(offset=1, limit=2) == list(nodes)[1:3]


def checked_level(
    heap: Heap, tops: list[int], rows: list[GroupTreeRow], at: tuple[int, int]
) -> None:
    """A level of a tree of groups, and those below it, by the objects' own dominators."""
    depth, levels = at
    own = Counter(row.class_name for row in heap.rows(tops))
    assert {row.label: row.objects for row in rows if row.depth == depth} == own
    retained: Counter[str] = Counter()
    for row in heap.rows(tops):
        retained[row.class_name] += row.retained_bytes
    assert {row.label: row.retained_bytes for row in rows if row.depth == depth} == retained
    starts = [number for number, row in enumerate(rows) if row.depth == depth]
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        members = [one for one in tops if heap.row(one).class_name == rows[start].label]
        below = [row.object_index for one in members for row in heap.dominated(one, limit=1_000)]
        under = rows[start + 1 : end]
        assert bool(under) == bool(below and depth + 1 < levels)
        if under:
            checked_level(heap, below, under, (depth + 1, levels))


@CALM
@given(heaps(), st.integers(1, 4))
def test_groups_of_the_dominator_tree(builder: HeapBuilder, depth: int) -> None:
    with opened(builder) as (heap, _):
        rows = list(heap.dominated_tree(by="class", depth=depth, limit=1_000))
        tops = [row.object_index for row in heap.dominated(limit=1_000)]
        assert max(row.depth for row in rows) < depth
        checked_level(heap, tops, rows, (0, depth))
        short = heap.dominated_tree(by="class", depth=1, limit=1)
        assert [row.more for row in short] == [
            len({row.label for row in rows if not row.depth}) - 1
        ]


@CALM
@given(heaps(), st.booleans())
def test_immediate_dominators(builder: HeapBuilder, skips: bool) -> None:  # noqa: FBT001
    with opened(builder) as (heap, slow):
        members = heap.select(NODE)
        found = heap.immediate_dominators(members, skip=[NODE] if skips else [])
        dominated: Counter[str] = Counter()
        holders: dict[str, set[int]] = {}
        for address in addresses(heap, list(members)):
            above = slow.dominator[slow.index[address]]
            while skips and above != VIRTUAL_ROOT:
                if slow.class_of(slow.objects[above]).name != NODE:
                    break
                above = slow.dominator[above]
            label = (
                "<GC roots>" if above == VIRTUAL_ROOT else slow.class_of(slow.objects[above]).name
            )
            dominated[label] += 1
            holders.setdefault(label, set()).update({above} - {VIRTUAL_ROOT})
        assert {row.label: row.dominated_objects for row in found} == dominated
        assert {row.label: row.dominators for row in found} == {
            label: len(numbers) for label, numbers in holders.items()
        }


@CALM
@given(heaps(), st.sampled_from([0.0, 0.01, 0.1]))
def test_big_drops(builder: HeapBuilder, share: float) -> None:
    with opened(builder) as (heap, _):
        threshold = int(share * heap.facts.heap_bytes)
        wanted = set()
        for index in heap.select():
            row = heap.row(index)
            biggest = max((one.retained_bytes for one in heap.dominated(index, limit=1)), default=0)
            if row.retained_bytes - biggest > threshold:
                wanted.add(index)
        found = heap.big_drops(share)
        assert {row.object_index for row in found} == wanted
        assert all(row.children == heap.dominated_count(row.object_index) for row in found)


@CALM
@given(heaps())
def test_sums_of_fields(builder: HeapBuilder) -> None:
    def sums(rows: Iterable[FieldSumRow]) -> dict[str, tuple[int, ...]]:
        return {
            row.label: (row.holders, row.owned, row.retained_bytes, row.biggest_retained_bytes)
            for row in rows
            if row.class_name.startswith("com.acme.")
        }

    with opened(builder) as (heap, slow):
        expected = [FieldSumRow(**row) for row in slow.field_sums([], object())]
        assert sums(heap.field_sums()) == sums(expected)


def test_statics_are_summed_too(tmp_path: Path) -> None:
    builder = HeapBuilder()
    table = builder.array("com.acme.Node[]", [builder.instance("com.acme.Node")])
    builder.root(builder.klass("com.acme.Registry", statics={"TABLE": table}), "System Class")
    with open_heap(builder.write(tmp_path / "heap.hprof"), use_index=False) as heap:
        (row,) = (row for row in heap.field_sums() if row.class_name == "com.acme.Registry")
        assert (row.label, row.is_static, row.owned) == ("com.acme.Registry#TABLE", True, 1)
        assert row.retained_bytes == heap.row(row.biggest).retained_bytes
        assert heap.field_sums(skip=["com.acme.*", "java.*"]) == ()
