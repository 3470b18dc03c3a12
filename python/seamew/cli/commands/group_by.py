"""`seamew group-by`: objects by their value, or by that of a field."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import ValueGroup
from seamew.report import Answer, Column, Heading, Kind, Table
from seamew.report.columns import OBJECTS, RETAINED, SHALLOW

__all__ = ["command"]

_SORTS = (
    ("objects", "objects"),
    ("shallow", "shallow_bytes"),
    ("retained", "retained_bytes"),
)
_ROWS_OF_DATA = 1000
_UNNAMED = {"null": "<null>", "missing": "<no such field>"}


def _shown(row: ValueGroup) -> str:
    return row.value if row.value is not None else _UNNAMED.get(row.kind, "")


@dump_command(
    "group-by",
    sorts=_SORTS,
    rows_of_data=_ROWS_OF_DATA,
    epilog="""
seamew group-by heap.hprof java.lang.Integer
seamew group-by heap.hprof com.acme.Session --field owner.name --sort retained
""",
)
@selects_objects(required=True)
@click.option("--field", metavar="PATH", help="Group by this field: name, or owner.name.")
def command(options: Options, selection: Selection, field: str | None) -> ExitCode:
    """Objects grouped by their value, or a field's.

    Texts, numbers and names are equal where they read the same, other objects where they are the
    same one. The retained size of a row is the least that its objects keep alive.
    """

    def ask(heap: Heap) -> Answer:
        sort = dict(_SORTS)[options.sort or "objects"]
        found = heap.group_by(selection.of(heap), field, sort=sort, limit=options.limit)
        left = found.total - len(found.rows)
        note = f"and {left:,} more values (--limit 0 shows all)" if left else ""
        value = Column("value", field or "value", Kind.NAME, _shown)
        kind = Column("kind", "kind", Kind.TEXT)
        data = (Column("value", "value", Kind.NAME), kind, OBJECTS, SHALLOW, RETAINED)
        result = {
            "field": field,
            "objects": found.objects,
            "total": found.total,
            "rows": found.rows,
        }
        heading = Heading(f"{found.objects:,} objects, {found.total:,} values")
        table = Table((value, OBJECTS, SHALLOW, RETAINED), found.rows, note)
        return Answer(result, Table(data, found.rows), (heading, table))

    return answer_from_heap(options, ask)
