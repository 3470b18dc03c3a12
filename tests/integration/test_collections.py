"""Collections at the prompt and from Python, on built heaps."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

import seamew
from seamew import errors
from seamew.heap import CollectionFilter, CollectionSurvey, read_collection_shapes
from seamew.model import ObjectRow
from seamew.testing import HeapBuilder, InstanceObject
from support.command import result
from support.command import seamew as command

CUSTOM = """
[[collection]]
class = "com.acme.Bag"
kind = "list"
size = "count"
array = "items"
"""


def hash_map(builder: HeapBuilder, buckets: list[list[str]]) -> InstanceObject:
    """A java.util.HashMap whose values are its keys."""
    fields = {"table": "object", "size": "int"}
    owner = builder.klass("java.util.HashMap", fields=fields)
    entry = {"key": "object", "value": "object", "next": "object", "hash": "int"}
    node = builder.klass("java.util.HashMap$Node", fields=entry)
    heads = []
    for keys in buckets:
        head = None
        for key in reversed(keys):
            text = builder.string(key)
            head = builder.instance(node, key=text, value=text, next=head, hash=5)
        heads.append(head)
    table = builder.array("java.util.HashMap$Node[]", heads)
    made = builder.instance(owner, table=table, size=sum(map(len, buckets)))
    builder.root(made)
    return made


def add_bag(builder: HeapBuilder) -> None:
    """A list of a class that is not known."""
    owner = builder.klass("com.acme.Bag", fields={"items": "object", "count": "int"})
    items = builder.array("java.lang.Object[]", [builder.string("apple"), None])
    builder.root(builder.instance(owner, items=items, count=1))


@pytest.fixture
def maps(builder: HeapBuilder, tmp_path: Path) -> Path:
    """Three maps: of three keys in two of four buckets, of one key in ten, of none."""
    add_bag(builder)
    hash_map(builder, [["a", "b"], [], ["c"], []])
    hash_map(builder, [["a"], *[[]] * 9])
    hash_map(builder, [])
    return builder.write(tmp_path / "maps.hprof")


@pytest.fixture
def custom(tmp_path: Path) -> Path:
    path = tmp_path / "collections.toml"
    path.write_text(CUSTOM, encoding="utf-8")
    return path


def test_by_class(maps: Path) -> None:
    found = result("collections", maps)
    (row,) = found["rows"]
    assert row["class"] == "java.util.HashMap"
    assert row["kind"] == "map"
    assert (row["collections"], row["empty"], row["elements"]) == (3, 1, 4)
    assert row["wasted_bytes"] == (2 + 9) * 8
    assert found["total"]["wasted_bytes"] == row["wasted_bytes"]
    assert found["others"] == 0


def test_by_size_fill_and_collisions(maps: Path) -> None:
    sizes = result("collections", maps, "--by", "size")["rows"]
    assert [(row["size"], row["collections"]) for row in sizes] == [(0, 1), (1, 1), (3, 1)]
    fill = result("collections", maps, "--by", "fill", "--segments", "4")["rows"]
    counts = [(row["upto"], row["collections"]) for row in fill]
    assert counts == [(0.25, 1), (0.5, 0), (0.75, 1), (1.0, 0), (None, 1)]
    collisions = result("collections", maps, "--by", "collisions", "--segments", "2")["rows"]
    assert [(row["upto"], row["collections"]) for row in collisions] == [(0.5, 3), (1.0, 0)]


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        ([], [3, 1, 0]),
        (["--empty"], [0]),
        (["--sparse"], [1]),
        (["--min-size", "2"], [3]),
        (["--sort", "wasted"], [1, 3, 0]),
        (["--limit", "1"], [3]),
    ],
)
def test_single_collections(maps: Path, options: list[str], sizes: list[int]) -> None:
    rows = result("collections", maps, "--objects", *options)["rows"]
    assert [row["size"] for row in rows] == sizes


def test_what_is_no_collection_is_counted(maps: Path) -> None:
    found = result("collections", maps, "java.util.HashMap", "java.lang.String")
    assert found["others"] > 0
    done = command("collections", maps, "java.lang.String")
    assert "selected are no known collections" in done.stdout


def test_contents(maps: Path) -> None:
    found = result("contents", maps, "java.util.HashMap#0")
    assert (found["kind"], found["size"], found["capacity"]) == ("map", 3, 4)
    assert [row["key"]["value"] for row in found["rows"]] == ["a", "b", "c"]
    assert [row["index"] for row in found["rows"]] == [0, 0, 2]
    assert found["is_complete"] is True
    assert found["notes"] == []
    page = result("contents", maps, "java.util.HashMap#0", "--offset", "1", "--limit", "1")
    assert [row["key"]["value"] for row in page["rows"]] == ["b"]
    assert page["is_complete"] is False


def test_contents_in_another_order(builder: HeapBuilder, tmp_path: Path) -> None:
    hash_map(builder, [["c"], ["a longer text"], ["b"]])
    dump = builder.write(tmp_path / "order.hprof")

    def keys(*options: str) -> list[str]:
        found = result("contents", dump, "java.util.HashMap#0", *options)
        return [row["key"]["value"] for row in found["rows"]]

    assert keys("--sort", "key") == ["a longer text", "b", "c"]
    assert keys("--sort", "retained")[0] == "a longer text"
    assert keys("--sort", "key", "--offset", "1", "--limit", "1") == ["b"]


def test_entries_of_many_maps_by_key(maps: Path) -> None:
    found = result("contents", maps, "java.util.HashMap", "--key", "a")
    assert found["collections"] == 3
    assert len({row["collection_address"] for row in found["rows"]}) == 2
    done = command("contents", maps, "java.util.HashMap", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["key"] for row in rows] == ["a", "b", "c", "a"]
    assert all(row["hash"] == "5" for row in rows)


def test_what_is_broken_is_told(builder: HeapBuilder, tmp_path: Path) -> None:
    broken = hash_map(builder, [["a"]])
    broken.values["size"] = 7
    table = broken.values["table"]
    head = table.elements[0]  # type: ignore[union-attr]
    head.values["next"] = head
    dump = builder.write(tmp_path / "broken.hprof")
    found = result("contents", dump, "java.util.HashMap#0")
    assert len(found["rows"]) == 1
    assert any("comes back" in note for note in found["notes"])
    assert any("the size says 7" in note for note in found["notes"])
    assert "broken: " in command("contents", dump, "java.util.HashMap#0").stdout


def test_classes_of_ones_own(maps: Path, custom: Path) -> None:
    refused = command("contents", maps, "com.acme.Bag#0")
    assert refused.returncode != 0
    assert "--collections-file" in refused.stderr
    option = ["--collections-file", str(custom)]
    found = result("contents", maps, "com.acme.Bag#0", *option)
    assert [row["value"]["value"] for row in found["rows"]] == ["apple"]
    done = command("collections", maps, "com.acme.Bag", SEAMEW_COLLECTIONS=str(custom))
    assert "com.acme.Bag" in done.stdout


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("collection = 1", "must have tables"),
        ("[[collection]", "is no TOML file"),
        ("[[collection]]\nclass = 'com.acme.Bag'\nkind = 'bag'", "`kind` is list"),
        (CUSTOM.replace("items", "things"), "has no field things; it has items, count"),
        (CUSTOM + "colour = 'red'", "`colour` is unknown"),
    ],
)
def test_descriptions_that_are_wrong(maps: Path, custom: Path, text: str, reason: str) -> None:
    custom.write_text(text, encoding="utf-8")
    done = command("collections", maps, "--collections-file", custom)
    assert done.returncode != 0
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "options",
    [["--objects", "--by", "size"], ["--empty", "--min-size", "3"], ["--sort", "size"]],
)
def test_options_that_exclude_each_other(maps: Path, options: list[str]) -> None:
    assert command("collections", maps, *options).returncode == 2


def test_from_python(maps: Path, custom: Path) -> None:
    with seamew.open(maps, use_index=False) as heap:
        (row,) = heap.collections().rows
        assert row.elements == 4
        assert heap.collection_sizes("java.util.HashMap").total == 3
        sparse = heap.collection_objects(only=CollectionFilter(most_fill=0.2)).rows
        assert [one.size for one in sparse] == [1]
        (entry,) = heap.lookup("java.util.HashMap#0", "c")
        assert isinstance(entry.value, ObjectRow)
        assert entry.value.value == "c"
        assert heap.lookup("java.util.HashMap#0", "z") == ()
        shapes = read_collection_shapes(custom)
        assert heap.contents("com.acme.Bag#0", shapes=shapes).size == 1
        with pytest.raises(errors.ObjectNotFoundError, match="no known collection"):
            heap.contents("com.acme.Bag#0")
        with pytest.raises(errors.UsageError, match="kind"):
            heap.collections(shapes=[{"class": "A", "kind": "bag"}])


def test_a_survey_says_what_single_questions_say(maps: Path) -> None:
    some = CollectionFilter(least_size=1, most_fill=0.5)
    surveys = [
        CollectionSurvey(CollectionFilter(), "size", 100),
        CollectionSurvey(some, "wasted", 1),
    ]
    with seamew.open(maps, use_index=False) as heap:
        everything, sparse = heap.collection_surveys(surveys)
        assert everything.classes == heap.collections().rows
        assert everything.most == heap.collection_objects(order="size").rows
        assert sparse.classes == heap.collections(only=some).rows
        assert sparse.most == heap.collection_objects(only=some, order="wasted", limit=1).rows
    assert len(sparse.most) == 1


def test_instances_of_classes_with_few_and_with_many(builder: HeapBuilder, tmp_path: Path) -> None:
    counts = {"com.acme.Few": 3, "com.acme.Edge": 256, "com.acme.Many": 300, "com.acme.None": 0}
    for name, count in counts.items():
        builder.klass(name)
        for _ in range(count):
            builder.root(builder.instance(name))
    with seamew.open(builder.write(tmp_path / "few.hprof"), use_index=False) as heap:
        for name, count in counts.items():
            assert len(heap.select(name)) == count
        both = heap.select("com.acme.Few", "com.acme.Many")
        assert len(both) == 303
        assert {heap.class_name(one) for one in heap.select("com.acme.Few")} == {"com.acme.Few"}
