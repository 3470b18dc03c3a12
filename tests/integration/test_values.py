"""Texts, duplicates, arrays and groups, from the library and at the prompt."""

from __future__ import annotations

import csv
import re
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import seamew
from seamew import errors
from seamew.heap import Heap
from seamew.testing import HeapBuilder, InstanceObject
from support.command import result
from support.command import seamew as run

TEXTS = ["alpha", "alpha", "beta", "Alpha\x1b[2J", "中文", ""]


@pytest.fixture
def values(builder: HeapBuilder, tmp_path: Path) -> Path:
    """Sessions whose names repeat, arrays of each kind."""
    builder.klass("java.lang.Integer", fields={"value": "int"})
    kind = builder.klass(
        "com.acme.Session", fields={"name": "object", "size": "int", "next": "object"}
    )
    held: list[InstanceObject] = []
    for number, text in enumerate(TEXTS):
        last = held[-1] if number % 2 else None
        made = builder.instance(kind, name=builder.string(text), size=number // 2, next=last)
        held.append(made)
    held += [builder.instance("java.lang.Integer", value=7) for _ in range(3)]
    arrays = [builder.data(100), builder.data(100), builder.data(3, "long"), builder.data(0)]
    sparse = builder.array("com.acme.Session[]", [held[0], None, None, None])
    builder.root(builder.array("java.lang.Object[]", [*held, *arrays, sparse]))
    return builder.write(tmp_path / "values.hprof")


def answer(*arguments: str | Path) -> Any:  # noqa: ANN401 (JSON)
    return result(*arguments, "--no-index")


@pytest.mark.parametrize(
    "arguments",
    [
        ("strings",),
        ("strings", "--sort", "retained", "--limit", "2"),
        ("strings", "--arrays", "--match", "a"),
        ("duplicates", "strings"),
        ("duplicates", "arrays", "--by", "class"),
        ("duplicates", "objects", "--sort", "objects"),
        ("arrays", "--sort", "objects"),
        ("arrays", "--by", "length"),
        ("arrays", "--by", "fill"),
        ("arrays", "--constant", "--sort", "length"),
        ("arrays", "--unused", "--more-than", "0"),
        ("arrays", "--objects"),
        ("group-by", "*"),
        ("group-by", "com.acme.Session", "--field", "name", "--sort", "retained"),
        ("find", "com.acme.Session", "--where", "size>0", "--sort", "shallow"),
    ],
)
@pytest.mark.parametrize("form", ["", "--json", "--csv"])
def test_every_form(values: Path, arguments: tuple[str, ...], form: str) -> None:
    command, *rest = arguments
    done = run(command, values, *rest, "--no-index", *([form] if form else []))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
    if form == "--csv":
        assert all(None not in row for row in csv.DictReader(StringIO(done.stdout)))


def slow_texts(heap: Heap) -> dict[int, str]:
    rows = heap.rows(heap.instance_ids("java.lang.String", limit=10_000))
    return {row.object_index: row.value for row in rows if row.value is not None}


@pytest.mark.parametrize(
    ("pattern", "ignore_case"), [("alpha", False), ("ALPHA$", True), ("", False)]
)
def test_strings_are_found(values: Path, pattern: str, *, ignore_case: bool) -> None:
    with seamew.open(values, use_index=False) as heap:
        found = list(heap.find_strings(pattern, ignore_case=ignore_case))
        texts = slow_texts(heap)
        expression = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
        assert found == [index for index, text in texts.items() if expression.search(text)]
        rows = heap.text_rows(found, characters=3)
        assert [row.value for row in rows] == [texts[index][:3] for index in found]
        assert [row.characters for row in rows] == [len(texts[index]) for index in found]


def test_strings_at_the_prompt(values: Path) -> None:
    told = answer("strings", values, "--match", "alpha", "--ignore-case")
    assert told["total"] == 3
    assert sorted(row["value"] for row in told["rows"]) == ["Alpha\x1b[2J", "alpha", "alpha"]
    outcome = run("strings", values, "--match", "Alpha", "--no-index")
    assert "\x1b" not in outcome.stdout
    assert "Alpha\\x1b[2J" in outcome.stdout
    outcome = run("strings", values, "--no-index", "--csv")
    rows = list(csv.DictReader(StringIO(outcome.stdout)))
    assert Counter(row["value"] for row in rows)["alpha"] == 2
    among = answer("strings", values, "@0", "--match", "alpha")
    assert among["total"] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("strings", "--match", "a(b"), 2, "unclosed group, at character 2"),
        (("find", "com.acme.Session", "--where", "nam=x"), 3, "near names: name"),
        (("find", "com.acme.Session", "--where", "name"), 2, "is no condition"),
        (("find", "com.acme.Session", "--where", "size=x"), 2, "of type int"),
        (("group-by", "com.acme.Session", "--field", "sizes"), 3, "near names: size"),
        (("group-by", "com.acme.Sessio"), 3, "near names: com.acme.Session"),
        (("arrays", "--constant", "--unused"), 2, "exclude each other"),
        (("arrays", "--by", "length", "--unused"), 2, "exclude each other"),
        (("arrays", "--unused", "--sort", "length"), 2, "--sort length"),
        (("duplicates", "things"), 2, "'things' is not one of"),
    ],
)
def test_refusals(values: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    command, *rest = arguments
    outcome = run(command, values, *rest, "--no-index")
    assert outcome.returncode == code
    assert message in outcome.stderr


def test_duplicates(values: Path) -> None:
    with seamew.open(values, use_index=False) as heap:
        found = heap.duplicate_strings()
        texts = Counter(slow_texts(heap).values())
        assert (found.objects, found.distinct) == (texts.total(), len(texts))
        (row,) = found.rows
        assert (row.value, row.objects, row.lost_bytes) == ("alpha", 2, row.bytes_each)
        assert row.holders[0].field == "com.acme.Session#name"
        arrays = heap.duplicate_arrays("byte[]")
        assert (100, 2) in {(row.length, row.objects) for row in arrays.rows}
        (boxes,) = heap.duplicate_objects("java.lang.Integer").rows
        assert (boxes.value, boxes.objects, boxes.lost_bytes) == ("7", 3, 2 * boxes.bytes_each)
        with pytest.raises(errors.UsageError):
            heap.duplicate_strings(sort="size")
    told = answer("duplicates", values, "strings", "--by", "class")
    assert [row["class"] for row in told["rows"]] == ["java.lang.String"]
    assert told["lost_bytes"] == found.lost_bytes
    outcome = run("duplicates", values, "arrays", "--no-index")
    assert "com.acme" not in outcome.stdout.splitlines()[0]
    assert "byte[]" in outcome.stdout


def test_arrays(values: Path) -> None:
    by_class = {row["class"]: row for row in answer("arrays", values)["rows"]}
    assert by_class["long[]"]["elements"] == 3
    assert by_class["byte[]"]["empty_objects"] == 2
    by_length = answer("arrays", values, "long[]", "--by", "length")["rows"]
    assert [(row["length"], row["objects"]) for row in by_length] == [(3, 1)]
    filled = answer("arrays", values, "com.acme.Session[]", "--by", "fill", "--segments", "4")
    (row,) = (row for row in filled["rows"] if row["objects"])
    assert (row["up_to_share"], row["null_elements"]) == (0.25, 3)
    constant = answer("arrays", values, "--constant")["rows"]
    assert [(row["class"], row["value"], row["length"], row["objects"]) for row in constant] == [
        ("byte[]", 0, 100, 2),
        ("long[]", 0, 3, 1),
    ]
    assert answer("arrays", values, "--unused")["total"] == 0
    biggest = answer("arrays", values, "--objects")["rows"]
    sizes = [row["shallow_bytes"] for row in biggest]
    assert sizes == sorted(sizes, reverse=True)


def test_groups(values: Path) -> None:
    told = answer("group-by", values, "com.acme.Session", "--field", "next.name")
    rows = {(row["kind"], row["value"]): row["objects"] for row in told["rows"]}
    assert rows == {
        ("null", None): 3,
        ("value", "alpha"): 1,
        ("value", "beta"): 1,
        ("value", "中文"): 1,
    }
    outcome = run("group-by", values, "com.acme.Session", "--field", "next.name", "--no-index")
    assert "<null>" in outcome.stdout
    with seamew.open(values, use_index=False) as heap:
        (row,) = heap.group_by("java.lang.Integer").rows
        members = heap.select("java.lang.Integer")
        assert (row.value, row.objects, row.shallow_bytes) == ("7", 3, members.shallow_bytes)
        assert row.retained_bytes == heap.minimum_retained(members) == members.shallow_bytes


def test_find(values: Path) -> None:
    told = answer("find", values, "com.acme.Session", "--where", "name~^alp", "--where", "size=0")
    assert told["total"] == 2
    with seamew.open(values, use_index=False) as heap:
        found = heap.find("com.acme.Session", "size>=1")
        assert len(found) == len(TEXTS) - 2
        assert heap.biggest(found, limit=1)[0] in set(found)
        assert not heap.find("com.acme.Session", ["name=alpha", "size=2"])
