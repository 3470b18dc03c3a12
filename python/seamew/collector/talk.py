"""What the collector says on stderr while it works: plain lines."""

from __future__ import annotations

import sys

from seamew.cli.terminal import terminal_width
from seamew.report import Answer, text_lines

__all__ = ["say", "show"]


def say(line: str) -> None:
    """A line, at once."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def show(answer: Answer) -> None:
    """An answer as talk: stdout is for the result."""
    width = terminal_width(sys.stderr)
    for line in text_lines(answer, width, colour=False, encoding=sys.stderr.encoding):
        say(line)
