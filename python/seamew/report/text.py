"""Text from heap dumps made safe and short: escapes, cell widths, truncation in the middle."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len

__all__ = ["cell_width", "fit_class_name", "pad", "printable"]

_ELLIPSIS = "…"
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LATIN_1_END = 0x100
_BMP_END = 0x10000


def printable(text: str) -> str:
    """The text with everything escaped that could move a cursor, hide or reorder other text."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(character) for character in text)


def _escape(character: str) -> str:
    if unicodedata.category(character) not in _UNSAFE_CATEGORIES:
        return character
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if code < _LATIN_1_END:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < _BMP_END else f"\\U{code:08x}"


def cell_width(text: str) -> int:
    """The columns that a text takes in a terminal; wide characters take two."""
    return len(text) if text.isascii() else cell_len(text)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text filled with spaces to a width in columns."""
    spaces = " " * max(0, width - cell_width(text))
    return spaces + text if right else text + spaces


def fit_class_name(name: str, width: int) -> str:
    """A name cut in the middle to a width in columns; its end, the telling part, stays longest."""
    if cell_width(name) <= width:
        return name
    if width <= 1:
        return _ELLIPSIS[:width]
    tail = _suffix(name, (width - 1) * 2 // 3 if width > len(_ELLIPSIS) else width - 1)
    head = _prefix(name, width - 1 - cell_width(tail))
    return head + _ELLIPSIS + tail


def _prefix(text: str, width: int) -> str:
    taken = 0
    for number, character in enumerate(text):
        taken += cell_width(character)
        if taken > width:
            return text[:number]
    return text


def _suffix(text: str, width: int) -> str:
    taken = 0
    for number in range(len(text) - 1, -1, -1):
        taken += cell_width(text[number])
        if taken > width:
            return text[number + 1 :]
    return text
