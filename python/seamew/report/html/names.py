"""Texts out of a dump as the page holds them: safe to show, not too long, each stored once."""

from __future__ import annotations

from seamew.masking import masked_text
from seamew.printable import printable

__all__ = ["MOST_CHARACTERS", "Names", "shown_value", "shortened"]

MOST_CHARACTERS = 400
"""Longest name or text that a page holds; of a longer one the middle is left out."""

_VALUE_CHARACTERS = 80


def shortened(text: str, most: int = MOST_CHARACTERS) -> str:
    """The text with everything escaped that hides or reorders other text, and its middle cut."""
    if len(text) > most:
        head = most // 3
        text = f"{text[:head]}…{text[head + 1 - most :]}"
    return printable(text)


def shown_value(text: str | None, *, show_values: bool) -> str | None:
    """The readable value of an object; what may be a secret is left out unless `show_values`."""
    if text is None:
        return None
    # Masked before it is cut: half a token is told from a word less surely than a whole one.
    return shortened(text if show_values else masked_text(text), _VALUE_CHARACTERS)


class Names:
    """The names of a page, each once; rows hold their numbers."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a name."""
        return self._numbers.setdefault(text, len(self._numbers))

    def optional(self, text: str | None) -> int:
        """The number of a name; -1 for None."""
        return -1 if text is None else self.number(text)

    def all(self) -> list[str]:
        """The names by number, shortened."""
        return [shortened(text) for text in self._numbers]
