"""Widths, truncation and escapes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamew.report import Answer, Column, Heading, Kind, Pairs, Table, csv_lines, text_lines
from seamew.report.text import cell_width, cut_end, cut_middle, pad, printable


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("线程-1", "线程-1"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[2J\x07", "\\x1b[2J\\x07"),
        ("\u202eevil\u2028", "\\u202eevil\\u2028"),
        ("\udc80", "\\udc80"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_printable(raw: str, shown: str) -> None:
    assert printable(raw) == shown


@given(st.text())
def test_nothing_unsafe_is_left(text: str) -> None:
    assert all(unicodedata.category(one)[0] not in "C" for one in printable(text))
    assert printable(printable(text)) == printable(text)


@given(st.text(alphabet=st.characters(exclude_categories=("C", "M"))), st.integers(0, 40))
def test_cut_texts_fit(text: str, width: int) -> None:
    assert cell_width(cut_end(text, width)) <= width
    assert cell_width(cut_middle(text, width)) <= width


def test_wide_characters_take_two_columns() -> None:
    assert cell_width("内存") == 4
    assert pad("内存", 6) == "内存  "
    assert pad("内存", 6, right=True) == "  内存"
    assert cut_middle("内存泄漏分析工具", 7) == "内…工具"
    assert cut_end("内存泄漏分析工具", 7) == "内存泄…"


ROWS = [("com.acme.内存\x1b", 2048, 0.5), ("b" * 60, 12, 0.0001)]
COLUMNS = (
    Column("class", "class", Kind.NAME, lambda row: row[0]),
    Column("bytes", "bytes", Kind.BYTES, lambda row: row[1]),
    Column("share", "%", Kind.SHARE, lambda row: row[2]),
    Column("bar", "", Kind.BAR, lambda row: row[2]),
)


def test_table_for_a_terminal() -> None:
    answer = Answer(None, Table(COLUMNS, ROWS, "and 3 more"))
    lines = list(text_lines(answer, 56, colour=False))

    assert lines == [
        "class                                bytes      %",
        "com.acme.内存\\x1b                  2.00 KB  50.0%  █████",
        "bbbbbbbbbbb…bbbbbbbbbbbbbbbbbbbbb     12 B  <0.1%",
        "and 3 more",
    ]


def test_bars_give_way_to_names() -> None:
    assert list(text_lines(Answer(None, Table(COLUMNS, ROWS)), 50, colour=False)) == [
        "class                               bytes      %",
        "com.acme.内存\\x1b                 2.00 KB  50.0%",
        "bbbbbbbbbbb…bbbbbbbbbbbbbbbbbbbb     12 B  <0.1%",
    ]


def test_ascii_for_streams_that_take_no_more() -> None:
    answer = Answer(None, Table(COLUMNS, ROWS))
    lines = list(text_lines(answer, 56, colour=False, encoding="ascii"))
    assert lines[1].split() == [r"com.acme.\u5185\u5b58\x1b", "2.00", "KB", "50.0%", "#####"]
    assert ".." in lines[2]
    assert all(line.isascii() for line in lines)


def test_table_without_a_terminal_is_whole() -> None:
    lines = list(text_lines(Answer(None, Table(COLUMNS, ROWS)), None, colour=False))
    assert "b" * 60 in lines[2]


def test_csv_is_plain_and_escaped() -> None:
    assert list(csv_lines(Table(COLUMNS, ROWS))) == [
        "class,bytes,share\n",
        "com.acme.内存\\x1b,2048,0.500000\n",
        "b" * 60 + ",12,0.000100\n",
    ]


def test_colour_only_where_wanted() -> None:
    answer = Answer(None, Table(COLUMNS, ROWS), (Heading("\x1b[31mTitle"),))
    assert list(text_lines(answer, 80, colour=True)) == ["\x1b[1m\\x1b[31mTitle\x1b[0m"]
    assert list(text_lines(answer, 80, colour=False)) == ["\\x1b[31mTitle"]


def test_long_texts_are_wrapped_under_their_beginning() -> None:
    pairs = Pairs((("owner", "one two three four five six seven eight"), ("none", "")), "  ")
    lines = list(text_lines(Answer(None, Table((), ()), (pairs,)), 30, colour=False))
    assert lines == ["  owner  one two three four", "         five six seven eight"]
