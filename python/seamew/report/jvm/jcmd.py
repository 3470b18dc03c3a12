"""The answer to a diagnostic command: its text, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from seamew.report.answer import Answer
from seamew.report.tables import Column, Kind, Table

__all__ = ["jcmd_answer"]


@dataclass(frozen=True)
class Line:
    """A line of a JVM's answer."""

    text: str


def jcmd_answer(command: str, text: str) -> Answer:
    """What the JVM said to a diagnostic command."""
    lines = text.rstrip("\n").split("\n")
    table = Table((Column("text", "text", Kind.TEXT),), [Line(line) for line in lines])
    return Answer({"command": command, "text": text}, table, tuple(lines))
