"""Collections of running programs: sizes and contents as the program itself tells them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import seamew
from seamew.heap import Heap
from seamew.model import CollectionRow, Item, ObjectRow

from . import jars
from .combinations import START_QUICKLY, everything, majors, matrix
from .conftest import jdk_of
from .zoo import ANSWER_SECONDS, java_command

PROGRAM = "FilledCollections"
LIBRARIES = Path(__file__).parent / "libraries"
LIBRARY_MAJOR = 17
CHAIN, SIZE_ONLY = "chain: ", "size only: "
MAPS = {"map", "multimap"}
FEWEST_COLLECTIONS = 150
FEWEST_OF_LIBRARIES = 30

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Told:
    """A collection as the program tells of it."""

    name: str
    class_name: str
    size: int
    entries: tuple[str, ...]


@dataclass(frozen=True)
class Sample:
    """A dump, and what the program told."""

    dump: Path
    told: dict[str, Told]


def run(command: list[str], folder: Path) -> str:
    outcome = subprocess.run(
        command, capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False, cwd=folder
    )
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


def told_by(text: str) -> dict[str, Told]:
    lines = [line.split("\t") for line in text.splitlines() if line.count("\t") == 3]
    told = [
        Told(name, kind, int(size), tuple(entries.split(",") if entries else ()))
        for name, kind, size, entries in lines
    ]
    return {one.name: one for one in told}


@pytest.fixture(scope="module", params=majors(), ids=str)
def sample(
    request: pytest.FixtureRequest, zoo_classes: Path, tmp_path_factory: pytest.TempPathFactory
) -> Sample:
    jdk = jdk_of(int(request.param))
    folder = tmp_path_factory.mktemp(f"collections-{jdk.major}")
    dump = folder / "collections.hprof"
    command = [*java_command(jdk, [START_QUICKLY], zoo_classes, folder), PROGRAM, str(dump)]
    return Sample(dump, told_by(run(command, folder)))


@pytest.fixture(scope="module")
def libraries(zoo_classes: Path, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    jdk, compiler = jdk_of(LIBRARY_MAJOR), matrix().compiler()
    assert compiler is not None
    try:
        found = jars.find_jars(fetch=everything())
    except jars.JarUnavailableError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("libraries")
    path = ":".join(map(str, [zoo_classes, folder, *found]))
    sources = [str(source) for source in LIBRARIES.glob("*.java")]
    run([str(compiler), "-nowarn", "-cp", path, "-d", str(folder), *sources], folder)
    dump = folder / "libraries.hprof"
    command = java_command(jdk, [START_QUICKLY], zoo_classes, folder)
    command[command.index("-cp") + 1] = path
    text = run([*command, PROGRAM, str(dump), "LibraryCollections"], folder)
    return Sample(dump, told_by(text[text.index("== libraries") :]))


def check(sample: Sample) -> None:
    """All that a program told of its collections is found in its dump."""
    with seamew.open(sample.dump, use_index=False) as heap:
        wrong = list(differences(heap, sample.told))
    assert not wrong, "\n".join(wrong)


def differences(heap: Heap, told: dict[str, Told]) -> Iterator[str]:
    places = dict(filled(heap))
    measured = {row.object_index: row for row in collection_rows(heap)}
    for name, wanted in told.items():
        place = places[name]
        row = measured.get(place)
        if name.startswith(CHAIN):
            pass  # its nodes are collections themselves, so tables leave them out
        elif row is None:
            yield f"{name}: {wanted.class_name} is no known collection"
        elif row.size != wanted.size:
            yield f"{name}: {row.size} entries of {wanted.size} in {wanted.class_name}"
        if not name.startswith(SIZE_ONLY):
            yield from wrong_contents(heap, place, wanted)


def filled(heap: Heap) -> Iterator[tuple[str, int]]:
    for index in heap.instance_ids(f"{PROGRAM}$Filled", limit=100_000):
        fields = {field.name: field.target for field in heap.object(index).fields}
        name, collection = fields["name"], fields["collection"]
        assert name is not None
        assert collection is not None
        yield str(name.value), collection.object_index


def collection_rows(heap: Heap) -> tuple[CollectionRow, ...]:
    return heap.collection_objects(limit=heap.facts.object_count).rows


def wrong_contents(heap: Heap, place: int, wanted: Told) -> Iterator[str]:
    try:
        found = heap.contents(place, limit=None)
    except seamew.errors.ObjectNotFoundError as error:
        yield f"{wanted.name}: {error}"
        return
    yield from (f"{wanted.name}: {note}" for note in found.notes)
    entries = sorted(
        text(row.value) if found.kind not in MAPS else f"{text(row.key)}={text(row.value)}"
        for row in found.rows
    )
    if entries != sorted(wanted.entries):
        yield f"{wanted.name}: {entries[:5]}, not {sorted(wanted.entries)[:5]}"


def text(item: Item) -> str:
    """A key or a value as Java writes it; `?` for what has no readable value."""
    if isinstance(item, ObjectRow):
        return "?" if item.value is None else item.value
    return "null" if item is None else str(item)


def test_sizes_and_contents_are_those_of_the_program(sample: Sample) -> None:
    assert len(sample.told) > FEWEST_COLLECTIONS
    check(sample)


def test_sizes_and_contents_of_libraries(libraries: Sample) -> None:
    assert len(libraries.told) > FEWEST_OF_LIBRARIES
    check(libraries)


def test_look_up_by_key(sample: Sample) -> None:
    with seamew.open(sample.dump, use_index=False) as heap:
        places = dict(filled(heap))
        for name in ("HashMap 1000", "ConcurrentHashMap 1000", "TreeMap 1000", "Properties 1000"):
            (entry,) = heap.lookup(places[name], "k999")
            assert text(entry.value) == "999"
            assert heap.lookup(places[name], "k998") == ()


def test_tables_agree_with_each_other(sample: Sample) -> None:
    with seamew.open(sample.dump, use_index=False) as heap:
        rows = collection_rows(heap)
        classes, sizes = heap.collections().rows, heap.collection_sizes().rows
        fill, collisions = heap.collection_fill().rows, heap.collection_collisions().rows
    for table in (classes, sizes, fill):
        assert sum(row.collections for row in table) == len(rows)
        assert sum(row.elements for row in table) == sum(row.size or 0 for row in rows)
    in_tables = [row for row in rows if row.collision_ratio is not None]
    assert sum(row.collections - row.empty for row in collisions) == len(in_tables)
    for size in sizes:
        assert size.collections == sum(row.size == size.size for row in rows)
    for one in classes:
        assert one.wasted_bytes <= sum(
            row.wasted_bytes for row in rows if row.class_name == one.class_name
        )


def test_a_bucket_of_many_counts_as_collisions(sample: Sample) -> None:
    with seamew.open(sample.dump, use_index=False) as heap:
        places = dict(filled(heap))
        for name in ("treeified bucket", "treeified concurrent bucket"):
            (row,) = heap.collection_objects(places[name]).rows
            assert row.collision_ratio == 99 / 100
