"""The answer of a command: data for JSON and CSV, blocks for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from seamew.wording import Language

from .glyphs import Glyphs, glyphs_for
from .tables import Table, table_lines
from .text import cell_width, pad, printable
from .wrapping import wrapped_lines

__all__ = ["Answer", "Block", "Heading", "Pairs", "Verbatim", "text_lines"]

_BOLD = "\x1b[1m"
_ALARMS = ("\x1b[31m", "\x1b[33m")  # red, yellow
_PLAIN = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above a block, with an empty one before it unless it is not `spaced`.

    `level` is that of Markdown; `alarm` 0 is the worst, where colours show it.
    """

    text: str
    level: int = 2
    spaced: bool = True
    alarm: int | None = None


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and texts, one pair a line; empty texts are left out, long ones wrapped."""

    pairs: Sequence[tuple[str, str]]
    indent: str = ""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines that stand as they are, blanks included, however wide the terminal is.

    Those that are `wrapped` go on below their own beginning where they are too long.
    """

    lines: Sequence[str]
    wrapped: bool = False


Block: TypeAlias = Heading | Pairs | Table | Verbatim | str


@dataclass(frozen=True, slots=True)
class Answer:
    """`result` goes into the JSON envelope, `table` into CSV, `blocks` to the terminal.

    Without blocks the terminal shows the table. `findings` counts what `--fail-on` asks for.
    `language` is that of the texts in JSON; those of table and blocks are in it already.
    """

    result: object
    table: Table
    blocks: tuple[Block, ...] = ()
    findings: int = 0
    language: Language = Language.ENGLISH

    @property
    def shown(self) -> tuple[Block, ...]:
        """The blocks for people; never nothing at all."""
        if self.blocks:
            return self.blocks
        return (self.table if self.table.rows or self.table.note else "Nothing found.",)


def text_lines(
    answer: Answer, width: int | None, *, colour: bool, encoding: str | None = None
) -> Iterator[str]:
    """The answer for people, in a terminal of that many columns (None: as wide as it gets).

    `encoding` is what the stream can write; None: any text.
    """
    glyphs = glyphs_for(encoding)
    for number, block in enumerate(answer.shown):
        if isinstance(block, Heading):
            if number and block.spaced:
                yield ""
            lines = wrapped_lines(block.text, width)
            yield from (_bold(line, block.alarm, colour=colour) for line in lines)
        elif isinstance(block, Table):
            yield from _table(block, width, glyphs, colour=colour)
        elif isinstance(block, Pairs):
            yield from _pairs(block, width)
        elif isinstance(block, Verbatim) and not block.wrapped:
            yield from (glyphs.writable(printable(line)) for line in block.lines)
        else:
            for line in block.lines if isinstance(block, Verbatim) else block.split("\n"):
                indent = " " * (len(line) - len(line.lstrip()) + 2)
                yield from wrapped_lines(line, width, following=indent)


def _pairs(block: Pairs, width: int | None) -> Iterator[str]:
    shown = [(name, text) for name, text in block.pairs if text]
    column = max((cell_width(name) for name, _ in shown), default=0)
    for name, text in shown:
        head = f"{block.indent}{pad(name, column)}  "
        yield from wrapped_lines(text, width, head, " " * cell_width(head))


def _table(table: Table, width: int | None, glyphs: Glyphs, *, colour: bool) -> Iterator[str]:
    if table.rows:
        header, *lines = table_lines(table, width, glyphs)
        yield _bold(header, colour=colour)
        yield from lines
    if table.note:
        yield from wrapped_lines(table.note, width, following="  ")


def _bold(text: str, alarm: int | None = None, *, colour: bool) -> str:
    tone = "" if alarm is None or alarm >= len(_ALARMS) else _ALARMS[alarm]
    return f"{_BOLD}{tone}{text}{_PLAIN}" if colour else text
