"""`seamew merged-paths`: shortest paths to many objects, merged."""

from __future__ import annotations

from math import ceil
from operator import attrgetter
from typing import Literal

import click

from seamew.cli.excludes import excludes_references, left_out
from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap, ObjectSet
from seamew.model import MergedClassRow, MergedPathRow, MergedPaths
from seamew.report import Answer, Column, Heading, Kind, Table
from seamew.report.columns import ADDRESS, CLASS, OBJECTS, SHALLOW, described
from seamew.report.trees import dotted
from seamew.units import format_counted

__all__ = ["command"]

Row = MergedPathRow | MergedClassRow

_GROUPS = ("from-roots", "from-roots-by-class", "to-roots-by-class")
_COVERED = (
    Column("covered_objects", "leads to", Kind.COUNT),
    Column("covered_shallow_bytes", "shallow", Kind.BYTES),
    Column("covered_retained_bytes", "retained", Kind.BYTES),
)
_DEPTH = Column("depth", "depth", Kind.NUMBER)
_ROOTS = Column("root_types", "root", Kind.TEXT, lambda row: ", ".join(row.root_types))
_FIELD = Column("field", "field", Kind.TEXT)
_LABEL = Column("class", "class", Kind.NAME, lambda row: row.label)


@dump_command(
    "merged-paths",
    rows=10,
    rows_of_data=100,
    epilog="""
seamew merged-paths heap.hprof com.acme.Session
seamew merged-paths heap.hprof 'com.acme.*' --group to-roots-by-class --depth 5
seamew merged-paths heap.hprof com.acme.Session --exclude none --min-share 5
""",
)
@selects_objects(required=True)
@excludes_references
@click.option(
    "--group",
    type=click.Choice(_GROUPS),
    default=_GROUPS[0],
    show_default=True,
    help="A tree of objects below the roots, of classes below the roots, or of classes from "
    "the objects up to the roots.",
)
@click.option(
    "--depth", type=click.IntRange(min=1), default=10, show_default=True, help="Levels to show."
)
@click.option(
    "--min-share",
    "share",
    type=click.FloatRange(0, 100),
    default=0,
    metavar="PERCENT",
    help="Only rows that lead to so many of the objects.",
)
def command(
    options: Options,
    *,
    selection: Selection,
    excludes: tuple[str, ...],
    group: Literal["from-roots", "from-roots-by-class", "to-roots-by-class"],
    depth: int,
    share: float,
) -> ExitCode:
    """Paths from the roots to many objects, as a tree.

    Each row says how many of the objects it leads to, and their sizes; what another of the
    objects retains counts once. --limit counts the rows under each row. Weak, soft, phantom and
    finalizer references do not count.
    """
    ignored = left_out(excludes)

    def ask(heap: Heap) -> Answer:
        objects = selection.of(heap)
        least_objects = ceil(len(objects) * share / 100)
        merged: MergedPaths[MergedPathRow] | MergedPaths[MergedClassRow]
        if group == "from-roots":
            merged = heap.merged_paths(
                objects,
                excludes=ignored,
                levels=depth,
                children=options.limit,
                least_objects=least_objects,
            )
        else:
            merged = heap.merged_paths(
                objects,
                excludes=ignored,
                grouping=group,
                levels=depth,
                children=options.limit,
                least_objects=least_objects,
            )
        return _answer(objects, merged, ignored, group)

    return answer_from_heap(options, ask)


def _answer(
    objects: ObjectSet,
    merged: MergedPaths[MergedPathRow] | MergedPaths[MergedClassRow],
    ignored: tuple[str, ...],
    group: str,
) -> Answer:
    by_class = group != _GROUPS[0]

    def covered_share(row: Row) -> float:
        return row.covered_objects / merged.objects if merged.objects else 0.0

    share = Column("share", "%", Kind.SHARE, covered_share)
    tree = Column("object", "class" if by_class else "object", Kind.NAME, _name)
    if by_class:
        columns: tuple[Column, ...] = (tree, OBJECTS, *_COVERED, share)
        data: tuple[Column, ...] = (_DEPTH, _LABEL, OBJECTS, SHALLOW, *_COVERED, share)
    else:
        columns = (tree, *_COVERED, share)
        data = (_DEPTH, _FIELD, ADDRESS, CLASS, _ROOTS, *_COVERED, share)
    result = {
        "group": group,
        "excludes": ignored,
        "objects": merged.objects,
        "shallow_bytes": objects.shallow_bytes,
        "without_path": merged.without_path,
        "longest_path": merged.longest_path,
        "left_out": merged.left_out,
        "rows": merged.rows,
    }
    reached = format_counted(merged.objects - merged.without_path, "object")
    heading = Heading(f"Paths to {reached}")
    notes = "\n".join(_notes(merged, ignored))
    table = Table(columns, merged.rows, notes, depth=attrgetter("depth"))
    return Answer(result, Table(data, merged.rows), (heading, table))


def _notes(
    merged: MergedPaths[MergedPathRow] | MergedPaths[MergedClassRow], ignored: tuple[str, ...]
) -> list[str]:
    """What the table does not show."""
    notes = []
    if hidden := merged.left_out + sum(row.left_out for row in merged.rows):
        notes.append(f"and {format_counted(hidden, 'more row')} under these (--limit, --min-share)")
    deepest = max((row.depth for row in merged.rows), default=-1) + 1
    if deepest < merged.longest_path:
        notes.append(f"the longest path has {merged.longest_path:,} objects (--depth, --limit)")
    if merged.without_path:
        reason = "only excluded references lead to them" if ignored else "nothing leads to them"
        lost = format_counted(merged.without_path, "object")
        notes.append(f"no path to {lost}: {reason} (--exclude)")
    return notes


def _name(row: Row) -> str:
    if isinstance(row, MergedClassRow):
        return row.label
    field = f"{dotted(row.field)} -> " if row.field else ""
    roots = f" [{', '.join(row.root_types)}]" if row.root_types else ""
    return f"{field}{described(row)}{roots}"
