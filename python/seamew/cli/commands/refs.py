"""`seamew refs`: references to and from an object."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import ReferenceRow
from seamew.report import Answer, Column, Heading, Kind, Table
from seamew.report.columns import (
    ADDRESS,
    CLASS,
    OBJECT_NAME,
    RETAINED,
    SHALLOW,
    VALUE,
    described,
)

__all__ = ["command"]

_SORTS = (
    ("retained", "retained_bytes"),
    ("shallow", "shallow_bytes"),
    ("field", "field"),
    ("name", "class_name"),
)
_FIELD = Column("field", "field", Kind.TEXT)


@dump_command(
    "refs",
    sorts=_SORTS,
    epilog="""
seamew refs heap.hprof 0x7c0001234 --in
seamew refs heap.hprof com.acme.Cache#0 --out --sort retained
""",
)
@click.argument("name", metavar="OBJECT")
@click.option("--in", "inward", flag_value=True, default=True, help="Who refers to it. [default]")
@click.option("--out", "inward", flag_value=False, help="What it refers to.")
def command(options: Options, name: str, *, inward: bool) -> ExitCode:
    """What refers to an object, or what it refers to."""

    def ask(heap: Heap) -> Answer:
        row = heap.row(name)
        inbound, outbound = heap.reference_counts(row.object_index)
        total = inbound if inward else outbound
        shown = _rows(heap, row.object_index, options, total, inward=inward)
        left = total - len(shown)
        note = f"and {left:,} more references (--limit 0 shows all)" if left > 0 else ""
        direction = "in" if inward else "out"
        result = {"object": row, "direction": direction, "total": total, "rows": shown}
        text = f"{total:,} references {'to' if inward else 'from'} {described(row)}"
        blocks = (Heading(text), Table((_FIELD, OBJECT_NAME, SHALLOW, RETAINED), shown, note))
        data = Table((_FIELD, ADDRESS, CLASS, SHALLOW, RETAINED, VALUE), shown)
        return Answer(result, data, blocks)

    return answer_from_heap(options, ask)


def _rows(
    heap: Heap, index: int, options: Options, total: int, *, inward: bool
) -> list[ReferenceRow]:
    """The references wanted; sorting needs all of them first."""
    ask = heap.references_to if inward else heap.references_from
    wanted = total if options.sort or options.limit is None else options.limit
    return arrange(ask(index, limit=wanted), options, _SORTS)[: options.limit]
