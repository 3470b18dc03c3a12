"""`seamew references`: what soft, weak and other references refer to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import HistogramRow, LeakedReferent, ReferenceStatistics
from seamew.report import Answer, Block, Column, Heading, Kind, Table
from seamew.report.columns import OBJECTS, SHALLOW, described
from seamew.report.runtime import histogram_table
from seamew.units import format_bytes, format_counted

__all__ = ["command"]

_SORTS = (("shallow", "shallow_bytes"), ("objects", "objects"), ("name", "label"))
_GROUP = Column("group", "group", Kind.TEXT, lambda row: row[0])


@dump_command(
    "references",
    sorts=_SORTS,
    rows=10,
    epilog="""
seamew references heap.hprof soft
seamew references heap.hprof weak
seamew references heap.hprof com.acme.CacheEntry --field value
""",
)
@click.argument("what", metavar="soft|weak|phantom|finalizer|CLASS")
@click.option("--field", default="referent", show_default=True, help="The field that refers.")
def command(options: Options, what: str, field: str) -> ExitCode:
    """What references refer to, and alone keep alive.

    Three tables: what the references refer to; all that would go if they were cleared; and what
    they refer to that something else keeps alive. CLASS may be any class (its subclasses come with
    it), and --field any field: then the tables tell what that field keeps alive.
    """

    def ask(heap: Heap) -> Answer:
        found = _arranged(heap.reference_statistics(what, field=field), options)
        return Answer(_result(found, options), _data(found), tuple(_blocks(found, options)))

    return answer_from_heap(options, ask)


def _arranged(found: ReferenceStatistics, options: Options) -> ReferenceStatistics:
    """The same with the rows of each table in the order asked for."""

    def ordered(rows: Sequence[HistogramRow]) -> tuple[HistogramRow, ...]:
        return tuple(arrange(rows, options, _SORTS))

    return replace(
        found,
        referents=ordered(found.referents),
        only=ordered(found.only),
        kept=ordered(found.kept),
        kept_by_references=ordered(found.kept_by_references),
    )


def _groups(found: ReferenceStatistics) -> dict[str, tuple[HistogramRow, ...]]:
    return {
        "referents": found.referents,
        "only": found.only,
        "kept": found.kept,
        "kept_by_references": found.kept_by_references,
    }


def _result(found: ReferenceStatistics, options: Options) -> dict[str, object]:
    tables = {
        name: {**_sums(rows), "total": len(rows), "rows": rows[: options.limit]}
        for name, rows in _groups(found).items()
    }
    facts = {
        "classes": found.classes,
        "field": found.field,
        "references": found.references,
        "cleared": found.cleared,
    }
    return {**facts, **tables, "examples": found.examples}


def _data(found: ReferenceStatistics) -> Table:
    rows = [(name, row) for name, group in _groups(found).items() for row in group]
    columns = (
        _GROUP,
        Column("class", "class", Kind.NAME, lambda row: row[1].label),
        Column("objects", OBJECTS.title, Kind.COUNT, lambda row: row[1].objects),
        Column("shallow_bytes", SHALLOW.title, Kind.BYTES, lambda row: row[1].shallow_bytes),
    )
    return Table(columns, rows)


def _blocks(found: ReferenceStatistics, options: Options) -> list[Block]:
    count = format_counted(found.references, "reference")
    blocks: list[Block] = [f"{count}, {found.cleared:,} of them refer to nothing"]
    for title, rows in (
        (f"What `{found.field}` refers to", found.referents),
        ("Kept alive by nothing else, gone once they are cleared", found.only),
        ("Referred to, and kept alive by something else too", found.kept),
        ("Leaking: kept alive by other fields of these references only", found.kept_by_references),
    ):
        if rows:
            blocks += [Heading(f"{title}: {_summed(rows)}"), histogram_table(rows, options.limit)]
    for example in found.examples:
        blocks += [Heading(f"Why {described(example.object)} never goes"), _path(example)]
    return blocks


def _sums(rows: Sequence[HistogramRow]) -> dict[str, int]:
    return {
        "objects": sum(row.objects for row in rows),
        "shallow_bytes": sum(row.shallow_bytes for row in rows),
    }


def _summed(rows: Sequence[HistogramRow]) -> str:
    sums = _sums(rows)
    return f"{format_counted(sums['objects'], 'object')}, {format_bytes(sums['shallow_bytes'])}"


def _path(example: LeakedReferent) -> str:
    return "\n".join(
        f"  {step.field or ', '.join(step.root_types)} -> {described(step)}"
        for step in example.path
    )
