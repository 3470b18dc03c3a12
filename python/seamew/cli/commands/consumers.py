"""`seamew consumers`: the biggest objects, classes, loaders and packages."""

from __future__ import annotations

from collections.abc import Sequence

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.session import answer_from_heap
from seamew.diagnose import biggest_consumers
from seamew.heap import Heap
from seamew.report import Answer, Block, Column, Heading, Kind, Table
from seamew.report.columns import (
    ADDRESS,
    CLASS,
    OBJECT_NAME,
    OBJECTS,
    RETAINED,
    SHALLOW,
    VALUE,
    share_columns,
)

__all__ = ["command"]

_KINDS = ("objects", "classes", "loaders", "packages")
_SORTS = (("retained", "retained_bytes"), ("shallow", "shallow_bytes"))
_ROWS = 10
_LABEL = Column("label", "name", Kind.NAME)


@dump_command(
    "consumers",
    sorts=_SORTS,
    rows=_ROWS,
    rows_of_data=_ROWS,
    epilog="""
seamew consumers heap.hprof
seamew consumers heap.hprof --by packages --limit 50
""",
)
@click.option(
    "--by", type=click.Choice(_KINDS), help="Only one of the four. [default in CSV: objects]"
)
def command(options: Options, by: str | None) -> ExitCode:
    """The biggest objects, classes and loaders.

    By what the topmost objects of the dominator tree retain, so no byte counts twice and the
    shares of a table add up to the whole heap.
    """

    def ask(heap: Heap) -> Answer:
        found = biggest_consumers(heap, options.limit)
        heap_bytes = heap.facts.heap_bytes
        kinds = [by] if by else _KINDS
        rows = {kind: arrange(getattr(found, kind), options, _SORTS) for kind in kinds}
        blocks: list[Block] = []
        for kind in kinds:
            blocks += [Heading(f"Biggest {kind}"), _table(kind, rows[kind], heap_bytes)]
        return Answer(
            result={"heap_bytes": heap_bytes, **rows},
            table=_data(kinds[0], rows[kinds[0]], heap_bytes),
            blocks=tuple(blocks),
        )

    return answer_from_heap(options, ask)


def _table(kind: str, rows: Sequence[object], heap_bytes: int) -> Table:
    name = OBJECT_NAME if kind == "objects" else _LABEL
    counts = () if kind == "objects" else (OBJECTS,)
    return Table((name, *counts, SHALLOW, RETAINED, *share_columns(heap_bytes)), rows)


def _data(kind: str, rows: Sequence[object], heap_bytes: int) -> Table:
    """The same for CSV, where an object's address and class have columns of their own."""
    if kind != "objects":
        return _table(kind, rows, heap_bytes)
    share, _ = share_columns(heap_bytes)
    return Table((ADDRESS, CLASS, SHALLOW, RETAINED, share, VALUE), rows)
