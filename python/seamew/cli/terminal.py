"""What a stream can show: how wide it is, and whether colours are welcome."""

from __future__ import annotations

import os
import shutil
from typing import TextIO

__all__ = ["terminal_height", "terminal_width", "wants_colour"]


def terminal_width(stream: TextIO) -> int | None:
    """The columns of the terminal, or what COLUMNS says; None: no terminal, no limit."""
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given):
        return int(given)
    return shutil.get_terminal_size().columns if stream.isatty() else None


def terminal_height(stream: TextIO) -> int | None:
    """The lines of the terminal, or what LINES says; None: no terminal, no limit."""
    given = os.environ.get("LINES", "")
    if given.isdigit() and int(given):
        return int(given)
    return shutil.get_terminal_size().lines if stream.isatty() else None


def wants_colour(stream: TextIO) -> bool:
    """Whether escape sequences are welcome: NO_COLOR, FORCE_COLOR and TERM=dumb are honoured."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
