"""`seamew collections`: how big and how full collections are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from seamew.cli.collection_shapes import takes_collection_shapes
from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap
from seamew.heap import CollectionFilter, Heap, ObjectSet
from seamew.model import CollectionRatioRow, CollectionSizeRow, CollectionTable
from seamew.report import Answer, Column, Kind, Table
from seamew.report.columns import ADDRESS, CLASS, OBJECT_NAME, RETAINED, SHALLOW
from seamew.units import format_counted

__all__ = ["command"]

_SORTS = (
    ("retained", "retained_bytes"),
    ("shallow", "shallow_bytes"),
    ("wasted", "wasted_bytes"),
    ("collections", "collections"),
    ("elements", "elements"),
    ("size", "size"),
    ("name", "class_name"),
)
_ORDERS = ("size", "retained", "shallow", "wasted")
_SPARSE = 0.2
_COLLECTIONS = Column("collections", "collections", Kind.COUNT)
_EMPTY = Column("empty", "empty", Kind.COUNT)
_ELEMENTS = Column("elements", "elements", Kind.COUNT)
_WASTED = Column("wasted_bytes", "wasted", Kind.BYTES)
_SUMS = (_COLLECTIONS, _EMPTY, _ELEMENTS, SHALLOW, RETAINED, _WASTED)
_UNREADABLE = Column("unreadable", "unreadable", Kind.COUNT)


@dump_command(
    "collections",
    sorts=_SORTS,
    epilog="""
seamew collections heap.hprof
seamew collections heap.hprof java.util.HashMap --by collisions
seamew collections heap.hprof --sparse --sort wasted
seamew collections heap.hprof --objects --min-size 10000
""",
)
@selects_objects()
@click.option(
    "--by",
    type=click.Choice(["class", "size", "fill", "collisions"]),
    default="class",
    show_default=True,
    help="What to group collections by.",
)
@click.option("--objects", "single", is_flag=True, help="Single collections, biggest first.")
@click.option(
    "--segments",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="Rows from empty to full, with --by fill or collisions.",
)
@click.option("--empty", is_flag=True, help="Only those without entries.")
@click.option("--sparse", is_flag=True, help="Only those of whose places at most 20 % are taken.")
@click.option(
    "--min-size", type=click.IntRange(min=0), metavar="N", help="Only those with N entries or more."
)
@takes_collection_shapes
def command(options: Options, selection: Selection, **asked: Any) -> ExitCode:  # noqa: ANN401
    """How big, how full, how wasteful collections are.

    Lists, queues, sets and maps of the JDK and of common libraries. Without WHAT all of them.
    Wasted bytes are places in backing arrays that nothing is in. --by fill groups by the share of
    places taken, --by collisions hash tables by the share of entries that found their bucket taken.
    """
    only = _filter(empty=asked["empty"], sparse=asked["sparse"], least=asked["min_size"])
    if asked["single"] and asked["by"] != "class":
        message = "--objects and --by exclude each other"
        raise click.UsageError(message)

    def ask(heap: Heap) -> Answer:
        what = selection.of(heap) if selection.what else None
        question = {"only": only, "shapes": asked["shapes"]}
        if asked["single"]:
            return _objects(heap, what, options, question)
        found, label = _grouped(heap, what, asked["by"], asked["segments"], question)
        return _groups(found, label, asked["by"], options)

    return answer_from_heap(options, ask)


def _filter(*, empty: bool, sparse: bool, least: int | None) -> CollectionFilter:
    if empty and least:
        message = "--empty and --min-size exclude each other"
        raise click.UsageError(message)
    return CollectionFilter(
        least_size=least or 0,
        most_size=0 if empty else None,
        most_fill=_SPARSE if sparse else None,
    )


def _grouped(
    heap: Heap,
    what: ObjectSet | None,
    by: str,
    segments: int,
    question: dict[str, Any],
) -> tuple[CollectionTable[Any], Column]:
    """The rows, and the column that says what they stand for."""
    if by == "size":
        return heap.collection_sizes(what, **question), Column("size", "size", Kind.TEXT, _size)
    if by == "fill":
        fill = heap.collection_fill(what, segments=segments, **question)
        return fill, Column("upto", "filled", Kind.TEXT, _upto)
    if by == "collisions":
        found = heap.collection_collisions(what, segments=segments, **question)
        return found, Column("upto", "collided", Kind.TEXT, _upto)
    return heap.collections(what, **question), CLASS


def _size(row: CollectionSizeRow) -> str:
    return "unreadable" if row.size is None else f"{row.size:,}"


def _upto(row: CollectionRatioRow) -> str:
    return "no places" if row.upto is None else f"to {row.upto:.1%}"


def _groups(found: CollectionTable[Any], label: Column, by: str, options: Options) -> Answer:
    shown = _arranged(found.rows, options)[: options.limit]
    if by != "class":
        raw = Column(label.name, label.title, Kind.NUMBER)
        data: tuple[Column, ...] = (raw, *_SUMS, _UNREADABLE)
    else:
        data = (label, Column("kind", "kind", Kind.TEXT), *_SUMS, _UNREADABLE)
    names = [column.name for column in (*_SUMS, _UNREADABLE) if column is not RETAINED]
    total = {name: sum(getattr(row, name) for row in found.rows) for name in names}
    result = {
        "by": by,
        "total": {"rows": len(found.rows), **total},
        "others": found.others,
        "rows": shown,
    }
    note = _note(len(found.rows) - len(shown), "row", found.others, total["unreadable"])
    return Answer(result, Table(data, shown), (Table((label, *_SUMS), shown, note),))


def _note(left: int, noun: str, others: int, unreadable: int = 0) -> str:
    parts = []
    if left > 0:
        parts.append(f"and {left:,} more {noun}s (--limit 0 shows all)")
    if unreadable:
        parts.append(f"the size of {format_counted(unreadable, 'collection')} cannot be read")
    if others:
        parts.append(f"{format_counted(others, 'object')} selected are no known collections")
    return "; ".join(parts)


def _arranged(rows: Sequence[Any], options: Options) -> list[Any]:
    """The rows in order; a word for --sort that they have no column for is refused."""
    attribute = dict(_SORTS).get(options.sort or "", "")
    if rows and attribute and not hasattr(rows[0], attribute):
        message = f"--sort {options.sort}: there is no such column here"
        raise click.UsageError(message)
    return arrange(rows, options, _SORTS)


def _objects(
    heap: Heap, what: ObjectSet | None, options: Options, question: dict[str, Any]
) -> Answer:
    """Single collections."""
    order = options.sort or "size"
    if order not in _ORDERS:
        message = f"--objects goes with --sort {', '.join(_ORDERS)}"
        raise click.UsageError(message)
    limit = heap.facts.object_count if options.limit is None else options.limit
    found = heap.collection_objects(what, order=order, limit=limit, **question)
    result = {"total": found.total, "others": found.others, "rows": found.rows}
    measures = (
        Column("size", "size", Kind.COUNT),
        Column("capacity", "capacity", Kind.COUNT),
        Column("fill_ratio", "filled", Kind.SHARE),
        Column("collision_ratio", "collided", Kind.SHARE),
    )
    columns = (OBJECT_NAME, *measures, RETAINED, _WASTED)
    data = Table((ADDRESS, CLASS, *measures, SHALLOW, RETAINED, _WASTED), found.rows)
    note = _note(found.total - len(found.rows), "collection", found.others)
    return Answer(result, data, (Table(columns, found.rows, note),))
