"""JSON read piece by piece: a file of a hundred thousand threads is never in memory as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

__all__ = ["CutOffError", "JsonStream"]

_CHUNK = 1 << 16
_BLANKS = " \t\r\n"
_ENDS = frozenset(_BLANKS + ",:]}")


class CutOffError(ValueError):
    """The text ends, or stops being JSON, before the value does."""


class JsonStream:
    """Walks objects and arrays by the caller's choice; whole values where it wants them."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._decoder = json.JSONDecoder()

    def next_character(self) -> str:
        """The next character that is no blank, not taken; "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANKS:
                    return self._text[self._at]
                self._at += 1
            if not self._fill():
                return ""

    def value(self) -> Any:  # noqa: ANN401 (JSON is any of its types)
        """The next value, whole."""
        self.next_character()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except ValueError as error:
                if not self._fill():
                    raise CutOffError(str(error)) from error
                continue
            if self._text[end : end + 1] in _ENDS:
                self._at = end
                return value
            # A number may go on in the next chunk.
            if not self._fill():
                self._at = len(self._text)
                return value

    def members(self) -> Iterator[str]:
        """The names of an object's members; take each one's value before the next."""
        self._take("{")
        while self._has_more("}"):
            name = self.value()
            self._take(":")
            yield name

    def items(self) -> Iterator[None]:
        """Stands before each item of an array; take it before the next."""
        self._take("[")
        while self._has_more("]"):
            yield None

    def _has_more(self, end: str) -> bool:
        if self.next_character() == ",":
            self._at += 1
        if self.next_character() == end:
            self._at += 1
            return False
        return True

    def _take(self, wanted: str) -> None:
        found = self.next_character()
        if found != wanted:
            message = f"{wanted} expected, not {found or 'the end'}"
            raise CutOffError(message)
        self._at += 1

    def _fill(self) -> bool:
        """Read on; twice as much as is waiting, so that long values take linear time."""
        more = self._file.read(max(_CHUNK, len(self._text) - self._at))
        self._text = self._text[self._at :] + more
        self._at = 0
        return bool(more)
