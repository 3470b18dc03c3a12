"""Figures that Eclipse MAT's own tests assert about single objects of the reference dumps.

Queries by which MAT is asked in its tests (see `oql-facts.json` and the README beside the dumps),
each as the question of ours that answers it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sized

import pytest

from seamew.heap import Heap, ObjectSet, open_heap
from seamew.model import CollectionRow, ObjectRow
from support.mat_answers import CORPUS

TEST_DATA = "org.eclipse.mat.tests.CreateSampleDump$DominatorTestData$"
COLLECTION_DATA = "org.eclipse.mat.tests.CreateCollectionDump$"
ROOT_OF_TREE = "0x17c1e4f0"
SYSTEM = "0x2ca48ee8"
"""java.lang.System's class object in sun_jdk6_18_x32."""

# Address, class and number of entries, in sun_jdk6_18_x32.
MAPS = {
    "0x241957d0": ("java.util.HashMap", 60),
    "0x24166668": ("java.util.LinkedHashMap", 45),
    "0x2416b168": ("java.util.Hashtable", 19),
    "0x24120b38": ("java.util.Properties", 53),
    "0x2416b9f0": ("java.util.WeakHashMap", 11),
    "0x2419d490": ("java.util.concurrent.ConcurrentHashMap", 65),
    "0x24185f68": ("java.util.TreeMap", 16),
    "0x24196458": ("java.util.TreeMap", 0),
    "0x241a10b8": ("java.lang.ThreadLocal$ThreadLocalMap", 2),
    "0x24196fd8": ("java.util.concurrent.ConcurrentHashMap$Segment", 8),
}
SETS = {
    "0x241abf40": ("java.util.HashSet", 2),
    "0x2416f090": ("java.util.LinkedHashSet", 23),
}
COPIES = "java.util.Collections$CopiesList"
"""One object and a count: Seamew tells the count; MAT also lists the object that many times."""


def opened_dump(folder: str) -> Iterator[Heap]:
    dump = CORPUS / folder / "dump.hprof.gz"
    if not dump.exists():
        pytest.skip(f"no {dump}")
    with open_heap(dump, use_index=False, size_model="mat") as heap:
        yield heap


@pytest.fixture(scope="module")
def jdk5() -> Iterator[Heap]:
    yield from opened_dump("sun_jdk5_64bit")


@pytest.fixture(scope="module")
def jdk6() -> Iterator[Heap]:
    yield from opened_dump("sun_jdk6_18_x32")


@pytest.fixture(scope="module", params=["oracle_jdk8_05_x64", "openjdk_jdk11_04_x64"])
def collections(request: pytest.FixtureRequest) -> Iterator[Heap]:
    """Dumps of a program that makes collections of all classes of the JDK."""
    yield from opened_dump(request.param)


def class_objects(heap: Heap, name: str, *, subclasses: bool = False) -> ObjectSet:
    both = heap.select(name, subclasses=subclasses, class_objects=True)
    return both - heap.select(name, subclasses=subclasses)


def distinct_classes(heap: Heap) -> Sized:
    return [row.objects for row in heap.set_histogram("java.lang.String")]


def classes_with_an_i(heap: Heap) -> ObjectSet:
    names = {row.label for row in heap.histogram() if row.label[5:6] == "i"}
    return heap.select(*names)


def third_elements(heap: Heap) -> Sized:
    found = [heap.array_elements(index, offset=2, limit=1) for index in heap.select("byte[][]")]
    return [one for elements in found for one in elements]


def third_numbers(heap: Heap) -> Sized:
    found = [heap.array_values(index, offset=2, limit=1) for index in heap.select("int[]")]
    return [one for elements in found for one in elements]


OQL: Mapping[str, Callable[[Heap], Sized]] = {
    "select * from java.lang.String": lambda heap: heap.select("java.lang.String"),
    "select as retained set * from java.lang.String": lambda heap: heap.retained_objects(
        "java.lang.String"
    ),
    'SELECT AS RETAINED SET s FROM OBJECTS ${snapshot}.getClassesByName("java.lang.String", false) '
    "s": lambda heap: heap.retained_objects(class_objects(heap, "java.lang.String")),
    "SELECT AS RETAINED SET * FROM OBJECTS ${snapshot}.getObject(0)": lambda heap: (
        heap.retained_objects("@0")
    ),
    "select distinct classof(s) from java.lang.String s": distinct_classes,
    "select * from objects 0,1 union (select * from objects 1,2)": lambda heap: (
        heap.select("@0", "@1") | heap.select("@1", "@2")
    ),
    'select * from "java.lang.*"': lambda heap: heap.select("java.lang*"),
    'SELECT * FROM ${snapshot}.getClassesByName("java.lang.ref.Reference", true)': lambda heap: (
        heap.select("java.lang.ref.Reference", subclasses=True)
    ),
    "SELECT s.value FROM INSTANCEOF java.lang.Number s WHERE (s.value and true)": lambda heap: (
        heap.find(heap.select("java.lang.Number", subclasses=True), "value!=0")
    ),
    "select * from instanceof java.util.AbstractMap": lambda heap: heap.select(
        "java.util.AbstractMap", subclasses=True
    ),
    "select * from instanceof 120": lambda heap: heap.select(
        heap.row("@120").value or "", subclasses=True
    ),
    "select * from objects instanceof 0x128da800": lambda heap: class_objects(
        heap, heap.row("0x128da800").value or "", subclasses=True
    ),
    'SELECT * FROM ".....i.*"': classes_with_an_i,
    "SELECT s[2] FROM int[] s": third_numbers,
    "SELECT OBJECTS s[1:3][1] FROM byte[][] s": third_elements,
    "SELECT v, v.@objectId FROM OBJECTS ${snapshot}.getObject(123) v": lambda heap: heap.select(
        "@123"
    ),
}


@pytest.mark.parametrize("query", OQL)
def test_oql(jdk5: Heap, query: str) -> None:
    facts = json.loads((CORPUS / "oql-facts.json").read_text(encoding="utf-8"))
    wanted = {fact["query"].strip(): fact["rows"] for fact in facts}
    assert len(OQL[query](jdk5)) == wanted[query]


def test_reference_statistics(jdk5: Heap) -> None:
    """`getClassesByName("java.lang.ref.Reference", true)` has 21 objects, each of one kind."""
    kinds = ("soft", "weak", "phantom", "finalizer")
    found = [jdk5.reference_statistics(kind).references for kind in kinds]
    assert sum(found) == 21


def test_show_dominator_tree(jdk5: Heap) -> None:
    def below(name: str) -> dict[str, int]:
        rows = jdk5.dominated(name)
        return {row.class_name.removeprefix(TEST_DATA): row.retained_bytes for row in rows}

    first = jdk5.row(ROOT_OF_TREE)
    assert (first.class_name, first.retained_bytes) == (f"{TEST_DATA}R", 376)
    assert jdk5.dominated_count(ROOT_OF_TREE) == 8
    level = below(ROOT_OF_TREE)
    assert set(level) == set("ABCDEHIK")
    assert first.shallow_bytes + sum(level.values()) == 376
    assert set(below(f"{TEST_DATA}C#0")) == {"F", "G"}
    assert set(below(f"{TEST_DATA}D#0")) == {"L"}
    assert set(below(f"{TEST_DATA}G#0")) == {"J"}


def test_dominator_tree_by_class(jdk5: Heap) -> None:
    groups = jdk5.dominated_groups(ROOT_OF_TREE, by="class")
    assert {(row.label.removeprefix(TEST_DATA), row.objects) for row in groups} == {
        (letter, 1) for letter in "ABCDEHIK"
    }


def test_immediate_dominators(jdk5: Heap) -> None:
    members = jdk5.select(*(f"{TEST_DATA}{letter}" for letter in "ABCDEFGHIJKL"))
    rows = jdk5.immediate_dominators(members)
    assert {row.label.removeprefix(TEST_DATA): row.dominated_objects for row in rows} == {
        "R": 8,
        "C": 2,
        "D": 1,
        "G": 1,
    }


def test_show_retained_set(jdk5: Heap) -> None:
    assert jdk5.retained_bytes_of([ROOT_OF_TREE]) == (13, 376)
    rows = jdk5.retained_set([ROOT_OF_TREE])
    assert {row.label.removeprefix(TEST_DATA): row.objects for row in rows} == dict.fromkeys(
        "ABCDEFGHIJKLR", 1
    )


def test_customized_retained_set(jdk6: Heap) -> None:
    cut = [f"java.lang.ref.{kind}Reference#referent" for kind in ("Weak", "Soft")]
    found = jdk6.retained_objects(SYSTEM, cut=cut)
    assert len(jdk6.set_histogram(found)) == 17


@pytest.mark.parametrize("address", MAPS | SETS)
def test_collections_grouped_by_size(jdk6: Heap, address: str) -> None:
    """collections_grouped_by_size, collection_fill_ratio and map_collision_ratio have one row."""
    class_name, size = (MAPS | SETS)[address]
    assert jdk6.row(address).class_name == class_name
    (row,) = jdk6.collection_sizes(address).rows
    assert (row.size, row.collections) == (size, 1)


@pytest.mark.parametrize("address", MAPS | SETS)
def test_collection_fill_ratio(jdk6: Heap, address: str) -> None:
    """What has entries fills its array to more than nothing; tree maps have none."""
    class_name, size = (MAPS | SETS)[address]
    found = [row for row in jdk6.collection_fill(address).rows if row.collections]
    assert sum(row.collections for row in found) == 1
    assert found[0].elements == size
    assert (found[0].upto is None) == (class_name == "java.util.TreeMap")


@pytest.mark.parametrize("address", MAPS)
def test_hash_entries(jdk6: Heap, address: str) -> None:
    size = MAPS[address][1]
    found = jdk6.contents(address, limit=None)
    assert (found.size, len(found.rows)) == (size, size)


@pytest.mark.parametrize("address", SETS)
def test_hash_set_values(jdk6: Heap, address: str) -> None:
    found = jdk6.contents(address, limit=None)
    assert len({row.value for row in found.rows}) == SETS[address][1]


def sample_collections(heap: Heap, name: str, field: str) -> Iterator[tuple[ObjectRow, int]]:
    """The collections of the sample program with the number of entries that MAT finds in them.

    That is a constant of the program, or 1 of what can hold no more, 0 of those left empty.
    """
    for index in heap.select(COLLECTION_DATA + name):
        detail = heap.object(index, statics=True)
        fields = {one.name: one for one in detail.fields}
        statics = {one.name: one.value for one in detail.statics}
        array = fields[field].target
        assert array is not None
        for one in heap.array_elements(array.object_index, limit=1 << 20):
            assert one is not None
            short = "Singleton" in one.class_name or one.class_name.endswith("JobStateReasons")
            size = 1 if short else statics["COUNT"]
            assert isinstance(size, int)
            yield one, 0 if name.startswith("Empty") else size


def collections_read(heap: Heap, name: str) -> list[tuple[ObjectRow, int, CollectionRow]]:
    """The collections that Seamew knows, with MAT's numbers of entries."""
    field = "maps" if name.endswith("MapTestData") else "collections"
    found = []
    for one, size in sample_collections(heap, name, field):
        rows = heap.collection_objects(one.object_index).rows
        assert rows, one.class_name
        found += [(one, size, row) for row in rows]
    return found


SAMPLES = [
    f"{empty}{kind}TestData"
    for empty in ("", "Empty")
    for kind in ("ListCollection", "NonListCollection", "Map")
]


@pytest.mark.parametrize("name", SAMPLES)
def test_extracted_entries(collections: Heap, name: str) -> None:
    """extract_list_values, hash_set_values and hash_entries find every entry of each collection."""
    found = collections_read(collections, name)
    assert found or name == "EmptyListCollectionTestData"
    for one, size, row in found:
        assert row.size == size, one
        entries = collections.contents(one.object_index, limit=None)
        if one.class_name != COPIES:
            assert len(entries.rows) == size, one


@pytest.mark.parametrize("name", SAMPLES)
def test_ratios_of_collections(collections: Heap, name: str) -> None:
    """collection_fill_ratio and map_collision_ratio: shares, as far as there are arrays."""
    for one, size, row in collections_read(collections, name):
        if row.fill_ratio is not None:
            # With many collisions a table holds more entries than places.
            assert 0 < row.fill_ratio <= 1.2 if size else row.fill_ratio in {0, 1}, one
        if row.collision_ratio is not None:
            assert 0 <= row.collision_ratio <= (1 if size else 0), one
