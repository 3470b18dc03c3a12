"""The end of a command: its answer on stdout, its warnings on stderr, its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seamew.report import Answer

from .exit_codes import ExitCode
from .options import OutputOptions
from .output import write_answer
from .talk import Talk

if TYPE_CHECKING:  # live commands need nothing of the heap side
    from seamew.model import DumpWarning

__all__ = ["command_name", "finish"]


def finish(
    options: OutputOptions,
    answer: Answer,
    talk: Talk,
    warnings: tuple[DumpWarning, ...] = (),
    *,
    in_part: bool = False,
) -> ExitCode:
    """Write the answer and the warnings."""
    write_answer(command_name(), answer, options.output, warnings, pager=options.pager)
    talk.warnings(warnings)
    if in_part or any(warning.partial for warning in warnings):
        return ExitCode.READ_IN_PART
    return ExitCode.DONE


def command_name() -> str:
    """The name under which the running command was called."""
    return click.get_current_context().info_name or ""
