"""Writing answers to stdout: table, JSON or CSV; colour and width as the terminal allows."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from seamew.report import Answer, csv_lines, envelope, markdown_lines, text_lines

from .options import Format
from .pager import write_lines
from .terminal import terminal_width, wants_colour

if TYPE_CHECKING:  # live commands need nothing of the heap side
    from seamew.model import DumpWarning

__all__ = ["write_answer"]


def write_answer(
    command: str,
    answer: Answer,
    output: Format,
    warnings: Iterable[DumpWarning] = (),
    *,
    pager: bool = False,
) -> None:
    """Write an answer to stdout in the form asked for; a long table through the pager."""
    stdout = sys.stdout
    if output is Format.JSON:
        stdout.write(envelope(command, answer.result, warnings, answer.language) + "\n")
    elif output is Format.CSV:
        stdout.writelines(csv_lines(answer.table))
    elif output is Format.MARKDOWN:
        stdout.writelines(line + "\n" for line in markdown_lines(answer))
    else:
        width, colour = terminal_width(stdout), wants_colour(stdout)
        lines = text_lines(answer, width, colour=colour, encoding=stdout.encoding)
        write_lines(lines, stdout, pager=pager)
    stdout.flush()
