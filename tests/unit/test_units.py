"""Amounts as text, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamew import units


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.00 KB"),
        (1536, "1.50 KB"),
        (10 * 1024, "10.0 KB"),
        (130 << 10, "130 KB"),
        (35_862_348, "34.2 MB"),
        (9 << 30, "9.00 GB"),
        (5000 << 50, "5000 PB"),
        (-2048, "-2.00 KB"),
    ],
)
def test_format_bytes(count: int, text: str) -> None:
    assert units.format_bytes(count) == text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1500MB", 1500 << 20),
        ("1.5G", 3 << 29),
        ("512k", 512 << 10),
        ("4096", 4096),
        ("2 GiB", 2 << 30),
        (" 7b ", 7),
    ],
)
def test_parse_bytes(text: str, count: int) -> None:
    assert units.parse_bytes(text) == count


@pytest.mark.parametrize("text", ["", "MB", "-1", "1.5.2G", "12 apples", "0x10", "1e9", "\uff11"])
def test_parse_bytes_refuses_anything_else(text: str) -> None:
    with pytest.raises(ValueError, match="no amount of memory"):
        units.parse_bytes(text)


@given(st.integers(0, 1 << 60))
def test_bytes_survive_text(count: int) -> None:
    assert units.parse_bytes(str(count)) == count
    assert abs(units.parse_bytes(units.format_bytes(count)) - count) <= count / 100


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0.0%"), (0.0001, "<0.1%"), (0.001, "0.1%"), (0.733, "73.3%")]
)
def test_format_share(share: float, text: str) -> None:
    assert units.format_share(share) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.351, "0.35 s"), (12, "12.0 s"), (185, "3 min 05 s"), (7800, "2 h 10 min")],
)
def test_format_duration(seconds: float, text: str) -> None:
    assert units.format_duration(seconds) == text


def test_counts_and_addresses() -> None:
    assert units.format_counted(1, "thread") == "1 thread"
    assert units.format_counted(2000, "class/classes") == "2,000 classes"
    assert units.format_count(1_234_567) == "1,234,567"
    assert units.format_address(0x7C0001234) == "0x7c0001234"
