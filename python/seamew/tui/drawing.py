"""Pieces of the screen as text: sparklines, bars, cells of a width. Nothing relies on colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seamew.report.glyphs import Glyphs
from seamew.report.text import cell_width, cut_end, cut_middle, pad, printable

__all__ = ["BOLD", "PLAIN", "Line", "bar", "cell", "ends", "name_cell", "sparkline"]

PLAIN, BOLD = "", "bold"
_UNICODE_LEVELS = "▁▂▃▄▅▆▇█"
_ASCII_LEVELS = "_.-~=+*#"
_GAP = " "
_LEAST_RIGHT = 8


@dataclass(frozen=True)
class Line:
    """A line of the screen and how it stands out."""

    text: str
    style: str = PLAIN


def sparkline(values: Sequence[float | None], low: float, high: float, glyphs: Glyphs) -> str:
    """A character for each value, higher between `low` and `high`; a gap where it is unknown."""
    levels = _UNICODE_LEVELS if glyphs.encoding is None else _ASCII_LEVELS
    span = high - low
    return "".join(
        _GAP
        if value is None
        else levels[_level((value - low) / span if span > 0 else 0.0, len(levels))]
        for value in values
    )


def _level(share: float, levels: int) -> int:
    return min(levels - 1, max(0, int(share * levels)))


def bar(share: float, width: int, glyphs: Glyphs) -> str:
    """A bar of whole blocks and, where there are such, a part of one, in brackets."""
    parts = len(glyphs.blocks) - 1
    room = max(0, width - 2)
    whole, part = divmod(round(max(0.0, min(1.0, share)) * room * parts), parts)
    filled = glyphs.blocks[-1] * whole + (glyphs.blocks[part] if part else "")
    return f"[{filled:<{room}}]"


def cell(text: str, width: int, glyphs: Glyphs, *, right: bool = False) -> str:
    """Text from anywhere, made safe, in exactly `width` columns; cut at its end."""
    safe = glyphs.writable(printable(text))
    return pad(cut_end(safe, width, glyphs.ellipsis), width, right=right)


def name_cell(name: str, width: int, glyphs: Glyphs) -> str:
    """A name in exactly `width` columns, cut in the middle: its end tells most."""
    safe = glyphs.writable(printable(name))
    return pad(cut_middle(safe, width, glyphs.ellipsis), width)


def ends(left: str, right: str, width: int, glyphs: Glyphs) -> str:
    """A text at the left, which stays whole as long as it fits, and one at the right."""
    room = width - cell_width(left) - 2
    if room < _LEAST_RIGHT:
        return cell(left, width, glyphs)
    safe = cut_end(glyphs.writable(printable(right)), room, glyphs.ellipsis)
    return f"{cell(left, width - cell_width(safe), glyphs)}{safe}"
