"""`seamew duplicates`: equal strings, arrays or objects."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import DuplicateRow, Duplicates
from seamew.report import Answer, Column, Heading, Kind, Table
from seamew.report.columns import CLASS, OBJECTS
from seamew.units import format_bytes

__all__ = ["command"]

_SORTS = (("lost", "lost_bytes"), ("objects", "objects"))
_ROWS_OF_DATA = 1000
_LOST = Column("lost_bytes", "lost", Kind.BYTES)
_EACH = Column("bytes_each", "each", Kind.BYTES)
_LENGTH = Column("length", "length", Kind.COUNT)
_VALUE = Column("value", "value", Kind.NAME)
_COPIES = Column("copies", "copies", Kind.COUNT)


@dump_command(
    "duplicates",
    sorts=_SORTS,
    rows_of_data=_ROWS_OF_DATA,
    epilog="""
seamew duplicates heap.hprof strings
seamew duplicates heap.hprof arrays 'byte[]' --sort objects
seamew duplicates heap.hprof objects 'com.acme.*' --by class
""",
)
@click.argument("kind", type=click.Choice(["strings", "arrays", "objects"]))
@selects_objects()
@click.option(
    "--by",
    type=click.Choice(["value", "class"]),
    default="value",
    show_default=True,
    help="A row for each value, or for each class.",
)
def command(options: Options, kind: str, selection: Selection, by: str) -> ExitCode:
    """Equal strings, arrays or objects.

    Lost are the bytes of all copies but one. Strings are equal by text; primitive arrays by type
    and elements; objects by class and all fields, references where they lead to the same object.
    """

    def ask(heap: Heap) -> Answer:
        found = _find(heap, kind, selection, options)
        return _by_class(kind, found, options) if by == "class" else _by_value(kind, found)

    return answer_from_heap(options, ask)


def _find(heap: Heap, kind: str, selection: Selection, options: Options) -> Duplicates:
    ask = {
        "strings": heap.duplicate_strings,
        "arrays": heap.duplicate_arrays,
        "objects": heap.duplicate_objects,
    }[kind]
    sort = dict(_SORTS)[options.sort or "lost"]
    return ask(selection.of(heap), sort=sort, limit=options.limit)


def _by_value(kind: str, found: Duplicates) -> Answer:
    left = found.groups - len(found.rows)
    note = f"and {left:,} more values (--limit 0 shows all)" if left else ""
    held = Column("held_by", "held by", Kind.NAME, _holder)
    named = () if kind == "strings" else (CLASS,)
    sized = () if kind == "objects" else (_LENGTH,)
    columns = (*named, _VALUE, OBJECTS, _EACH, _LOST, held)
    data = Table((CLASS, _VALUE, *sized, OBJECTS, _EACH, _LOST, held), found.rows)
    result = {**_sums(kind, "value", found), "rows": found.rows}
    heading = Heading(_headline(kind, found))
    return Answer(result, data, (heading, Table(columns, found.rows, note)))


def _by_class(kind: str, found: Duplicates, options: Options) -> Answer:
    rows = arrange(found.classes, options, _SORTS)
    shown = rows[: options.limit]
    left = len(rows) - len(shown)
    note = f"and {left:,} more classes (--limit 0 shows all)" if left else ""
    table = Table((CLASS, OBJECTS, _COPIES, _LOST), shown, note)
    result = {**_sums(kind, "class", found), "rows": shown}
    return Answer(result, table, (Heading(_headline(kind, found)), table))


def _sums(kind: str, by: str, found: Duplicates) -> dict[str, object]:
    return {
        "kind": kind,
        "by": by,
        "objects": found.objects,
        "distinct": found.distinct,
        "not_compared": found.not_compared,
        "lost_bytes": found.lost_bytes,
        "total": found.groups if by == "value" else len(found.classes),
    }


def _headline(kind: str, found: Duplicates) -> str:
    text = (
        f"{found.objects:,} {kind}, {found.distinct:,} of them different; "
        f"the copies take {format_bytes(found.lost_bytes)}"
    )
    skipped = found.not_compared
    return f"{text}; {skipped:,} could not be compared" if skipped else text


def _holder(row: DuplicateRow) -> str:
    """The field that holds most of the copies looked at, with its share."""
    if not row.holders or not row.sampled_objects:
        return ""
    first = row.holders[0]
    return f"{first.field} {first.objects / row.sampled_objects:.0%}"
