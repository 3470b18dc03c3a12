"""`seamew jcmd`: any diagnostic command of a JVM, without a JDK."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.live import LiveOptions, answer_on_jvm, live_command
from seamew.errors import JvmCommandError, UsageError
from seamew.jvm.diagnostic_commands import command_line, parse_commands
from seamew.jvm.handle import Jvm
from seamew.report import Answer
from seamew.report.jvm.jcmd import (
    CommandAnswer,
    commands_answer,
    jcmd_answer,
    jcmd_answers,
    saved_answer,
)

__all__ = ["command"]

_OF_THE_JVM = re.compile(r"-[^-]")
_OUR_SHORT_OPTIONS = frozenset({"-q", "-v", "-h"})
_MARK = "\0"  # no word of a command line can have one
_COMMENT = "#"
_STOP = "stop"


class _JcmdCommand(click.Command):
    """Words with one dash are the diagnostic command's own: `Thread.print -l`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep them out of the search for options."""
        kept = [
            _MARK + word if _OF_THE_JVM.match(word) and word not in _OUR_SHORT_OPTIONS else word
            for word in args
        ]
        return super().parse_args(ctx, kept)


@live_command(
    "jcmd",
    epilog="""
seamew jcmd 4711 help
seamew jcmd 4711 help GC.heap_dump
seamew jcmd 4711 Thread.print -l -e
seamew jcmd 4711 GC.heap_info --watch 2
seamew jcmd 4711 VM.log output="/var/log/a gc.log" what=gc=info
seamew jcmd 4711 --file commands.txt
seamew jcmd 4711 VM.stringtable -verbose --output strings.txt
""",
    cls=_JcmdCommand,
)
@click.argument("words", metavar="[COMMAND]...", nargs=-1)
@click.option(
    "--file",
    "file",
    type=click.File(encoding="utf-8"),
    help="Commands from a file, one a line, or from standard input: -.",
)
@click.option(
    "--output",
    "path",
    type=click.Path(path_type=Path),
    help="Write the JVM's answer to a new file as it comes, however long.",
)
def command(
    options: LiveOptions, words: tuple[str, ...], *, file: TextIO | None, path: Path | None
) -> ExitCode:
    """Any diagnostic command, as jcmd sends it; `help` lists them.

    What the command does to the JVM is the command's own: GC.run collects, GC.class_histogram
    stops all threads while it counts. Words with one dash go to the JVM, those with two are
    options of seamew, unless they stand behind `--`. Paths are those of the JVM's file system.
    """
    line = command_line([word.replace(_MARK, "") for word in words])
    lines = _lines(line if file is None else file.read())
    if file is not None and words:
        raise click.UsageError("--file stands in place of COMMAND")
    if path is not None and len(lines) != 1:
        raise click.UsageError("--output takes the answer of one COMMAND")
    failures: list[str] = []

    def ask(jvm: Jvm) -> Answer:
        if path is not None:
            return saved_answer(lines[0], str(path), _save(jvm, lines[0], path))
        if file is not None or len(lines) > 1:
            answers = [_answer(jvm, one) for one in lines]
            failures.extend(one.command for one in answers if one.error)
            return jcmd_answers(answers)
        if not lines or lines == ["help"]:
            return commands_answer(parse_commands(jvm.jcmd("help -all")))
        return jcmd_answer(lines[0], jvm.jcmd(lines[0]))

    code = answer_on_jvm(options, ask)
    return ExitCode.ERROR if failures and code is ExitCode.DONE else code


def _lines(text: str) -> list[str]:
    """One command a line; as jcmd's own -f does, `stop` ends the list."""
    found = []
    for line in map(str.strip, text.splitlines()):
        if line == _STOP:
            break
        if line and not line.startswith(_COMMENT):
            found.append(line)
    return found


def _answer(jvm: Jvm, line: str) -> CommandAnswer:
    try:
        return CommandAnswer(line, jvm.jcmd(line))
    except JvmCommandError as error:
        return CommandAnswer(line, "", error.message)


def _save(jvm: Jvm, line: str, path: Path) -> int:
    """Nothing is left of a file whose answer is not whole."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError("the file exists already", path=str(path)) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            return jvm.client.execute_to(file, "jcmd", line, timeout_seconds=jvm.timeout_seconds)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
