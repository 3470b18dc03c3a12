"""What a command of the collector is, and the kinds of values that options take."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from seamew.cli.exit_codes import ExitCode
from seamew.jvm.handle import Jvm, attach
from seamew.report import Answer
from seamew.units import parse_bytes

__all__ = ["Command", "jvm_of", "limit_of", "seconds", "size", "take_limit"]

_ROWS = 25


@dataclass(frozen=True)
class Command:
    """A command: `run` makes its answer, `configure` adds the options that only it takes.

    No answer: what was asked for went to stdout itself. With `target` the command takes a PID,
    with `watch` --watch.
    """

    name: str
    summary: str
    run: Callable[[Namespace], tuple[Answer | None, ExitCode]]
    configure: Callable[[ArgumentParser], None]
    target: bool = True
    watch: bool = True


def jvm_of(options: Namespace) -> Jvm:
    """The JVM that a command is about. Raises JvmNotFoundError or AccessRefusedError."""
    return attach(options.pid, timeout_seconds=options.timeout_seconds)


def take_limit(parser: ArgumentParser) -> None:
    """Give a command --limit."""
    text = f"rows at most; 0: all [default: {_ROWS} in tables, all in JSON]"
    parser.add_argument("--limit", type=int, metavar="N", help=text)


def limit_of(options: Namespace) -> int | None:
    """How many rows to show; None: all."""
    if options.limit is None:
        return None if options.as_json else _ROWS
    return options.limit or None


def seconds(text: str) -> float:
    """A span of time, zero or more."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        message = f"{text!r} is no number of seconds"
        raise ArgumentTypeError(message)
    return value


def size(text: str) -> int:
    """An amount of memory or disk: 1500MB, 1.5G."""
    try:
        return parse_bytes(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
