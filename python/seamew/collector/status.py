"""`status`: one JVM on one screen, or jstat's figures."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from seamew.cli.exit_codes import ExitCode
from seamew.jvm.jstat import JSTAT_OPTIONS, sample_jstat
from seamew.report import Answer
from seamew.report.jvm.jstat import jstat_answer
from seamew.report.jvm.status import status_answer

from .command import Command, jvm_of

__all__ = ["COMMAND"]


def _configure(parser: ArgumentParser) -> None:
    text = "the columns of jstat's option of that name"
    parser.add_argument("--jstat", choices=list(JSTAT_OPTIONS), help=text)
    parser.add_argument("--ask", action="store_true", help="ask the JVM too, for what no file has")
    parser.set_defaults(earlier=None)


def _run(options: Namespace) -> tuple[Answer, ExitCode]:
    """With --watch the figures since the last time are shown, too."""
    jvm = jvm_of(options)
    if options.jstat:
        with jvm.counters() as counters:
            return jstat_answer(sample_jstat(counters, options.jstat)), ExitCode.DONE
    status = jvm.status(ask=options.ask)
    earlier, options.earlier = options.earlier, status
    return status_answer(status, earlier), ExitCode.DONE


COMMAND = Command(
    "status", "One JVM: heap, GC, threads, memory, files, TCP, advice.", _run, _configure
)
