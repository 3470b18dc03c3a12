"""Results: streaming, counting, reading again, and how they look."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from seamew.errors import MissingLibraryError
from seamew.query import Batch, QueryColumn, QueryResult

PEOPLE: list[Batch] = [[[1, 2], ["a", None]], [[3], ["c"]]]


class Source:
    """Batches that count how often they are read, and how many were taken."""

    def __init__(self, batches: list[Batch]) -> None:
        self.batches = batches
        self.started = 0
        self.taken = 0

    def read(self) -> Iterator[Batch]:
        self.started += 1
        for batch in self.batches:
            self.taken += 1
            yield batch


def result(batches: list[Batch] = PEOPLE) -> QueryResult:
    return QueryResult([("id", "integer"), ("name", "text")], Source(batches).read)


def test_rows_are_tuples_and_their_number_is_known_once_they_were_read() -> None:
    people = result()
    assert people.columns == (QueryColumn("id", "integer"), QueryColumn("name", "text"))
    assert people.row_count is None
    with pytest.raises(TypeError, match="not known"):
        len(people)
    assert list(people) == [(1, "a"), (2, None), (3, "c")]
    assert len(people) == 3


def test_an_endless_result_is_read_as_far_as_it_is_asked_for() -> None:
    endless = ([[number] * 100] for number in itertools.count())
    numbers = QueryResult([("number", "integer")], lambda: endless)
    assert list(itertools.islice(numbers, 3)) == [(0,), (0,), (0,)]
    assert next(endless) == [[1] * 100]


def test_looking_at_the_first_rows_does_not_read_twice() -> None:
    source = Source(PEOPLE)
    people = QueryResult([("id", "integer"), ("name", "text")], source.read)
    assert people.head(1) == [(1, "a")]
    assert bool(people)
    assert repr(people)
    assert list(people) == [(1, "a"), (2, None), (3, "c")]
    assert source.started == 1
    assert people.to_dicts()[2] == {"id": 3, "name": "c"}
    assert source.started == 2


def test_a_result_of_one_batch_is_kept() -> None:
    source = Source([[[7]]])
    one = QueryResult([("n", "integer")], source.read)
    assert one.head() == [(7,)]
    assert len(one) == 1
    assert list(one) == list(one) == [(7,)]
    assert source.started == 1


def test_no_rows() -> None:
    nothing = result([])
    assert not nothing
    assert list(nothing) == []
    assert nothing.to_dicts() == []
    assert repr(nothing) == "id  name\n(0 rows)"


def test_columns_of_one_name_get_numbers() -> None:
    twice = QueryResult(
        [("a", "integer"), ("a", "integer"), ("a_2", "integer")], lambda: iter([[[1], [2], [3]]])
    )
    assert twice.to_dicts() == [{"a": 1, "a_2": 2, "a_2_2": 3}]


def test_the_table_fits_the_terminal_and_is_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    rows: list[Batch] = [[[1, 22, None], ["\x1b[31mred", "名" * 30, True], [0.5, 1.25, 3.0]]]
    table = QueryResult([("n", "integer"), ("what", "any"), ("x", "float")], lambda: iter(rows))
    assert repr(table).splitlines() == [
        "   n  what             x",
        "   1  \\x1b[31mred    0.5",
        "  22  名名名名名…   1.25",
        "null  true           3.0",
        "(3 rows)",
    ]


def test_columns_that_do_not_fit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    wide = QueryResult(
        [(f"column{number}", "text") for number in range(9)],
        lambda: iter([[["value of it"]] * 9]),
    )
    assert repr(wide).splitlines() == [
        "column0",
        "value of it",
        "(and 8 more columns)",
        "(1 row)",
    ]


def test_twenty_rows_are_shown() -> None:
    many = QueryResult([("n", "integer")], lambda: iter([[list(range(50))], [list(range(50, 99))]]))
    lines = repr(many).splitlines()
    assert len(lines) == 22
    assert lines[-1] == "(the first 20 rows)"
    assert len(list(many)) == 99
    assert repr(many).splitlines()[-1] == "(99 rows)"


def test_html_is_escaped() -> None:
    evil = QueryResult(
        [("<b>", "text")], lambda: iter([[["<script>alert(1)</script>\x00", "x" * 500]]])
    )
    html = evil._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x00" in html
    assert "<th>&lt;b&gt;</th>" in html
    assert "x" * 200 + "…" in html


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_library_is_named(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, library, None)
    with pytest.raises(MissingLibraryError, match=library) as caught:
        getattr(result(), f"to_{library}")()
    assert caught.value.hint == f"pip install {library}"
