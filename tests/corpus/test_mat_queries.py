"""MAT's queries on the whole heap, its classes and its dominator tree, against MAT's figures.

One test a query, named after it. What is expected comes from the files that MAT wrote, or follows
from the sizes it gave each object. Needs ../shared/corpus, as `test_mat_parity` does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import pytest

from seamew.diagnose import biggest_consumers, diagnose_heap
from seamew.heap import Heap, open_heap
from seamew.model import GroupRow, HistogramRow
from support.mat_answers import CORPUS, MatAnswers, MatDominator, MatObject, Sums, number, sums

KIBI = 1024
FEWEST_TEXTS = 10
NARROW_SPACE = "\u202f"
NO_PACKAGE = "<default>"
PATTERNS = ("java.lang.String", "java.util.*", "*[]", "java.lang.ref.*", "*$Entry*")
_ALL = 1 << 30


def sums_of_rows(rows: Iterable[HistogramRow]) -> dict[str, Sums]:
    """By label; classes of one name together."""
    found: dict[str, Sums] = {}
    for row in rows:
        objects, size = found.get(row.label, (0, 0))
        found[row.label] = (objects + row.objects, size + row.shallow_bytes)
    return found


def package(class_name: str) -> str:
    return class_name.rpartition(".")[0] or NO_PACKAGE


def test_heap_dump_overview(opened: Heap, mat: MatAnswers) -> None:
    facts, overview = opened.facts, mat.overview
    assert facts.heap_bytes == mat.heap_bytes
    used, unit = overview["Used heap dump"].split()
    size = mat.heap_bytes / (KIBI if unit == "KB" else KIBI**2)
    assert float(used) == pytest.approx(size, abs=0.05 if unit == "KB" else 0.5)
    assert facts.object_count == number(overview["Number of objects"]) == len(mat.objects)
    assert facts.class_count == number(overview["Number of classes"]) == len(mat.histogram)
    assert facts.root_count == number(overview["Number of GC roots"])
    assert facts.identifier_bytes * 8 == int(overview["Identifier size"].removesuffix("-bit"))
    assert (facts.reference_bytes == 4) == mat.has_short_references
    assert facts.at_ms is not None
    at = datetime.fromtimestamp(facts.at_ms / 1000, UTC)
    time = overview["Time"].replace(NARROW_SPACE, " ")
    assert at.strftime("%I:%M:%S %p UTC").lstrip("0") == time
    assert f"{at:%b} {at.day}, {at.year}" == overview["Date"]
    for fact in ("java.version", "java.runtime.version", "java.runtime.name"):
        assert facts.jvm.get(fact, "") in overview["JVM version"]


def test_heap_dump_overview_counts_class_loaders(opened: Heap, mat: MatAnswers) -> None:
    assert opened.facts.loader_count == number(mat.overview["Number of class loaders"])


def test_system_properties(opened: Heap, mat: MatAnswers) -> None:
    """MAT's line about the JVM is made of these."""
    found = {row.name: row.value for row in opened.properties() if row.source == "system"}
    names = ("java.vm.name", "java.vm.version", "java.vm.info")
    texts = [found[name] for name in names]
    line = mat.overview["JVM version"].splitlines()[-1]
    assert line == f"{texts[0]} (build {texts[1]}, {texts[2]})"


def test_histogram(opened: Heap, mat: MatAnswers) -> None:
    found = [(row.label, row.objects, row.shallow_bytes) for row in opened.histogram()]
    assert sorted(found) == sorted(mat.histogram)
    by_object = {name: sums(members) for name, members in mat.by_class.items()}
    assert {name: row for name, row in sums_of_rows(opened.histogram()).items() if row[0]} == (
        by_object
    )


@pytest.mark.parametrize("pattern", PATTERNS)
def test_histogram_of_chosen_objects(opened: Heap, mat: MatAnswers, pattern: str) -> None:
    start, _, end = pattern.partition("*")
    middle = end.strip("*") if end.endswith("*") else ""
    wanted = {
        name: sums(members)
        for name, members in mat.by_class.items()
        if (name == pattern if "*" not in pattern else name.startswith(start))
        and (middle in name if middle else name.endswith(end))
    }
    assert wanted
    assert sums_of_rows(opened.set_histogram(pattern)) == wanted
    assert sums_of_rows(opened.set_histogram(opened.select(pattern))) == wanted


def test_histogram_by_package(opened: Heap, mat: MatAnswers) -> None:
    wanted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, objects, shallow_bytes in mat.histogram:
        if objects:  # packages without objects are no rows of ours
            wanted[package(name)].update(objects=objects, bytes=shallow_bytes)
    sizes = {name: (count["objects"], count["bytes"]) for name, count in wanted.items()}
    assert sums_of_rows(opened.histogram("package")) == sizes


def test_histogram_by_superclass(opened: Heap, mat: MatAnswers) -> None:
    """All objects are objects; a class without subclasses has the objects that it has alone."""
    found = sums_of_rows(opened.histogram("superclass"))
    assert found["java.lang.Object"] == (len(mat.objects), mat.heap_bytes)
    # Final classes of the JDK.
    for name in ("java.lang.String", "java.lang.Class", "java.lang.Integer"):
        assert found[name] == sums(mat.by_class[name])


def cannot_dominate_each_other(members: list[MatObject]) -> bool:
    """A dominator retains what the other retains, and itself."""
    retained = [one.retained_bytes for one in members]
    return max(retained) < min(retained) + min(one.shallow_bytes for one in members)


def test_histogram_with_minimum_retained_sizes(opened: Heap, mat: MatAnswers) -> None:
    """They add up where no object of a class can dominate another one."""
    names = Counter(name for name, _, _ in mat.histogram)
    wanted = {
        name: sum(one.retained_bytes for one in members)
        for name, members in mat.by_class.items()
        if names[name] == 1 and cannot_dominate_each_other(members)
    }
    assert len(wanted) > len(mat.by_class) // 2
    found = {row.label: row.retained_bytes for row in opened.histogram()}
    assert {name: found[name] for name in wanted} == wanted


def test_delta_histogram() -> None:
    """What grew from one dump to the other of a program, with short references and without."""
    folders = [CORPUS / f"sun_jdk6_30_x64_{kind}compressedOops" for kind in ("", "no")]
    if not all(folder.exists() for folder in folders):
        pytest.skip(f"no reference dumps in {CORPUS}")
    before, after = [MatAnswers(folder) for folder in folders]
    old, new = [
        {name: (objects, size) for name, objects, size in answers.histogram}
        for answers in (before, after)
    ]
    wanted = {
        name: tuple(
            b - a for a, b in zip(old.get(name, (0, 0)), new.get(name, (0, 0)), strict=True)
        )
        for name in old.keys() | new.keys()
    }
    with (
        open_heap(before.dump, use_index=False, size_model="mat") as first,
        open_heap(after.dump, use_index=False, size_model="mat") as second,
    ):
        rows = second.histogram_difference(first)
    found = {row.label: (row.objects_grown, row.shallow_bytes_grown) for row in rows}
    # A row may be there because only what it retains has changed.
    changed = {name: row for name, row in found.items() if row != (0, 0)}
    assert changed == {name: row for name, row in wanted.items() if row != (0, 0)}


def test_dominator_tree(opened: Heap, mat: MatAnswers) -> None:
    """The first 200 rows: object, name of its class, sizes, share of the heap."""
    wanted = mat.dominators
    rows = opened.dominated(limit=len(wanted))
    assert [row.retained_bytes for row in rows] == [one.retained_bytes for one in wanted]
    found = {row.address: row for row in opened.dominated(limit=_ALL)}
    for one in wanted:
        row = found[one.address]
        name = row.class_name
        if row.kind == "class" and one.name != "java.lang.Class":  # those of primitives
            name = f"class {row.value}"
        elif row.length is not None:
            name = f"{name.removesuffix('[]')}[{row.length}]"
        assert (name, row.shallow_bytes, row.retained_bytes) == (
            one.name,
            one.shallow_bytes,
            one.retained_bytes,
        )
        assert row.retained_bytes / opened.facts.heap_bytes == pytest.approx(one.share, abs=5e-6)


def test_dominator_tree_shows_readable_values(opened: Heap, mat: MatAnswers) -> None:
    texts = {hex(one.address): one.text for one in mat.dominators if one.text is not None}
    assert len(texts) >= FEWEST_TEXTS
    for address, text in texts.items():
        row = opened.row(address)
        assert (row.value or opened.text(address) or "").startswith(text), address


def test_show_dominator_tree(opened: Heap, mat: MatAnswers) -> None:
    """What objects retain is what they and the objects below them in the tree take, as MAT says."""
    addresses = opened.column("address").memory.tolist()
    assert addresses == [one.address for one in mat.objects]
    retained = [one.shallow_bytes for one in mat.objects]
    topmost = 0
    for index, dominator in enumerate(opened.column("dominator").memory.tolist()):
        below = mat.objects[index].retained_bytes
        if 0 <= dominator < len(retained):
            retained[dominator] += below
        else:
            topmost += below
    assert retained == [one.retained_bytes for one in mat.objects]
    assert topmost == mat.heap_bytes


def groups_that_are_known(
    mat: MatAnswers, by_label: Mapping[str, list[MatDominator]], members: Mapping[str, list[int]]
) -> dict[str, tuple[int, int, int]]:
    """Groups all of whose topmost objects are among MAT's 200: the others retain too little.

    `members` has what each object of a label retains.
    """
    least = mat.dominators[-1].retained_bytes
    return {
        label: (
            len(rows),
            sum(row.shallow_bytes for row in rows),
            sum(row.retained_bytes for row in rows),
        )
        for label, rows in by_label.items()
        if min(members[label]) > least
    }


def group_sums(rows: Iterable[GroupRow]) -> dict[str, tuple[int, int, int]]:
    return {row.label: (row.objects, row.shallow_bytes, row.retained_bytes) for row in rows}


def test_dominator_tree_by_class(opened: Heap, mat: MatAnswers) -> None:
    by_class: defaultdict[str, list[MatDominator]] = defaultdict(list)
    for one in mat.dominators:
        by_class[mat.by_address[one.address].class_name].append(one)
    retained = {
        name: [one.retained_bytes for one in members] for name, members in mat.by_class.items()
    }
    wanted = groups_that_are_known(mat, by_class, retained)
    assert wanted
    rows = opened.dominated_groups(by="class")
    found = group_sums(rows)
    assert {label: found.get(label) for label in wanted} == wanted
    assert sum(row.retained_bytes for row in rows) == mat.heap_bytes


def test_dominator_tree_by_package(opened: Heap, mat: MatAnswers) -> None:
    """Class objects count for the package of the class that they stand for.

    Of these MAT's data name only the 200 biggest, so they are the least that a package must have.
    """
    by_package: defaultdict[str, list[MatDominator]] = defaultdict(list)
    for one in mat.dominators:
        standing_for = one.name.removeprefix("class ")
        own = mat.by_address[one.address].class_name
        by_package[package(own if standing_for == one.name else standing_for)].append(one)
    rows = opened.dominated_groups(by="package")
    assert sum(row.retained_bytes for row in rows) == mat.heap_bytes
    found = group_sums(rows)
    for label, members in by_package.items():
        objects, shallow_bytes, retained_bytes = found[label]
        assert objects >= len(members)
        assert shallow_bytes >= sum(one.shallow_bytes for one in members)
        assert retained_bytes >= sum(one.retained_bytes for one in members)


def test_pie_biggest_objects(opened: Heap, mat: MatAnswers) -> None:
    biggest = [one for one in mat.dominators if one.retained_bytes * 100 > mat.heap_bytes]
    assert biggest
    indices = opened.biggest(opened.select(), limit=_ALL)
    topmost = opened.topmost(opened.select(*indices))
    rows = opened.rows(opened.biggest(topmost, limit=len(biggest)))
    assert {(row.address, row.retained_bytes) for row in rows} == {
        (one.address, one.retained_bytes) for one in biggest
    }


def test_top_consumers(opened: Heap, mat: MatAnswers) -> None:
    """Objects that retain a hundredth of the heap or more."""
    wanted = {
        (one.address, one.retained_bytes)
        for one in mat.dominators
        if one.retained_bytes * 100 >= mat.heap_bytes
    }
    assert wanted
    rows = biggest_consumers(opened, limit=None).objects
    found = [row for row in rows if row.retained_bytes * 100 >= mat.heap_bytes]
    assert {(row.address, row.retained_bytes) for row in found} == wanted


def test_big_drops_in_dominator_tree(opened: Heap, mat: MatAnswers) -> None:
    """Objects that must drop, whatever lies below them, do; only those do that can."""
    threshold = mat.heap_bytes // 100
    topmost = {one.address for one in mat.dominators}
    inner = sorted(one.retained_bytes for one in mat.objects if one.address not in topmost)
    must, can = set(), set()
    for one in mat.objects:
        if one.retained_bytes <= threshold:
            continue
        can.add(one.address)
        below = [size for size in inner if size <= one.retained_bytes - one.shallow_bytes]
        if one.retained_bytes - max(below, default=0) > threshold:
            must.add(one.address)
    assert must
    rows = opened.big_drops()
    assert must <= {row.address for row in rows} <= can
    for row in rows:
        one = mat.by_address[row.address]
        assert row.retained_bytes == one.retained_bytes
        assert row.drop_bytes == one.retained_bytes - row.biggest_child_retained_bytes > threshold


def test_immediate_dominators(opened: Heap, mat: MatAnswers) -> None:
    """Of the topmost objects it is nothing but the roots."""
    members = opened.select(*(hex(one.address) for one in mat.dominators))
    (row,) = opened.immediate_dominators(members)
    assert row.class_id is None
    assert (row.dominated_objects, row.dominated_shallow_bytes) == (
        len(mat.dominators),
        sum(one.shallow_bytes for one in mat.dominators),
    )


def test_leakhunter(opened: Heap, mat: MatAnswers) -> None:
    """Single suspects retain over a tenth of the heap, groups the others of a class together."""
    limit = mat.heap_bytes // 10
    singles = {one.address for one in mat.dominators if one.retained_bytes > limit}
    rest: defaultdict[str, int] = defaultdict(int)
    for one in mat.dominators:
        if one.address not in singles:
            rest[mat.by_address[one.address].class_name] += one.retained_bytes
    suspects = diagnose_heap(opened).suspects
    assert {one.object.address for one in suspects if one.object is not None} == singles
    groups = {one.class_name for one in suspects if one.object is None}
    # The 200 biggest are the least that a class has.
    assert groups >= {name for name, retained_bytes in rest.items() if retained_bytes > limit}


def test_unreachable_objects(opened: Heap, mat: MatAnswers) -> None:
    """As MAT's own test has it: with what it keeps by default they are all objects of the dump."""
    with open_heap(mat.dump, use_index=False, size_model="mat", keep_unreachable=True) as whole:
        everything = sums_of_rows(whole.histogram())
    found = sums_of_rows(opened.unreachable_histogram())
    assert found
    total = Counter[tuple[str, int]]()
    for name, objects, shallow_bytes in mat.histogram:
        total.update({(name, 0): objects, (name, 1): shallow_bytes})
    for name, (objects, shallow_bytes) in found.items():
        total.update({(name, 0): objects, (name, 1): shallow_bytes})
    assert {name: (total[name, 0], total[name, 1]) for name in everything} == everything
    assert {name for name, _ in total} <= everything.keys()
