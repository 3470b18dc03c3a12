"""What is changed in a query before DuckDB reads it, and where that leaves the places of errors."""

from __future__ import annotations

import pytest

from seamew.query.sql_text import SqlText, tokens

CLASSES = {"java.util.HashMap", "com.acme.Cache$Entry", "Leak", "byte[]", "com.acme.join.From"}


def text(original: str) -> SqlText:
    return SqlText(original, lambda name: name.removesuffix("+") in CLASSES)


@pytest.mark.parametrize(
    ("original", "changed"),
    [
        ("select 0x1f, 0XFF", "select 31, 255"),
        ("select '0x1f', \"0x1f\", a0x1f, 0xyz -- 0x1f", None),
        ("from objects where address=0x7ff00010", "from objects where address=2146435088"),
        ("select * from references r", 'select * from "references" r'),
        ('select * from "references"', None),
        ("select 'references'", None),
        ("create table a(b int references c)", None),
        ("from java.util.HashMap h", 'from "java.util.HashMap" h'),
        ("from objects, com.acme.Cache$Entry;", 'from objects, "com.acme.Cache$Entry";'),
        ("FROM a JOIN com.acme.join.From ON 1=1", 'FROM a JOIN "com.acme.join.From" ON 1=1'),
        ("select java.util.HashMap from x", None),
        ("from java.util.HashMapp", None),
        ("from java.util.HashMap.x", None),
        ("from Leak", None),
    ],
)
def test_what_is_changed(original: str, changed: str | None) -> None:
    assert text(original).text == (changed or original)


def test_the_classes_that_a_query_names() -> None:
    query = (
        'select "Leak" from java.util.HashMap, "com.acme.Cache$Entry+", Leak, "byte[]", \'Leak\''
    )
    assert set(text(query).class_names) == {
        "Leak",
        "java.util.HashMap",
        "com.acme.Cache$Entry+",
        "byte[]",
    }


@pytest.mark.parametrize(
    ("original", "word"),
    [
        ("select foo from objects", "foo"),
        ("select 0x7ff00010, foo", "foo"),
        ("select 0x1, foo from references", "foo"),
        ("select * from references where foo", "foo"),
        ("select 'ü名' from java.util.HashMap where foo and 0xff = 0xff", "foo"),
    ],
)
def test_places_lead_back(original: str, word: str) -> None:
    query = text(original)
    assert query.place(query.text.index(word)) == original.index(word)


def test_a_place_within_a_change_is_its_beginning() -> None:
    query = text("select 0x7ff00010")
    assert query.place(query.text.index("2146435088") + 3) == 7


def test_words_are_folded_and_stars_stand_for_all() -> None:
    assert {"select", "size", "from", "objects", "o"} <= text("SELECT o.Size FROM objects o").words
    assert "*" in text("select * from x").words
    assert "*" in text("describe x").words
    assert "*" not in text("select a from x").words


@pytest.mark.parametrize(
    "odd", ["", " ", "select 'abc", '"', "§ \x00", "\ud800", "select $$a", "/*"]
)
def test_odd_texts_have_tokens(odd: str) -> None:
    assert isinstance(tokens(odd), list)
    assert text(odd).original == odd
