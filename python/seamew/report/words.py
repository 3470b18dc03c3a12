"""Small texts in both languages that many answers are made of."""

from __future__ import annotations

from seamew.units import format_count, format_counted
from seamew.wording import Text

__all__ = ["counted", "same"]


def counted(count: int, english: str, chinese: str) -> Text:
    """A count and its noun: `counted(2, "thread", "个线程")`, see `format_counted`."""
    noun = format_counted(count, english).partition(" ")[2]
    return Text(
        "{count} {noun}", "{count} {noun}", count=format_count(count), noun=Text(noun, chinese)
    )


def same(text: str) -> Text:
    """What is the same in both languages."""
    return Text("{text}", "{text}", text=text)
