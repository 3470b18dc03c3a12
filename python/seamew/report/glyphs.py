"""The signs that tables are drawn with: box drawing and blocks, or plain ASCII."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace

__all__ = ["ASCII", "UNICODE", "Glyphs", "glyphs_for"]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Guides of trees (all of one width), the parts of a bar, and what stands for cut text.

    `encoding` is that of the stream where it cannot write every character; those it cannot are
    shown as escapes.
    """

    branch: str
    last: str
    line: str
    blank: str
    left_out: str
    blocks: str
    ellipsis: str
    encoding: str | None = None

    def writable(self, text: str) -> str:
        """The text with escapes for what the stream cannot write."""
        if self.encoding is None or text.isascii():
            return text
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)


UNICODE = Glyphs("├─ ", "└─ ", "│  ", "   ", "⋯", " ▏▎▍▌▋▊▉█", "…")
ASCII = Glyphs("|- ", "`- ", "|  ", "   ", "..", " #", "..", "ascii")


def glyphs_for(encoding: str | None) -> Glyphs:
    """The signs for a stream of that encoding (None: it takes any text)."""
    if encoding is None or codecs.lookup(encoding).name == "utf-8":
        return UNICODE
    return replace(ASCII, encoding=encoding)
