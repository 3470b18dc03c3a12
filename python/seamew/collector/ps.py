"""`ps`: all JVMs of the host."""

from __future__ import annotations

from argparse import Namespace

from seamew.cli.exit_codes import ExitCode
from seamew.jvm.summary import list_summaries as ps
from seamew.report import Answer
from seamew.report.jvm.ps import ps_answer

from .command import Command, limit_of, take_limit

__all__ = ["COMMAND"]


def _run(options: Namespace) -> tuple[Answer, ExitCode]:
    rows = ps()
    return ps_answer(rows[: limit_of(options)], len(rows)), ExitCode.DONE


COMMAND = Command(
    "ps",
    "All JVMs of this host: heap, memory, threads, attaching.",
    _run,
    take_limit,
    target=False,
)
