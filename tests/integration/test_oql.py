"""OQL on a heap: what is refused, how answers stream, and dumps that change while they are open."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import seamew
from seamew import errors
from seamew.heap import Heap
from seamew.testing import HeapBuilder
from support.big_dump import write_big_dump

NODES = 3000
"""More than are looked at one by one."""


def write_nodes(path: Path) -> Path:
    builder = HeapBuilder()
    node = builder.klass("com.acme.Node", fields={"next": "object", "number": "int"})
    nodes = [builder.instance(node, number=number) for number in range(NODES)]
    for one, other in pairwise(nodes):
        one.values["next"] = other
    builder.root(builder.array("com.acme.Node[]", nodes))
    for number in range(100):
        builder.root(builder.string(f"text {number}"))
    return builder.write(path)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return write_nodes(tmp_path / "nodes.hprof")


@pytest.fixture
def heap(dump: Path) -> Iterator[Heap]:
    with seamew.open(dump, use_index=False) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("SELECT * FORM com.acme.Node", 9, "expected .*FROM.*, not `FORM`", "did you mean FROM?"),
        ('SELECT n.number * "a" FROM com.acme.Node n', 18, "is a text, which", ""),
        ("SELECT * FROM com.acme.Node n WHERE n < 1", 36, "cannot compare an object", ""),
        ("SELECT n.@lenght FROM com.acme.Node[] n", 7, "no property lenght", "@length"),
        ("SELECT tostring(n) FROM com.acme.Node n", 7, "no function", "did you mean toString?"),
        ("SELECT * FROM OBJECTS 0x12", 22, "no object starts at 0x12", ""),
        ('SELECT * FROM ".*(?=x)"', 14, "", ""),
        ("SELECT heap.findClass('x').y == 1", 7, "", "JavaScript"),
        ("SELECT " + "(" * 50_000 + "1", None, "", ""),
    ],
)
def test_refusals_tell_the_place(
    heap: Heap, text: str, place: int | None, message: str, hint: str
) -> None:
    with pytest.raises(errors.QueryError) as caught:
        list(heap.oql(text))
    assert re.search(message, str(caught.value))
    assert hint in (caught.value.hint or "")
    if place is not None:
        assert caught.value.place is not None
        assert caught.value.place >= place - 1


def test_names_that_are_not_there_give_nothing_and_a_note(heap: Heap) -> None:
    result = heap.oql("SELECT n.numbre FROM com.acme.Node n")
    assert set(result) == {(None,)}
    (note,) = result.notes
    assert "did you mean number?" in note
    result = heap.oql("SELECT * FROM com.acme.Nod")
    assert list(result) == []
    assert "com.acme.Node" in result.notes[0]


def test_division_by_zero_is_no_error(heap: Heap) -> None:
    assert list(heap.oql("SELECT 1 / 0, 0 / 0 = 0 / 0 FROM OBJECTS 0")) == [(float("inf"), False)]


def test_regexes_end(heap: Heap) -> None:
    text = 'SELECT toString(s) LIKE "(t*)*(.|..|.t)*(x+x+)+y" FROM java.lang.String s'
    assert list(heap.oql(text, timeout_seconds=20)) == [(False,)] * 100


QUERIES_OF_CONTENTS = [
    "SELECT n.number FROM com.acme.Node n",
    "SELECT count(*) FROM com.acme.Node n WHERE n.number = 0",
    "SELECT a[5] FROM com.acme.Node[] a",
    "SELECT toString(s) FROM java.lang.String s",
]


@pytest.mark.parametrize("text", QUERIES_OF_CONTENTS)
def test_a_dump_that_is_cut_while_it_is_open(dump: Path, heap: Heap, text: str) -> None:
    os.truncate(dump, 2000)
    with pytest.raises(errors.SeamewError, match="the dump changed while it was read"):
        list(heap.oql(text))


@pytest.mark.parametrize("text", QUERIES_OF_CONTENTS)
def test_a_dump_that_is_gone_before_it_is_read(dump: Path, tmp_path: Path, text: str) -> None:
    index = tmp_path / "index"
    with seamew.open(dump, index_directory=index) as heap:
        wanted = list(heap.oql(text))
    with seamew.open(dump, index_directory=index) as heap:
        dump.unlink()
        assert wanted
        assert heap.oql("SELECT * FROM com.acme.Node").count() == NODES
        with pytest.raises(errors.SeamewError, match=r"nodes\.hprof"):
            list(heap.oql(text))


def test_rows_stream(tmp_path: Path) -> None:
    """Each of many rows is seen, and none of them kept."""
    with seamew.open(write_big_dump(tmp_path / "big.hprof", 300_000), use_index=False) as heap:
        text = "SELECT o, o.@objectId, o.@retainedHeapSize FROM INSTANCEOF java.lang.Object o"
        assert len(heap.oql(text).head(3)) == 3
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        count = sum(1 for _ in heap.oql(text))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert count == heap.oql(text).count() == heap.facts.object_count
        assert (after - before) * 1024 < 16 << 20
