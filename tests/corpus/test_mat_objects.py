"""MAT's queries on roots, threads, loaders, sets and values, against MAT's figures.

One test a query, as in `test_mat_queries`.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from seamew.heap import Heap
from seamew.heap.reference_statistics import REFERENCE_KINDS
from support.mat_answers import MatAnswers, number, sums

SAMPLES = 100
MOST_WALKS_OBJECTS = 20_000_000
"""Objects visited at most by the walks of one test."""

ELEMENT_BYTES = {
    "boolean": 1, "byte": 1, "char": 2, "short": 2, "int": 4, "float": 4, "long": 8, "double": 8,
}  # fmt: skip
_ALL = 1 << 30


def sampled(mat: MatAnswers) -> list[int]:
    """Indices spread over the heap, of as many objects as a test can walk the heap for."""
    count = min(SAMPLES, MOST_WALKS_OBJECTS // len(mat.objects))
    biggest = sorted(range(len(mat.objects)), key=lambda i: -mat.objects[i].retained_bytes)
    return biggest[: count // 2] + list(range(0, len(mat.objects), 2 * len(mat.objects) // count))


def test_gc_roots(opened: Heap, mat: MatAnswers) -> None:
    wanted = {row["Class Name"]: number(row["Objects"]) for row in mat.table("gcroots.csv")}
    rows = opened.roots()
    assert {row.type: row.objects for row in rows} == wanted
    found = set[int]()
    for row in rows:
        objects = opened.root_objects(row.type, limit=_ALL)
        members = [mat.by_address[one.address] for one in objects]
        assert (row.distinct_objects, row.shallow_bytes) == sums(members)
        found |= {one.address for one in objects}
    assert len(found) == number(mat.overview["Number of GC roots"])


def test_thread_overview(opened: Heap, mat: MatAnswers) -> None:
    found = {
        f"{row.class_name} @ {row.address:#x}": (
            row.name,
            row.shallow_bytes,
            row.retained_bytes,
            row.context_class_loader or "",
            str(row.is_daemon).lower(),
            row.priority,
            row.state,
            row.state_value,
        )
        for row in opened.threads()
    }
    assert found == {
        row["Object / Stack Frame"]: (
            row["Name"],
            number(row["Shallow Heap"]),
            number(row["Retained Heap"]),
            row["Context Class Loader"],
            row["Is Daemon"],
            number(row["Priority"]),
            row["State"],
            number(row["State value"]),
        )
        for row in mat.threads
    }


def test_thread_details(opened: Heap, mat: MatAnswers) -> None:
    for row in mat.threads:
        class_name, _, address = row["Object / Stack Frame"].partition(" @ ")
        thread = opened.thread(address).thread
        assert (thread.class_name, thread.name) == (class_name, row["Name"])
        assert thread.retained_bytes == number(row["Retained Heap"])
        assert opened.object(address).class_name == class_name


def test_finalizer_thread(opened: Heap, mat: MatAnswers) -> None:
    wanted = [
        (row["Object / Stack Frame"], number(row["Retained Heap"]))
        for row in mat.threads
        if row["Name"] == "Finalizer"
    ]
    threads = opened.finalizers().threads
    found = [(f"{row.class_name} @ {row.address:#x}", row.retained_bytes) for row in threads]
    assert found == wanted


def test_finalizer_overview(opened: Heap, mat: MatAnswers) -> None:
    finalizers = mat.by_class.get("java.lang.ref.Finalizer", [])
    found = opened.finalizers()
    assert found.finalizable == len(finalizers)
    assert sum(row.objects for row in found.finalizable_by_class) == len(finalizers)


@pytest.mark.parametrize("kind", REFERENCE_KINDS)
def test_reference_statistics(opened: Heap, mat: MatAnswers, kind: str) -> None:
    """{soft,weak,phantom,finalizer}_references_statistics: how many references there are."""
    own = REFERENCE_KINDS[kind]
    # MAT's data do not tell which classes are below: those names are ours, the counts are MAT's.
    below = {row.label for row in opened.set_histogram(opened.of_class(own)) if row.objects}
    assert below >= {own} & mat.by_class.keys()
    wanted = sum(len(mat.by_class[name]) for name in below)
    assert opened.reference_statistics(kind).references == wanted


def test_class_loader_explorer(opened: Heap, mat: MatAnswers) -> None:
    loaders = opened.loaders()
    assert len({row.address for row in loaders}) == len(loaders)
    assert len(loaders) == number(mat.overview["Number of class loaders"])
    for row in loaders:
        one = mat.by_address[row.address]
        assert row.retained_bytes == one.retained_bytes
        assert row.class_name in {one.class_name, "<system class loader>"}
    assert sum(row.classes for row in loaders) == number(mat.overview["Number of classes"])
    assert sum(row.objects for row in loaders) == len(mat.objects)
    assert sum(row.shallow_bytes for row in loaders) == mat.heap_bytes


def test_classes_of_each_name(opened: Heap, mat: MatAnswers) -> None:
    names = Counter(name for name, _, _ in mat.histogram)
    assert {name: len(opened.find_classes(name)) for name in names} == names


def test_duplicate_classes(opened: Heap, mat: MatAnswers) -> None:
    """Names that several classes have; MAT does not ask whether their loaders differ."""
    names = Counter(name for name, _, _ in mat.histogram)
    wanted = {name: count for name, count in names.items() if count > 1}
    assert {row.class_name: row.classes for row in opened.duplicate_classes()} == wanted


def test_show_retained_set(opened: Heap, mat: MatAnswers) -> None:
    """Its total is what the object retains. Its histogram has the same total."""
    for index in sampled(mat):
        retained = mat.objects[index].retained_bytes
        objects, size = opened.retained_bytes_of([index])
        assert size == retained, f"@{index}"
        rows = opened.retained_set([index])
        assert sum(row.shallow_bytes for row in rows) == retained
        assert sum(row.objects for row in rows) == objects


def test_customized_retained_set(opened: Heap, mat: MatAnswers) -> None:
    """Without references left out it is the retained set."""
    for index in sampled(mat)[::5]:
        found = opened.retained_objects(index)
        assert sum(mat.objects[member].shallow_bytes for member in found) == found.shallow_bytes
        assert found.shallow_bytes == mat.objects[index].retained_bytes


def test_list_objects(opened: Heap, mat: MatAnswers) -> None:
    """By MAT's ids, and by class: address, class and sizes of each."""
    rows = opened.rows([f"@{number}" for number in range(0, len(mat.objects), 7)])
    found = [(row.address, row.shallow_bytes, row.retained_bytes, row.class_name) for row in rows]
    assert found == [
        (one.address, one.shallow_bytes, one.retained_bytes, one.class_name)
        for one in mat.objects[::7]
    ]
    for name, members in mat.by_class.items():
        addresses = [one.address for one in members]
        indices = list(opened.select(name))
        assert [mat.objects[index].address for index in indices] == addresses, name


def test_list_objects_by_retained_size(opened: Heap, mat: MatAnswers) -> None:
    """Listing the objects of a class by what they retain, as MAT's tables sort them."""
    for name in ("java.lang.String", "java.lang.Thread", "java.lang.Object[]"):
        wanted = sorted((one.retained_bytes for one in mat.by_class[name]), reverse=True)[:50]
        rows = opened.rows(opened.biggest(name, limit=50))
        assert [row.retained_bytes for row in rows] == wanted


def test_find_strings(opened: Heap, mat: MatAnswers) -> None:
    """The strings among the biggest dominators, by the text that MAT shows of them."""
    texts = {
        one.address: one.text
        for one in mat.dominators
        if one.text and one.name == "java.lang.String"
    }
    if not texts:
        pytest.skip("no strings among the biggest dominators")
    for address, text in texts.items():
        found = opened.rows(list(opened.find_strings(text, fixed=True)))
        assert address in {row.address for row in found}, text


def test_group_by_value(opened: Heap, mat: MatAnswers) -> None:
    for name in ("java.lang.String", "java.lang.Thread", "java.lang.Integer"):
        members = mat.by_class[name]
        groups = opened.group_by(name, limit=None)
        rows = groups.rows
        assert groups.objects == len(members)
        assert (sum(row.objects for row in rows), sum(row.shallow_bytes for row in rows)) == (
            sums(members)
        )


def up_to_multiple(size: int, unit: int) -> int:
    return -(-size // unit) * unit


def test_arrays_grouped_by_size(opened: Heap, mat: MatAnswers) -> None:
    """The length of an array settles its size, so the sizes of all arrays of a class must agree."""
    header, reference_bytes = mat.array_header_bytes, opened.facts.reference_bytes
    assert (reference_bytes == 4) == mat.has_short_references
    for name, members in mat.by_class.items():
        if not name.endswith("[]"):
            continue
        element = ELEMENT_BYTES.get(name.removesuffix("[]"), reference_bytes)
        wanted = Counter(one.shallow_bytes for one in members)
        found = Counter[int]()
        for row in opened.arrays(name).lengths:
            size = up_to_multiple(header + row.length * element, 8)
            assert row.shallow_bytes == size * row.objects
            found[size] += row.objects
        assert found == wanted, name


def test_array_fill_ratio(opened: Heap, mat: MatAnswers) -> None:
    """All object arrays are in the table, with their sizes."""
    arrays = [
        one
        for name, members in mat.by_class.items()
        if name.endswith("[]") and name.removesuffix("[]") not in ELEMENT_BYTES
        for one in members
    ]
    rows = opened.array_fill()
    assert (sum(row.objects for row in rows), sum(row.shallow_bytes for row in rows)) == (
        sums(arrays)
    )


def test_collections_grouped_by_size(opened: Heap, mat: MatAnswers) -> None:
    """Every collection of a class that is known is in the tables, with its size."""
    classes: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in opened.collections().rows:
        objects, size = classes[row.class_name]
        classes[row.class_name] = (objects + row.collections, size + row.shallow_bytes)
    assert len(classes) > 10
    assert dict(classes) == {name: sums(mat.by_class[name]) for name in classes}
    sizes = opened.collection_sizes().rows
    assert sum(row.collections for row in sizes) == sum(count for count, _ in classes.values())
    assert sum(row.shallow_bytes for row in sizes) == sum(size for _, size in classes.values())
