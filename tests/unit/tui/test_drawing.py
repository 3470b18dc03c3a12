"""Pieces of the screen."""

from __future__ import annotations

import pytest

from seamew.report.glyphs import ASCII, UNICODE
from seamew.tui.drawing import bar, cell, ends, name_cell, sparkline


def test_sparklines_rise_with_their_values() -> None:
    values = [0.0, 1.0, None, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    assert sparkline(values, 0.0, 7.0, UNICODE) == "▁▂ ▃▄▅▆▇█"
    assert sparkline(values, 0.0, 7.0, ASCII) == "_. -~=+*#"


def test_a_flat_sparkline_is_low() -> None:
    assert sparkline([5.0, 5.0], 5.0, 5.0, UNICODE) == "▁▁"
    assert sparkline([], 0.0, 0.0, UNICODE) == ""


def test_values_beyond_the_ends_stay_within_the_levels() -> None:
    assert sparkline([-1.0, 9.0], 0.0, 7.0, UNICODE) == "▁█"


@pytest.mark.parametrize(
    ("share", "drawn"), [(0.0, "[    ]"), (0.5, "[##  ]"), (1.0, "[####]"), (7.0, "[####]")]
)
def test_bars_fill_their_brackets(share: float, drawn: str) -> None:
    assert bar(share, 6, ASCII) == drawn
    assert len(bar(share, 6, UNICODE)) == 6


def test_bars_have_parts_of_blocks() -> None:
    assert bar(0.125, 10, UNICODE) == "[█       ]"
    assert bar(0.1, 10, UNICODE) == "[▊       ]"


def test_cells_are_as_wide_as_they_are_told() -> None:
    assert cell("abc", 5, UNICODE) == "abc  "
    assert cell("abcdef", 5, UNICODE) == "abcd…"
    assert cell("12", 4, UNICODE, right=True) == "  12"
    assert cell("日本語", 5, UNICODE) == "日本…"
    assert name_cell("com.acme.Server", 10, UNICODE) == "com…Server"


def test_the_left_end_stays_whole() -> None:
    assert ends("left", "right-hand", 20, UNICODE) == "left      right-hand"
    assert ends("left", "right-hand", 15, UNICODE) == "left  right-ha…"
    assert ends("left", "right-hand", 10, UNICODE) == "left      "
    assert ends("left", "right-hand", 2, UNICODE) == "l…"
