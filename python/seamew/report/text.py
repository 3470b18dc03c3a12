"""Text from heap dumps made safe and short: escapes, cell widths, truncation in the middle."""

from __future__ import annotations

from rich.cells import cell_len

from seamew.printable import printable

__all__ = ["ELLIPSIS", "cell_width", "cut_end", "cut_middle", "pad", "printable"]

ELLIPSIS = "…"


def cell_width(text: str) -> int:
    """The columns that a text takes in a terminal; wide characters take two."""
    return len(text) if text.isascii() else cell_len(text)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text filled with spaces to a width in columns."""
    spaces = " " * max(0, width - cell_width(text))
    return spaces + text if right else text + spaces


def cut_end(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """A text cut at its end to a width in columns."""
    if cell_width(text) <= width:
        return text
    return _prefix(text, width - cell_width(ellipsis)) + _prefix(ellipsis, width)


def cut_middle(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """A text cut in the middle to a width in columns; of its end twice as much stays."""
    if cell_width(text) <= width:
        return text
    room = width - cell_width(ellipsis)
    if room <= 0:
        return _prefix(ellipsis, width)
    tail = _suffix(text, max(1, room * 2 // 3))
    return _prefix(text, room - cell_width(tail)) + ellipsis + tail


def _prefix(text: str, width: int) -> str:
    """As much of the beginning as takes at most `width` cells."""
    taken = 0
    for number, character in enumerate(text):
        taken += cell_width(character)
        if taken > width:
            return text[:number]
    return text


def _suffix(text: str, width: int) -> str:
    """As much of the end as takes at most `width` cells."""
    taken = 0
    for number in range(len(text) - 1, -1, -1):
        taken += cell_width(text[number])
        if taken > width:
            return text[number + 1 :]
    return text
