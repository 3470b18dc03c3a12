"""Guides of a tree in a table's first column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .glyphs import Glyphs
from .text import cell_width

__all__ = ["NO_GUIDE", "Guide", "guides"]

_DRAWN_LEVELS = 30


@dataclass(frozen=True, slots=True)
class Guide:
    """What stands before a row: of a deep one the levels nearest to it, and how many are not."""

    parts: tuple[str, ...]
    left_out: int = 0

    def text(self, glyphs: Glyphs, width: int | None = None) -> str:
        """The guide in at most `width` cells."""
        for cut in range(len(self.parts) + 1):
            left_out = self.left_out + cut
            head = f"{glyphs.left_out}{left_out} " if left_out else ""
            text = head + "".join(self.parts[cut:])
            if width is None or cell_width(text) <= width:
                return text
        return ""


NO_GUIDE = Guide(())


def guides(depths: Sequence[int], glyphs: Glyphs) -> list[Guide]:
    """The guide of each row of a preorder, given how deep each is; nothing at depth 0."""
    has_next: list[bool] = []  # by level, whether a row of that level follows under the same parent
    found: list[Guide] = []
    for depth in reversed(depths):
        del has_next[depth + 1 :]
        has_next += [False] * (depth + 1 - len(has_next))
        first = max(1, depth - _DRAWN_LEVELS)
        parts = [glyphs.line if following else glyphs.blank for following in has_next[first:depth]]
        if depth > 0:
            parts.append(glyphs.branch if has_next[depth] else glyphs.last)
        found.append(Guide(tuple(parts), first - 1 if depth else 0))
        has_next[depth] = True
    return found[::-1]
