"""Stands in for rich.cells in the collector: how wide text is in a terminal."""

from __future__ import annotations

import unicodedata

__all__ = ["cell_len"]

_WIDE = frozenset("WF")
_NO_CELL = frozenset({"Mn", "Me", "Cf", "Cc"})


def cell_len(text: str) -> int:
    """The columns that a text takes: wide characters two, combining ones none."""
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.category(character) in _NO_CELL:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1
