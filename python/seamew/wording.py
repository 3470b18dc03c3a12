"""What Seamew says, in both of its languages at the place where it is said.

    said = Text("{count} threads wait", "{count} 个线程在等待", count="1,000")
    said.in_language(Language.CHINESE)

A text that lacks one of the languages cannot be written, so there is no catalogue that may fall
behind. Values are texts that are the same in both languages (numbers, class names), or Texts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from enum import Enum

__all__ = ["Language", "Text", "joined", "language_of_environment"]


class Language(str, Enum):  # noqa: UP042 (the collector's Python has no StrEnum)
    """The languages, by their codes."""

    ENGLISH = "en"
    CHINESE = "zh"


class Text:
    """A sentence or a part of one. Immutable, and equal to another that says the same."""

    __slots__ = ("_chinese", "_english", "_values")

    def __init__(self, english: str, chinese: str, **values: str | int | Text) -> None:
        self._english = english
        self._chinese = chinese
        self._values = values

    def in_language(self, language: Language) -> str:
        """The text with its values in place."""
        template = self._chinese if language is Language.CHINESE else self._english
        return template.format_map(
            {
                name: value.in_language(language) if isinstance(value, Text) else str(value)
                for name, value in self._values.items()
            }
        )

    @property
    def templates(self) -> tuple[str, str]:
        """What it is made of: English, Chinese."""
        return self._english, self._chinese

    @property
    def values(self) -> Mapping[str, str | int | Text]:
        """What stands in its places."""
        return self._values

    def with_values(self, change: Callable[[str], str]) -> Text:
        """The same text, with each of its values that is a text changed."""
        changed = Text(*self.templates)
        for name, value in self._values.items():
            if isinstance(value, Text):
                changed._values[name] = value.with_values(change)
            else:
                changed._values[name] = change(value) if isinstance(value, str) else value
        return changed

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Text):
            return NotImplemented
        return self.templates == other.templates and self._values == other._values

    def __hash__(self) -> int:
        return hash(self.templates)

    def __str__(self) -> str:
        return self.in_language(Language.ENGLISH)

    def __repr__(self) -> str:
        return f"Text({str(self)!r})"


def joined(texts: Iterable[Text | str], english: str = ", ", chinese: str = "、") -> Text:
    """Several texts as one, with what stands between them."""
    values = {f"part{number}": text for number, text in enumerate(texts)}
    places = [f"{{{name}}}" for name in values]
    return Text(english.join(places), chinese.join(places), **values)


def language_of_environment() -> Language:
    """Chinese where the locale says so (LC_ALL, LC_MESSAGES, LANG), else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return Language.CHINESE if value.lower().startswith("zh") else Language.ENGLISH
    return Language.ENGLISH
