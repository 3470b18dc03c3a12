"""Answers as Markdown: for tickets, chats and wikis."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .answer import Answer, Heading, Pairs, Verbatim
from .glyphs import UNICODE
from .tables import RIGHT, Kind, More, Table, shown_cells
from .text import printable
from .tree import guides

__all__ = ["markdown_lines"]

# Bars only repeat the share that stands beside them.
_LEFT_OUT = {Kind.BAR}
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_BLANK = "\u00a0"  # Markdown drops plain spaces at the start of a cell


def markdown_lines(answer: Answer) -> Iterator[str]:
    """The answer in the Markdown that GitHub and GitLab read, headings from the second level on."""
    for number, block in enumerate(answer.shown):
        if number:
            yield ""
        if isinstance(block, Heading):
            yield f"{'#' * block.level} {_plain(block.text)}"
        elif isinstance(block, Table):
            yield from _table(block)
        elif isinstance(block, Pairs):
            yield from (f"- {_plain(name)}: {_plain(text)}" for name, text in block.pairs if text)
        elif isinstance(block, Verbatim):
            yield from (f"    {printable(line)}" for line in block.lines)
        else:
            yield from (_plain(line) for line in block.split("\n"))


def _table(table: Table) -> Iterator[str]:
    columns = [column for column in table.columns if column.kind not in _LEFT_OUT]
    if table.rows:
        yield _row([column.title or column.name for column in columns])
        yield _row(["--:" if column.kind in RIGHT else ":--" for column in columns], raw=True)
        drawn = guides([table.depth_of(row) for row in table.rows], UNICODE)
        for row, guide in zip(table.rows, drawn, strict=True):
            before = guide.text(UNICODE).replace(" ", _BLANK)
            if isinstance(row, More):
                yield _row([before + _plain(row.text), *[""] * (len(columns) - 1)], raw=True)
                continue
            first, *rest = (_plain(cell) for cell in shown_cells(columns, row))
            yield _row([before + first, *rest], raw=True)
    if table.note:
        yield ""
        yield _plain(table.note)


def _row(cells: list[str], *, raw: bool = False) -> str:
    return "| " + " | ".join(cell if raw else _plain(cell) for cell in cells) + " |"


def _plain(text: str) -> str:
    """The text with nothing in it that Markdown or HTML would read as a mark."""
    return _MARKS.sub(r"\\\1", printable(text))
