"""`seamew info`: the overview of a dump."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.finish import finish
from seamew.cli.options import Options, dump_command
from seamew.cli.session import answer_from_heap
from seamew.cli.talk import Talk
from seamew.heap import Heap, list_dumps
from seamew.report import Answer, Column, Kind, Table
from seamew.report.overview import overview, overview_table

__all__ = ["command"]

_DUMP_COLUMNS = (
    Column("index", "dump", Kind.NUMBER),
    Column("offset", "offset", Kind.COUNT),
    Column("bytes", "bytes", Kind.BYTES),
    Column("at_ms", "at (Unix ms)", Kind.NUMBER),
    Column("whole", "whole", Kind.TEXT),
)


@dump_command(
    "info",
    epilog="""
seamew info heap.hprof
seamew info both.hprof --list-dumps
""",
)
@click.option("--list-dumps", "listing", is_flag=True, help="List the dumps in the file.")
def command(options: Options, *, listing: bool) -> ExitCode:
    """What is in the dump: sizes, counts, JVM, damage."""
    if listing:
        return _list_dumps(options)
    return answer_from_heap(options, _overview, early=True)


def _overview(heap: Heap) -> Answer:
    facts = heap.facts
    return Answer(facts, overview_table(facts), (overview(facts),))


def _list_dumps(options: Options) -> ExitCode:
    dumps = list_dumps(options.dump)
    answer = Answer(result={"rows": dumps}, table=Table(_DUMP_COLUMNS, dumps))
    with Talk(quiet=options.quiet, verbose=options.verbose) as talk:
        return finish(options, answer, talk)
