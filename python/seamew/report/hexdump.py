"""Bytes as a hexdump."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["hex_lines"]

_LINE_BYTES = 16
_HALF = 8
_PRINTABLE = range(0x20, 0x7F)


def hex_lines(content: bytes, start: int = 0) -> Iterator[str]:
    """Sixteen bytes a line, after the offset of the first and before their ASCII characters."""
    for at in range(0, len(content), _LINE_BYTES):
        line = content[at : at + _LINE_BYTES]
        left, right = line[:_HALF].hex(" "), line[_HALF:].hex(" ")
        text = "".join(chr(byte) if byte in _PRINTABLE else "." for byte in line)
        yield f"{start + at:08x}  {left:<23}  {right:<23}  |{text}|"
