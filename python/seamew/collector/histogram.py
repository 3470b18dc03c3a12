"""`histogram`: what fills a JVM's heap, and what grows in it."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace

from seamew.cli.exit_codes import ExitCode
from seamew.report import Answer
from seamew.report.jvm.histogram import GROUPINGS, SORTS, growth_answer, histogram_answer

from .command import Command, jvm_of, limit_of, seconds, take_limit

__all__ = ["COMMAND"]


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument("--live", action="store_true", help="a full collection first (a pause)")
    parser.add_argument(
        "--diff",
        dest="diff_seconds",
        type=seconds,
        metavar="SECONDS",
        help="count twice, so far apart: what has grown",
    )
    parser.add_argument("--by", choices=GROUPINGS, default=GROUPINGS[0], help="what to group by")
    parser.add_argument("--sort", choices=SORTS, help="order of the rows")
    take_limit(parser)


def _run(options: Namespace) -> tuple[Answer, ExitCode]:
    jvm = jvm_of(options)
    shown = {"by": options.by, "sort": options.sort, "limit": limit_of(options)}
    first = jvm.histogram(live=options.live)
    if options.diff_seconds is None:
        return histogram_answer(first, **shown), ExitCode.DONE
    time.sleep(options.diff_seconds)
    return growth_answer(first, jvm.histogram(live=options.live), **shown), ExitCode.DONE


COMMAND = Command("histogram", "What fills the heap, by class or package.", _run, _configure)
