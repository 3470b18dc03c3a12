"""Every object, class, root and thread of the reference dumps, against Eclipse MAT's answers.

The dumps are not part of the repository: they lie in ../shared/corpus, and without it the tests
are skipped. SEAMEW_CORPUS names another folder of the same form.
"""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from seamew.heap import Heap, open_heap
from seamew.heap.reference_statistics import REFERENCE_KINDS
from seamew.model import ThreadRow

CORPUS = Path(os.environ.get("SEAMEW_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
FOLDERS = sorted(path.parent.name for path in CORPUS.glob("*/dump.hprof*"))


@pytest.fixture(scope="module", params=FOLDERS or ["absent"])
def folder(request: pytest.FixtureRequest) -> Path:
    if not FOLDERS:
        pytest.skip(f"no reference dumps in {CORPUS}")
    return CORPUS / str(request.param)


@pytest.fixture(scope="module")
def heap(folder: Path) -> Iterator[Heap]:
    dump = next(folder.glob("dump.hprof*"))
    with open_heap(dump, use_index=False, size_model="mat") as opened:
        yield opened


def table(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        pytest.skip(f"no {path.name} for this dump")
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        return list(csv.DictReader(file))


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_every_object(heap: Heap, folder: Path) -> None:
    wanted = {
        int(row["addr"], 16): (number(row["shallow"]), number(row["retained"]), row["cls"])
        for row in table(folder / "objects.csv.gz")
    }
    text = b"".join(heap.objects_csv()).decode()
    found = {
        int(address, 16): (int(shallow), int(retained), name)
        for address, shallow, retained, name in csv.reader(text.splitlines())
    }
    wrong = {
        f"{address:#x}": (wanted.get(address), found.get(address))
        for address in wanted.keys() | found.keys()
        if wanted.get(address) != found.get(address)
    }
    assert not wrong, f"{len(wrong)} of {len(wanted)}: {dict(list(wrong.items())[:20])}"


def test_histogram(heap: Heap, folder: Path) -> None:
    wanted = sorted(
        (row["Class Name"], number(row["Objects"]), number(row["Shallow Heap"]))
        for row in table(folder / "histogram.csv")
    )
    found = sorted((row.label, row.objects, row.shallow_bytes) for row in heap.histogram())
    assert found == wanted


def test_roots(heap: Heap, folder: Path) -> None:
    wanted = {row["Class Name"]: number(row["Objects"]) for row in table(folder / "gcroots.csv")}
    assert {row.type: row.objects for row in heap.roots()} == wanted


def test_biggest_dominators(heap: Heap, folder: Path) -> None:
    wanted = [
        (number(row["Shallow Heap"]), number(row["Retained Heap"]))
        for row in table(folder / "dominators-top200.csv")
    ]
    found = [(row.shallow_bytes, row.retained_bytes) for row in heap.dominated(limit=len(wanted))]
    assert sorted(found, reverse=True) == sorted(wanted, reverse=True)


def test_threads(heap: Heap, folder: Path) -> None:
    wanted = sorted(_thread_of_mat(row) for row in table(folder / "threads.csv"))
    assert sorted(_thread_of_ours(row) for row in heap.threads()) == wanted


def test_system_properties_are_readable(heap: Heap) -> None:
    properties = {row.name: row.value for row in heap.properties() if row.source == "system"}
    # Of some old dumps the value is in a shared archive that was not dumped.
    assert "java.version" in properties
    assert properties["java.vm.version"]
    assert properties["os.name"]


def test_finalizers_are_those_in_the_histogram(heap: Heap) -> None:
    objects = {row.label: row.objects for row in heap.histogram()}
    found = heap.finalizers()
    assert found.finalizable == objects.get("java.lang.ref.Finalizer", 0)
    assert found.waiting <= found.finalizable
    assert [row.name for row in found.threads] == ["Finalizer"]


def test_references_are_those_in_the_histogram(heap: Heap) -> None:
    objects = {row.label: row.objects for row in heap.histogram("superclass")}
    for kind, name in REFERENCE_KINDS.items():
        found = heap.reference_statistics(kind)
        assert found.references == objects[name]
        referents, kept = (
            sum(row.objects for row in rows) for rows in (found.referents, found.kept)
        )
        assert kept <= referents <= found.references - found.cleared


def test_loaders_have_all_classes_and_objects(heap: Heap) -> None:
    loaders = heap.loaders()
    assert len({row.object_index for row in loaders}) == len(loaders)
    assert sum(row.classes for row in loaders) == heap.facts.class_count
    counted = sum(row.objects for row in heap.histogram())
    assert sum(row.objects for row in loaders) == counted


def _thread_of_mat(row: dict[str, str]) -> tuple[str, ...]:
    # "Max. Locals' Retained Heap" is empty in all reference answers, so it is left out.
    names = (
        "Object / Stack Frame", "Name", "Shallow Heap", "Retained Heap", "Context Class Loader",
        "Is Daemon", "Priority", "State", "State value",
    )  # fmt: skip
    return tuple(row[name] for name in names)


def _thread_of_ours(row: ThreadRow) -> tuple[str, ...]:
    values = (
        f"{row.class_name} @ {row.address:#x}",
        row.name,
        row.shallow_bytes,
        row.retained_bytes,
        row.context_class_loader,
        None if row.is_daemon is None else str(row.is_daemon).lower(),
        row.priority,
        row.state,
        row.state_value,
    )
    return tuple("" if value is None else str(value) for value in values)
