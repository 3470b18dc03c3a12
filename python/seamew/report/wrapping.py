"""Texts broken into lines for a terminal: between words, and between Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .names import fit_class_name
from .text import cell_width, cut_end, printable

__all__ = ["fitted_lines", "wrapped_lines"]

_LEAST_TEXT_CELLS = 20
_UNBROKEN_AT = "\u00a0@\u00a0"  # an object's class and address stay on one line
_OPENING, _CLOSING = "（「『《【“", "，。；：、！？）」』》】”"
_WIDE = r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef“”]"
_WORD = re.compile(r"[!-~]+")
_PARTS_FOR_NAMES = (1, 2, 3, 4)  # names may take the whole room, then half of it, and so on
_UNIT = re.compile(
    rf"(?P<gap> *)(?P<unit>[{_OPENING}]*(?:{_WIDE}|(?:(?!{_WIDE})[^ ])+|$)[{_CLOSING}]*)"
)


def wrapped_lines(
    text: str, width: int | None, first: str = "", following: str = ""
) -> Iterator[str]:
    """The text behind `first`; words longer than the width stay whole. None: one line."""
    safe = printable(text).replace(" @ ", _UNBROKEN_AT)
    if width is None or cell_width(first) + cell_width(safe) <= width:
        yield (first + safe).replace(_UNBROKEN_AT, " @ ")
        return
    room = max(width, cell_width(following) + _LEAST_TEXT_CELLS)
    line, used, has_text = first, cell_width(first), False
    for found in _UNIT.finditer(safe):
        gap, unit = found["gap"], found["unit"]
        cells = cell_width(unit)
        if has_text and used + len(gap) + cells > room:
            yield line.replace(_UNBROKEN_AT, " @ ")
            line, used, gap = following, cell_width(following), ""
        line += gap + unit
        used += len(gap) + cells
        has_text = has_text or bool(unit)
    if has_text:
        yield line.rstrip().replace(_UNBROKEN_AT, " @ ")


def fitted_lines(
    text: str, width: int | None, most: int, first: str = "", following: str = ""
) -> list[str]:
    """The text in `most` lines, none wider than the width: names give way first, then the end."""
    if width is None:
        return [first + printable(text)]
    room = max(_LEAST_TEXT_CELLS, width - cell_width(following))
    lines: list[str] = []
    for part in _PARTS_FOR_NAMES:
        shorter = _with_shorter_names(printable(text), room // part)
        lines = list(wrapped_lines(shorter, width, first, following))
        if len(lines) <= most and all(cell_width(line) <= width for line in lines):
            return lines
    rest = " ".join([lines[most - 1], *(line.strip() for line in lines[most:])])
    return [cut_end(line, width) for line in [*lines[: most - 1], rest]]


def _with_shorter_names(text: str, cells: int) -> str:
    return _WORD.sub(lambda word: fit_class_name(word.group(), cells), text)
