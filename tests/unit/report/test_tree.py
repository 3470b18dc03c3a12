"""Trees in tables: guides, alignment, and what is not shown."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamew.report import Answer, Column, Kind, More, Table, csv_lines, text_lines
from seamew.report.glyphs import ASCII, UNICODE
from seamew.report.text import cell_width
from seamew.report.tree import guides


@dataclass(frozen=True)
class Node:
    name: str
    depth: int
    size: int = 1


COLUMNS = (
    Column("name", "name", Kind.NAME),
    Column("size", "size", Kind.BYTES),
    Column("bar", "", Kind.BAR, lambda node: node.size / 100),
)
ROWS = (
    Node("com.acme.Cache @ 0x7c0001234", 0, 100),
    Node("com.acme.线程池", 1, 60),
    Node("leaf", 2),
    More("and 12 more", 2),
    Node("last child", 1, 40),
    Node("below it", 2),
    Node("another", 0, 5),
)


def tree(width: int | None, encoding: str = "utf-8") -> list[str]:
    table = Table(COLUMNS, ROWS, depth=lambda node: node.depth)
    return list(text_lines(Answer(None, table), width, colour=False, encoding=encoding))


def test_guides_show_who_is_below_whom() -> None:
    assert tree(60) == [
        "name                           size",
        "com.acme.Cache @ 0x7c0001234  100 B  ██████████",
        "├─ com.acme.线程池             60 B  ██████",
        "│  ├─ leaf                      1 B  ▏",
        "│  └─ … and 12 more",
        "└─ last child                  40 B  ████",
        "   └─ below it                  1 B  ▏",
        "another                         5 B  ▌",
    ]


def test_plain_signs_for_streams_that_take_no_more() -> None:
    lines = tree(60, "iso8859-1")
    assert lines[2].startswith(r"|- com.acme.\u7ebf\u7a0b\u6c60 ")
    assert lines[4:6] == [
        "|  `- .. and 12 more",
        "`- last child                    40 B  ####",
    ]
    assert all(line.isascii() for line in lines)


@pytest.mark.parametrize("width", range(40, 121))
def test_columns_stay_in_line_at_every_width(width: int) -> None:
    header, *lines = tree(width)
    size_ends = cell_width(header)
    assert all(cell_width(line) <= width for line in lines)
    for line, row in zip(lines, ROWS, strict=True):
        if isinstance(row, Node):
            assert line[: line.index(" B") + 2].endswith(f" {row.size} B")
            assert cell_width(line[: line.index(" B") + 2]) == size_ends


def test_rows_that_only_say_what_is_left_out_are_no_data() -> None:
    assert len(list(csv_lines(Table(COLUMNS, ROWS)))) == 1 + sum(
        isinstance(row, Node) for row in ROWS
    )


def test_the_outer_levels_of_a_deep_tree_are_counted() -> None:
    rows = [Node(f"com.acme.Node @ {depth:#012x}", depth) for depth in range(5000)]
    table = Table(COLUMNS[:1], rows, depth=lambda node: node.depth)
    lines = list(text_lines(Answer(None, table), 60, colour=False))
    assert all(cell_width(line) <= 60 for line in lines)
    assert lines[-1].startswith("⋯49")
    assert lines[-1].endswith("└─ com.acme.Node @ 0x0000001387")


def drawn(depths: list[int]) -> list[str]:
    """By brute force: a level is open if a later row has it before one above it."""

    def follows(row: int, level: int) -> bool:
        for depth in depths[row + 1 :]:
            if depth <= level:
                return depth == level
        return False

    lines = []
    for row, depth in enumerate(depths):
        parts = ["│  " if follows(row, level) else "   " for level in range(1, depth)]
        end = "├─ " if follows(row, depth) else "└─ "
        lines.append("".join([*parts, end] if depth else []))
    return lines


@st.composite
def preorders(draw: st.DrawFn) -> list[int]:
    depths = [0]
    for step in draw(st.lists(st.integers(0, 8), max_size=30)):
        depths.append(min(step, depths[-1] + 1))
    return depths


@given(preorders())
def test_guides_are_those_of_brute_force(depths: list[int]) -> None:
    assert [guide.text(UNICODE) for guide in guides(depths, UNICODE)] == drawn(depths)
    assert all(guide.text(ASCII).isascii() for guide in guides(depths, ASCII))
