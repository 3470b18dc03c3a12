"""Texts out of a dump as the page holds them: safe to show, not too long, each stored once."""

from __future__ import annotations

from seamew.heap import Heap
from seamew.holding import is_called_secret
from seamew.masking import MASK, masked_text
from seamew.printable import printable

__all__ = ["MOST_CHARACTERS", "Names", "Values", "shortened", "shown_value"]

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
    """The beginning of an object's readable value, without what may be a secret in it."""
    if text is None or _is_binary(text[:_VALUE_CHARACTERS]):
        return None
    # Masked before it is cut, with enough behind the cut to tell a secret that begins before it.
    known = text[: 2 * _VALUE_CHARACTERS]
    shown = known if show_values else masked_text(known)
    cut = len(shown) > _VALUE_CHARACTERS or len(known) < len(text)
    return printable(shown[:_VALUE_CHARACTERS] + "…" if cut else shown)


def _is_binary(text: str) -> bool:
    """Whether bytes that are no text were read as one."""
    return 2 * sum(map(str.isprintable, text)) < len(text)


class Values:
    """Texts of one heap's objects and threads, without what may be a secret in them."""

    def __init__(self, heap: Heap, *, show_values: bool) -> None:
        self._heap = heap
        self._show_values = show_values

    def of(self, index: int, text: str | None) -> str | None:
        """The beginning of the readable value of an object; None where it has none."""
        shown = shown_value(text, show_values=self._show_values)
        if shown and not self._show_values and is_called_secret(self._heap, index):
            return MASK
        return shown

    def name(self, text: str) -> str:
        """The name of a thread or pool, a command line."""
        return text if self._show_values else masked_text(text)


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
