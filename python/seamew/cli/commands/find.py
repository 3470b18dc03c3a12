"""`seamew find`: objects chosen by the values of their fields."""

from __future__ import annotations

from itertools import islice

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.report import Answer, Heading, Table
from seamew.report.columns import ADDRESS, CLASS, OBJECT_NAME, RETAINED, SHALLOW, VALUE
from seamew.units import format_bytes

__all__ = ["command"]

_SORTS = (("address", "address"), ("retained", "retained_bytes"), ("shallow", "shallow_bytes"))


@dump_command(
    "find",
    sorts=_SORTS,
    epilog="""
seamew find heap.hprof com.acme.Session --where 'state=CLOSED' --where 'id>1000'
seamew find heap.hprof java.lang.Thread --subclasses --where 'name~^pool-' --sort retained
seamew find heap.hprof com.acme.Node --where 'next=null'
""",
)
@selects_objects(required=True)
@click.option(
    "--where",
    "conditions",
    multiple=True,
    required=True,
    metavar="CONDITION",
    help="FIELD=VALUE; also != < <= > >= ~REGEX. Several must all hold.",
)
def command(options: Options, selection: Selection, conditions: tuple[str, ...]) -> ExitCode:
    """Objects chosen by the values of their fields.

    FIELD may be a path: owner.name. VALUE is compared with numbers, texts and names by value, with
    other objects as @id or 0xADDRESS; null is null. Put a text in quotes that would be read so.
    """

    def ask(heap: Heap) -> Answer:
        found = heap.find(selection.of(heap), conditions)
        if options.sort in {None, "address"}:
            indices = list(islice(found, options.limit))
        else:
            indices = heap.biggest(found, sort=dict(_SORTS)[str(options.sort)], limit=options.limit)
        rows = heap.rows(indices)
        total, left = len(found), len(found) - len(rows)
        note = f"and {left:,} more objects (--limit 0 shows all)" if left else ""
        result = {
            "where": list(conditions),
            "total": total,
            "shallow_bytes": found.shallow_bytes,
            "rows": rows,
        }
        heading = Heading(f"{total:,} objects of {format_bytes(found.shallow_bytes)}")
        table = Table((OBJECT_NAME, SHALLOW, RETAINED), rows, note)
        return Answer(
            result, Table((ADDRESS, CLASS, SHALLOW, RETAINED, VALUE), rows), (heading, table)
        )

    return answer_from_heap(options, ask)
