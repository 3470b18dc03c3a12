"""The collector's command line: `seamew`'s commands for live JVMs, by argparse alone."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import TextIO

from seamew.cli.complaint import complaint
from seamew.cli.exit_codes import ExitCode, exit_code_of
from seamew.cli.terminal import terminal_width, wants_colour
from seamew.errors import SeamewError
from seamew.jvm.attaching import DEFAULT_TIMEOUT_SECONDS
from seamew.report import Answer, envelope, text_lines
from seamew.version import VERSION

from .command import Command, seconds
from .commands import COMMANDS

__all__ = ["main"]

_CLEAR_SCREEN = "\x1b[H\x1b[2J"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    options = _parser().parse_args(arguments)
    command: Command | None = options.command
    if command is None:
        _parser().print_help()
        return int(ExitCode.USAGE)
    try:
        return int(_answered(command, options))
    except SeamewError as error:
        sys.stderr.write(complaint(error) + "\n")
        return int(exit_code_of(error))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # The reader went away, as `head` does: say nothing more, and nothing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.DONE)
    except OSError as error:
        sys.stderr.write(complaint(SeamewError(str(error))) + "\n")
        return int(ExitCode.ERROR)


def _answered(command: Command, options: argparse.Namespace) -> ExitCode:
    """Ask and write the answer, once or every --watch seconds until Ctrl-C."""
    again: float | None = getattr(options, "watch_seconds", None)
    while True:
        started = time.monotonic()
        answer, code = command.run(options)
        if again is not None and sys.stdout.isatty():
            sys.stdout.write(_CLEAR_SCREEN)
        if answer is not None:
            _write(command.name, answer, sys.stdout, as_json=options.as_json)
        if again is None:
            return code
        time.sleep(max(0.0, again - (time.monotonic() - started)))


def _write(name: str, answer: Answer, stdout: TextIO, *, as_json: bool) -> None:
    if as_json:
        stdout.write(envelope(name, answer.result) + "\n")
    else:
        encoding = stdout.encoding or "ascii"
        width, colour = terminal_width(stdout), wants_colour(stdout)
        for line in text_lines(answer, width, colour=colour, encoding=encoding):
            # Such a stream may well be ASCII alone: old Pythons without a locale.
            stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="seamew-collector.pyz",
        description="See and capture live JVMs where nothing can be installed.",
        epilog="Commands and answers are those of seamew; COMMAND --help tells more.",
    )
    parser.add_argument("--version", action="version", version=f"seamew collector {VERSION}")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(metavar="COMMAND")
    for command in COMMANDS:
        below = commands.add_parser(command.name, help=command.summary, description=command.summary)
        _common(below, command)
        below.set_defaults(command=command)
    return parser


def _common(parser: argparse.ArgumentParser, command: Command) -> None:
    """What all commands take, after what is the command's own."""
    if command.target:
        parser.add_argument("pid", metavar="PID", type=int)
    command.configure(parser)
    parser.add_argument(
        "--json", dest="as_json", action="store_true", help="write JSON (schema seamew/1)"
    )
    if command.watch:
        parser.add_argument(
            "--watch",
            dest="watch_seconds",
            type=seconds,
            metavar="SECONDS",
            help="answer again every so many seconds, until Ctrl-C",
        )
    parser.add_argument(
        "--timeout",
        dest="timeout_seconds",
        type=seconds,
        metavar="SECONDS",
        default=DEFAULT_TIMEOUT_SECONDS,
        help=f"how long to wait for an answer [default: {DEFAULT_TIMEOUT_SECONDS:g}]",
    )
