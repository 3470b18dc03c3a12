"""Questions to a person at the terminal."""

from __future__ import annotations

import sys

__all__ = ["can_ask", "confirmed"]

_YES = frozenset({"y", "yes"})


def can_ask() -> bool:
    """Whether somebody is there to read a question and to answer it."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str) -> bool:
    """Put a question on stderr; only a yes is one. Ctrl-C raises KeyboardInterrupt."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in _YES
