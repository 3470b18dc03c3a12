"""`seamew immediate-dominators`: who holds a set of objects."""

from __future__ import annotations

from typing import Any

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap
from seamew.heap import JDK_CLASSES, Heap
from seamew.report import Answer, Column, Kind, Table

__all__ = ["command"]

_SORTS = (
    ("dominated", "dominated_shallow_bytes"),
    ("objects", "dominated_objects"),
    ("dominators", "dominators"),
    ("name", "label"),
)


def _biggest(row: Any) -> str | None:  # noqa: ANN401 (a row of the table)
    return None if row.biggest_dominator is None else f"@{row.biggest_dominator}"


_COLUMNS = (
    Column("class", "class of the dominators", Kind.NAME, lambda row: row.label),
    Column("dominators", "dominators", Kind.COUNT),
    Column("dominator_shallow_bytes", "shallow", Kind.BYTES),
    Column("dominated_objects", "dominated", Kind.COUNT),
    Column("dominated_shallow_bytes", "their shallow", Kind.BYTES),
    Column("biggest_dominator", "most by", Kind.TEXT, _biggest),
)


@dump_command(
    "immediate-dominators",
    sorts=_SORTS,
    epilog="""
seamew immediate-dominators heap.hprof 'char[]' 'byte[]'
seamew immediate-dominators heap.hprof com.acme.Session --skip-none
seamew immediate-dominators heap.hprof java.util.HashMap --skip 'java.*' --skip 'org.apache.*'
""",
)
@selects_objects(required=True)
@click.option(
    "--skip",
    multiple=True,
    metavar="PATTERN",
    help="Pass over dominators of such classes. Repeatable.  [default: the JDK's]",
)
@click.option("--skip-none", is_flag=True, help="Pass over none.")
def command(
    options: Options, selection: Selection, skip: tuple[str, ...], *, skip_none: bool
) -> ExitCode:
    """Who holds a set of objects, by class.

    The nearest objects that keep them alive on their own, past those of the platform's classes:
    with char[] or byte[] the classes that own text.
    """
    if skip and skip_none:
        message = "--skip and --skip-none exclude each other"
        raise click.UsageError(message)
    patterns = () if skip_none else skip or JDK_CLASSES

    def ask(heap: Heap) -> Answer:
        members = selection.of(heap)
        rows = arrange(heap.immediate_dominators(members, skip=patterns), options, _SORTS)
        shown = rows[: options.limit]
        left = len(rows) - len(shown)
        note = f"and {left:,} more rows (--limit 0 shows all)" if left else ""
        result = {
            "objects": len(members),
            "shallow_bytes": members.shallow_bytes,
            "skip": patterns,
            "total": len(rows),
            "rows": shown,
        }
        return Answer(result, Table(_COLUMNS, shown, note))

    return answer_from_heap(options, ask)
