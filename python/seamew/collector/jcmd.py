"""`jcmd`: any diagnostic command."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from seamew.cli.exit_codes import ExitCode
from seamew.report import Answer
from seamew.report.jvm.jcmd import jcmd_answer

from .command import Command, jvm_of

__all__ = ["COMMAND"]


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "words", metavar="COMMAND", nargs="*", help="the command and its arguments; -- before -l"
    )


def _run(options: Namespace) -> tuple[Answer, ExitCode]:
    line = " ".join(options.words or ("help",))
    return jcmd_answer(line, jvm_of(options).jcmd(line)), ExitCode.DONE


COMMAND = Command("jcmd", "Any diagnostic command, as jcmd sends it.", _run, _configure)
