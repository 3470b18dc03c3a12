"""The answers to diagnostic commands: their text line by line, and the list of the commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seamew.jvm.diagnostic_commands import DiagnosticCommand
from seamew.report.answer import Answer, Block, Heading
from seamew.report.tables import Column, Kind, Table
from seamew.units import format_bytes

__all__ = ["CommandAnswer", "commands_answer", "jcmd_answer", "jcmd_answers", "saved_answer"]

_TEXT = (Column("text", "text", Kind.TEXT),)
_ANSWERS = (
    Column("command", "command", Kind.NAME),
    Column("error", "error", Kind.TEXT),
    Column("text", "text", Kind.TEXT),
)
_COMMANDS = (
    Column("name", "command", Kind.NAME),
    Column("description", "what it does", Kind.TEXT),
)


@dataclass(frozen=True)
class Line:
    """A line of a JVM's answer."""

    text: str


@dataclass(frozen=True)
class CommandAnswer:
    """What a JVM said to one command of several; `error` is why it refused it."""

    command: str
    text: str
    error: str | None = None


@dataclass(frozen=True)
class _Saved:
    command: str
    path: str
    bytes: int


def jcmd_answer(command: str, text: str) -> Answer:
    """What the JVM said to a diagnostic command."""
    lines = text.rstrip("\n").split("\n")
    table = Table(_TEXT, [Line(line) for line in lines])
    blocks = _shown(text) or ["The JVM has done it, and says nothing."]
    return Answer({"command": command, "text": text}, table, tuple(blocks))


def jcmd_answers(answers: Sequence[CommandAnswer]) -> Answer:
    """What the JVM said to several, one after the other."""
    blocks: list[Block] = []
    for one in answers:
        blocks += [Heading(one.command), *_shown(one.text)]
        blocks += [f"error: {one.error}"] if one.error else []
    return Answer({"rows": answers}, Table(_ANSWERS, answers), tuple(blocks))


def commands_answer(commands: Sequence[DiagnosticCommand]) -> Answer:
    """The commands that the JVM knows."""
    table = Table(_COMMANDS, commands)
    return Answer({"rows": commands}, table, (table, "`help COMMAND` tells more about one."))


def saved_answer(command: str, path: str, length: int) -> Answer:
    """Where the JVM's answer has been written to."""
    saved = _Saved(command, path, length)
    columns = (
        Column("command", "command", Kind.NAME),
        Column("path", "path", Kind.NAME),
        Column("bytes", "bytes", Kind.BYTES),
    )
    return Answer(saved, Table(columns, [saved]), (f"{format_bytes(length)} in {path}",))


def _shown(text: str) -> list[Block]:
    """Lines for people; JVMs set columns by tabs."""
    stripped = text.rstrip("\n")
    return [line.expandtabs() for line in stripped.split("\n")] if stripped else []
