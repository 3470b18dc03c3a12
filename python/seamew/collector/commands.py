"""The collector's commands: what each takes, and how its answer comes about."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from seamew.jvm import Jvm, attach
from seamew.report import Answer
from seamew.report.jvm.jcmd import jcmd_answer

__all__ = ["COMMANDS", "Command"]


@dataclass(frozen=True)
class Command:
    """A command: `ask` makes its answer, `configure` adds what only this command takes.

    With `target` it takes a PID, with `watch` --watch.
    """

    name: str
    summary: str
    ask: Callable[[Namespace], Answer]
    configure: Callable[[ArgumentParser], object]
    target: bool = True
    watch: bool = True


def _jvm(options: Namespace) -> Jvm:
    return attach(options.pid, timeout_seconds=options.timeout_seconds)


def _take_words(parser: ArgumentParser) -> None:
    parser.add_argument(
        "words", metavar="COMMAND", nargs="*", help="the command and its arguments; -- before -l"
    )


def _jcmd(options: Namespace) -> Answer:
    line = " ".join(options.words or ("help",))
    return jcmd_answer(line, _jvm(options).jcmd(line))


COMMANDS = (Command("jcmd", "Any diagnostic command, as jcmd sends it.", _jcmd, _take_words),)
