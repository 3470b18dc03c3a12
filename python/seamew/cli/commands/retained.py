"""`seamew retained`: what a set of objects keeps alive."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap, ObjectSet
from seamew.report import Answer, Column, Heading, Kind, Table
from seamew.report.columns import OBJECTS, SHALLOW, share_columns_of
from seamew.units import format_bytes

__all__ = ["command"]

_SORTS = (("shallow", "shallow_bytes"), ("objects", "objects"), ("name", "label"))


@dump_command(
    "retained",
    sorts=_SORTS,
    epilog="""
seamew retained heap.hprof com.acme.Session
seamew retained heap.hprof 0x7c0001234 @4711 --by package
seamew retained heap.hprof 'com.acme.*' --cut com.acme.Registry#listeners
seamew retained heap.hprof com.acme.Cache#0 --field entries
""",
)
@selects_objects(required=True)
@click.option(
    "--by",
    type=click.Choice(["class", "superclass", "loader", "package"]),
    default="class",
    show_default=True,
    help="What to group the retained objects by.",
)
@click.option(
    "--cut",
    multiple=True,
    metavar="CLASS#FIELD",
    help="As if these references did not exist; CLASS alone: all its fields. Repeatable.",
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME",
    help="Only what the objects keep alive through these fields. Repeatable.",
)
def command(
    options: Options,
    selection: Selection,
    by: str,
    cut: tuple[str, ...],
    fields: tuple[str, ...],
) -> ExitCode:
    """What a set of objects keeps alive, exactly.

    All that would be freed if these objects (or with --field, these fields of theirs) were gone,
    by class.
    """
    if cut and fields:
        message = "--cut and --field exclude each other"
        raise click.UsageError(message)

    def ask(heap: Heap) -> Answer:
        members = selection.of(heap)
        retained = (
            heap.retained_through(members, fields)
            if fields
            else heap.retained_objects(members, cut=cut)
        )
        return _answer(heap, members, retained, (by, options))

    return answer_from_heap(options, ask)


def _answer(
    heap: Heap, members: ObjectSet, retained: ObjectSet, how: tuple[str, Options]
) -> Answer:
    by, options = how
    rows = arrange(heap.set_histogram(retained, by), options, _SORTS)
    shown = rows[: options.limit]
    retained_bytes, heap_bytes = retained.shallow_bytes, heap.facts.heap_bytes
    label = Column("class" if by in {"class", "superclass"} else by, by, Kind.NAME, _label)
    share, bar = share_columns_of(heap_bytes, "shallow_bytes")
    left = len(rows) - len(shown)
    note = f"and {left:,} more rows (--limit 0 shows all)" if left else ""
    table = Table((label, OBJECTS, SHALLOW, share, bar), shown, note)
    result = {
        "by": by,
        "objects": len(members),
        "shallow_bytes": members.shallow_bytes,
        "retained_objects": len(retained),
        "retained_bytes": retained_bytes,
        "heap_bytes": heap_bytes,
        "total": len(rows),
        "rows": shown,
    }
    head = (
        f"{len(members):,} objects retain {format_bytes(retained_bytes)} "
        f"in {len(retained):,} objects"
    )
    return Answer(result, table, (Heading(head), table))


def _label(row: object) -> str:
    return str(getattr(row, "label"))  # noqa: B009 (rows of any histogram)
