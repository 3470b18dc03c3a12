"""Shortest paths on the reference dumps, against a search over their references in Python.

Needs ../shared/corpus, as `test_mat_parity` does.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seamew.heap import Heap, open_heap
from seamew.model import PathStep
from support.mat_answers import CORPUS, FOLDERS

_SAMPLES = 40
_MOST_OBJECTS = 600
_ALL = 1 << 30


@pytest.fixture(scope="module", params=FOLDERS or ["absent"])
def heap(request: pytest.FixtureRequest) -> Iterator[Heap]:
    if not FOLDERS:
        pytest.skip(f"no reference dumps in {CORPUS}")
    dump = next((CORPUS / str(request.param)).glob("dump.hprof*"))
    with open_heap(dump, use_index=False) as opened:
        yield opened


def roots(heap: Heap) -> set[int]:
    types = [row.type for row in heap.roots()]
    return {row.object_index for one in types for row in heap.root_objects(one, limit=_ALL)}


def holders(heap: Heap, held: int, *, excluded: bool) -> Iterator[int]:
    """Who refers to an object, `referent`s of references aside if those are excluded."""
    for row in heap.references_to(held, limit=_ALL):
        if excluded and row.field == "referent":
            supers = (row.class_name, *heap.object(row.object_index).superclasses)
            if "java.lang.ref.Reference" in supers:
                continue
        if not (excluded and row.field == "unfinalized" and row.value == "java.lang.ref.Finalizer"):
            yield row.object_index


def steps_to_roots(
    heap: Heap, start: int, ends: set[int], *, excluded: bool
) -> dict[int, int] | None:
    """Objects on a shortest path from each root that no other stands before; None: too many."""
    steps = {start: 1}
    waiting = [start]
    for held in waiting:
        if held in ends and held != start:
            continue
        if len(steps) > _MOST_OBJECTS:
            return None
        for holder in holders(heap, held, excluded=excluded):
            if holder not in steps:
                steps[holder] = steps[held] + 1
                waiting.append(holder)
    return {number: count for number, count in steps.items() if number in ends}


def length(path: tuple[PathStep, ...]) -> int:
    return len(path) + sum(step.skipped_steps for step in path)


@pytest.mark.parametrize("excluded", [False, True])
def test_paths_of_sampled_objects(heap: Heap, excluded: bool) -> None:  # noqa: FBT001
    ends = roots(heap)
    excludes = ("all",) if excluded else ("none",)
    checked = 0
    for index in range(1, heap.facts.object_count, heap.facts.object_count // _SAMPLES):
        wanted = steps_to_roots(heap, index, ends, excluded=excluded)
        if not wanted:  # too many objects, or a class that only its instances hold
            continue
        checked += 1
        paths = heap.paths(index, excludes=excludes, count=len(wanted) + 1).paths
        assert {path[0].object_index: length(path) for path in paths} == wanted, f"@{index}"
        shortest = min(wanted.values())
        assert length(heap.path(index, excludes=excludes)) == shortest
        merged = heap.merged_paths([index], excludes=excludes)
        assert merged.longest_path == len(merged.rows) == shortest
    assert checked
