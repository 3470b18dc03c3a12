"""`seamew properties`: system properties, environment, JVM arguments."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import PropertyRow
from seamew.report import Answer, Block, Column, Heading, Kind, Pairs
from seamew.report.runtime import cut, runtime_pairs
from seamew.units import format_counted

__all__ = ["command"]

_ROWS = 1000
_UNKNOWN = "(not in the dump)"
_COLUMNS = (
    Column("source", "source", Kind.TEXT),
    Column("name", "name", Kind.NAME),
    Column("value", "value", Kind.TEXT),
    Column("is_masked", "masked", Kind.TEXT),
)
_TITLES = {
    "system": "System properties",
    "environment": "Environment",
    "argument": "JVM arguments",
}


@dump_command(
    "properties",
    rows=_ROWS,
    epilog="""
seamew properties heap.hprof
seamew properties heap.hprof --show-secrets --json
""",
)
@click.option("--show-secrets", is_flag=True, help="Show passwords, keys and tokens too.")
def command(options: Options, *, show_secrets: bool) -> ExitCode:
    """System properties, environment, JVM and system.

    Values that may be secret are masked. The environment is in a dump only if the program has
    asked for it, the JVM's arguments only if it has used management beans.
    """

    def ask(heap: Heap) -> Answer:
        rows = heap.properties(show_secrets=show_secrets)
        facts = heap.runtime_facts()
        table = cut(_COLUMNS, rows, options.limit)
        blocks: list[Block] = [Heading("JVM and system"), runtime_pairs(facts)]
        for source, title in _TITLES.items():
            shown = [row for row in rows[: options.limit] if row.source == source]
            text = "" if shown else f": {_UNKNOWN}"
            blocks += [Heading(title + text), Pairs([(row.name, _value(row)) for row in shown])]
        masked = sum(row.is_masked for row in rows)
        if masked:
            values = format_counted(masked, "value")
            blocks += ["", f"{values} masked; --show-secrets shows all"]
        result = {"facts": facts, "total": len(rows), "masked": masked, "rows": table.rows}
        return Answer(result, table, tuple(blocks))

    return answer_from_heap(options, ask)


def _value(row: PropertyRow) -> str:
    return _UNKNOWN if row.value is None else row.value or '""'
