"""`seamew object`: one object with its fields."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import FieldValue, ObjectDetail
from seamew.report import Answer, Block, Column, Heading, Kind, Pairs, Table
from seamew.report.columns import described
from seamew.units import format_address, format_bytes

__all__ = ["command"]


def _value(field: FieldValue) -> str:
    if field.target is not None:
        return described(field.target)
    return "null" if field.value is None else str(field.value)


_COLUMNS = (
    Column("name", "field", Kind.TEXT),
    Column("type", "type", Kind.TEXT),
    Column("value", "value", Kind.NAME, _value),
    Column("declaring_class", "declared in", Kind.NAME),
)


@dump_command(
    "object",
    epilog="""
seamew object heap.hprof 0x7c0001234
seamew object heap.hprof java.lang.Thread#0 --json
""",
)
@click.argument("name", metavar="OBJECT")
def command(options: Options, name: str) -> ExitCode:
    """One object with its fields and its value.

    A class object shows its static fields, a primitive array its first elements.
    """

    def ask(heap: Heap) -> Answer:
        detail = heap.object(name)
        table = Table(_COLUMNS, detail.fields[: options.limit])
        left = len(detail.fields) - len(table.rows)
        shown = Table(_COLUMNS, table.rows, f"and {left:,} more fields" if left else "")
        blocks: list[Block] = [Heading(described(detail)), _facts(detail)]
        if table.rows:
            blocks += [Heading("Fields"), shown]
        return Answer(detail, table, tuple(blocks))

    return answer_from_heap(options, ask)


def _facts(detail: ObjectDetail) -> Pairs:
    above = described(detail.dominator) if detail.dominator else "none (topmost)"
    sizes = f"{format_bytes(detail.shallow_bytes)} itself"
    return Pairs(
        (
            ("id", f"@{detail.object_index}, address {format_address(detail.address)}"),
            ("sizes", f"{sizes}, {format_bytes(detail.retained_bytes)} retained"),
            ("class", " < ".join((detail.class_name, *detail.superclasses))),
            ("loader", detail.loader or ""),
            ("root", ", ".join(detail.root_types)),
            ("dominator", above),
            ("elements", " ".join(str(element) for element in detail.elements)),
        )
    )
