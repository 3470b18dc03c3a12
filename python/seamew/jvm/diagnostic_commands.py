"""Diagnostic commands, those of jcmd: which a JVM knows, and how their words become a line.

Source: DCmdParser and DCmdArgIter, src/hotspot/share/services/diagnosticFramework.cpp of OpenJDK.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seamew.errors import UsageError

__all__ = ["DiagnosticCommand", "command_line", "parse_commands"]

_QUOTES = ('"', "'")


@dataclass(frozen=True)
class DiagnosticCommand:
    """A command that a JVM knows, as the JVM describes it."""

    name: str
    description: str


def parse_commands(text: str) -> tuple[DiagnosticCommand, ...]:
    """The commands of an answer to `help -all`, by name.

    A name stands at the beginning of a line, its description behind a tab in the lines below.
    """
    descriptions: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("\t"):
            descriptions.setdefault(name, []).append(line.strip())
        elif line.strip() and not line.endswith(":") and " " not in line.strip():
            name = line.strip()
            descriptions[name] = []
    return tuple(
        DiagnosticCommand(name, " ".join(descriptions[name])) for name in sorted(descriptions)
    )


def command_line(words: Sequence[str]) -> str:
    """The line for a command and its arguments; a single word is taken for a whole line.

    An argument with blanks is put in quotes, of NAME=VALUE the value. Raises UsageError for one
    with blanks and both kinds of quotes, for there is no escape for them.
    """
    if len(words) == 1:
        return words[0]
    return " ".join([*words[:1], *map(_quoted, words[1:])])


def _quoted(word: str) -> str:
    if not any(character.isspace() for character in word):
        return word
    name, equals, value = word.partition("=")
    if not equals or any(character.isspace() for character in name):
        name, equals, value = "", "", word
    if value.startswith(_QUOTES) and value.endswith(value[:1]) and len(value) > 1:
        return word
    for quote in _QUOTES:
        if quote not in value:
            return f"{name}{equals}{quote}{value}{quote}"
    raise UsageError(f"{word!r} has blanks and both kinds of quotes: no JVM takes that")
