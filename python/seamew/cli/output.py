"""Writing answers to stdout: table, JSON or CSV; colour and width as the terminal allows."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from typing import TextIO

from seamew.model import DumpWarning
from seamew.report import Answer, csv_lines, envelope, markdown_lines, text_lines

from .options import Format
from .pager import write_lines

__all__ = ["terminal_width", "wants_colour", "write_answer"]


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
        stdout.write(envelope(command, answer.result, warnings) + "\n")
    elif output is Format.CSV:
        stdout.writelines(csv_lines(answer.table))
    elif output is Format.MARKDOWN:
        stdout.writelines(line + "\n" for line in markdown_lines(answer))
    else:
        width, colour = terminal_width(stdout), wants_colour(stdout)
        lines = text_lines(answer, width, colour=colour, encoding=stdout.encoding)
        write_lines(lines, stdout, pager=pager)
    stdout.flush()


def terminal_width(stream: TextIO) -> int | None:
    """The columns of the terminal, or what COLUMNS says; None: no terminal, no limit."""
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given):
        return int(given)
    return shutil.get_terminal_size().columns if stream.isatty() else None


def wants_colour(stream: TextIO) -> bool:
    """Whether escape sequences are welcome: NO_COLOR, FORCE_COLOR and TERM=dumb are honoured."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
