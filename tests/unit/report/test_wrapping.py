"""Lines for terminals: in English, in Chinese, with long names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamew.report.text import cell_width
from seamew.report.wrapping import fitted_lines, wrapped_lines

ENGLISH = "The owner is the static field com.acme.Registry#ALL of com.acme.Registry @ 0x7003d1080."
CHINESE = "持有者是静态字段 com.acme.Registry#ALL，它保留 3.82 MB（占堆的 80.0%），共 40 个条目。"
CLOSING = "，。；：、！？）」』》】"
WORDS = st.text(alphabet=st.sampled_from("ab. 内存泄漏，。（）线程"), max_size=200)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
@pytest.mark.parametrize("width", [40, 60, 80])
def test_lines_are_no_wider_and_lose_nothing(text: str, width: int) -> None:
    lines = list(wrapped_lines(text, width, "- ", "  "))
    assert all(cell_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == f"-{text}".replace(" ", "")
    assert all(line.startswith("  ") for line in lines[1:])


@given(WORDS, st.integers(30, 80))
def test_no_line_begins_with_a_closing_mark(text: str, width: int) -> None:
    lines = list(wrapped_lines(text, width))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    if not text.lstrip().startswith(tuple(CLOSING)):
        assert not [line for line in lines[1:] if line.startswith(tuple(CLOSING))]


def test_an_object_and_its_address_stay_together() -> None:
    lines = list(wrapped_lines(ENGLISH, 60))
    assert any("com.acme.Registry @ 0x7003d1080." in line for line in lines)


def test_words_longer_than_the_width_stay_whole() -> None:
    name = "com.acme." + "Long" * 50
    assert name in list(wrapped_lines(f"held by {name} only", 40, "", "  "))[1]


@given(WORDS | st.just(ENGLISH) | st.just(CHINESE), st.integers(30, 100), st.integers(1, 3))
def test_fitted_lines_fit(text: str, width: int, most: int) -> None:
    lines = fitted_lines(text, width, most, "id  ", "    ")
    assert len(lines) <= most
    assert all(cell_width(line) <= width for line in lines)


def test_names_are_shortened_before_the_end_is_cut() -> None:
    (line,) = fitted_lines("40 x com.acme.billing.internal.Session, 97.7 KB each", 44, 1)
    assert line == "40 x c.a.b.i.Session, 97.7 KB each"
    (line,) = fitted_lines("Bound it, let entries expire, or remove each one", 30, 1)
    assert line == "Bound it, let entries expire,…"


def test_without_a_terminal_nothing_is_cut() -> None:
    assert fitted_lines(ENGLISH * 9, None, 1) == [ENGLISH * 9]
