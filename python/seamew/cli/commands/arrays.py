"""`seamew arrays`: arrays by class, length, fill, or constant value."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap, ObjectSet
from seamew.model import ArrayFillRow
from seamew.report import Answer, Column, Heading, Kind, Table
from seamew.report.columns import ADDRESS, CLASS, OBJECT_NAME, OBJECTS, RETAINED, SHALLOW
from seamew.units import format_bytes

__all__ = ["command"]

_SORTS = (("shallow", "shallow_bytes"), ("objects", "objects"), ("length", "length"))
_LENGTH = Column("length", "length", Kind.COUNT)
_ELEMENTS = Column("elements", "elements", Kind.COUNT)
_BY_CLASS = (CLASS, OBJECTS, _ELEMENTS, Column("empty_objects", "empty", Kind.COUNT), SHALLOW)
_BY_LENGTH = (_LENGTH, OBJECTS, SHALLOW)
_CONSTANT = (CLASS, Column("value", "value", Kind.TEXT), _LENGTH, OBJECTS, SHALLOW)
_UNUSED = (
    ADDRESS,
    CLASS,
    Column("owner_class_name", "used by", Kind.NAME),
    _LENGTH,
    Column("used_length", "used", Kind.COUNT),
    Column("unused_bytes", "unused", Kind.BYTES),
)
_FILL = (
    Column("up_to_share", "filled up to", Kind.SHARE),
    OBJECTS,
    _ELEMENTS,
    Column("null_elements", "null", Kind.COUNT),
    SHALLOW,
    Column("null_bytes", "lost to null", Kind.BYTES),
)


@dump_command(
    "arrays",
    sorts=_SORTS,
    epilog="""
seamew arrays heap.hprof
seamew arrays heap.hprof 'java.lang.Object[]' --by fill --segments 10
seamew arrays heap.hprof 'byte[]' --objects
seamew arrays heap.hprof --constant
""",
)
@selects_objects()
@click.option(
    "--by",
    type=click.Choice(["class", "length", "fill"]),
    help="A row for each class, length, or share of elements not null.  [default: class]",
)
@click.option(
    "--segments",
    type=click.IntRange(min=1, max=1000),
    default=5,
    show_default=True,
    help="Rows of --by fill.",
)
@click.option("--constant", is_flag=True, help="Primitive arrays whose elements are all the same.")
@click.option("--unused", is_flag=True, help="Arrays of strings and builders with unused room.")
@click.option(
    "--more-than",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    metavar="N",
    help="Unused characters that --unused lets pass.",
)
@click.option("--objects", "single", is_flag=True, help="Single arrays, the biggest first.")
def command(
    options: Options,
    selection: Selection,
    *,
    by: str | None,
    segments: int,
    constant: bool,
    unused: bool,
    more_than: int,
    single: bool,
) -> ExitCode:
    """Arrays by class, length, fill, or constant value.

    Without WHAT all arrays of the heap. --by fill is about object arrays, --constant about
    primitive ones of two elements or more. --unused leaves out arrays that anything but strings
    and builders refers to.
    """
    if sum((by is not None, constant, unused, single)) > 1:
        message = "--by, --constant, --unused and --objects exclude each other"
        raise click.UsageError(message)
    asks: tuple[tuple[bool, Callable[[Heap, ObjectSet], Answer]], ...] = (
        (constant, lambda heap, among: _constant(heap, among, options)),
        (unused, lambda heap, among: _unused(heap, among, more_than, options)),
        (single, lambda heap, among: _single(heap, among, options)),
        (by == "fill", lambda heap, among: _fill(heap, among, segments)),
        (True, lambda heap, among: _table(heap, among, by or "class", options)),
    )
    chosen = next(ask for is_wanted, ask in asks if is_wanted)
    return answer_from_heap(options, lambda heap: chosen(heap, selection.of(heap)))


def _table(heap: Heap, among: ObjectSet, by: str, options: Options) -> Answer:
    found = heap.arrays(among)
    columns = _BY_CLASS if by == "class" else _BY_LENGTH
    rows = _sorted(found.classes if by == "class" else found.lengths, columns, options)
    sums = {
        "objects": sum(row.objects for row in found.classes),
        "elements": sum(row.elements for row in found.classes),
        "shallow_bytes": sum(row.shallow_bytes for row in found.classes),
    }
    return _answer({"by": by, **sums}, columns, rows, options)


def _fill(heap: Heap, among: ObjectSet, segments: int) -> Answer:
    rows = heap.array_fill(among, segments=segments)
    objects, lost = sum(row.objects for row in rows), sum(row.null_bytes for row in rows)
    shown = Column("up_to_share", "filled up to", Kind.TEXT, _share)
    text = f"{objects:,} object arrays; null elements take {format_bytes(lost)}"
    result = {
        "by": "fill",
        "objects": objects,
        "null_bytes": lost,
        "total": len(rows),
        "rows": rows,
    }
    return Answer(result, Table(_FILL, rows), (Heading(text), Table((shown, *_FILL[1:]), rows)))


def _share(row: ArrayFillRow) -> str:
    return "(no elements)" if row.up_to_share is None else f"{row.up_to_share:.1%}"


def _constant(heap: Heap, among: ObjectSet, options: Options) -> Answer:
    found = heap.constant_arrays(among)
    rows = _sorted(found.rows, _CONSTANT, options)
    sums = {"objects": found.objects, "shallow_bytes": found.shallow_bytes}
    return _answer({"by": "constant", **sums}, _CONSTANT, rows, options)


def _unused(heap: Heap, among: ObjectSet, more_than: int, options: Options) -> Answer:
    _refuse_sort(options, ())
    found = heap.unused_room(among, more_than=more_than, limit=options.limit)
    text = f"{found.objects:,} arrays with {format_bytes(found.unused_bytes)} of unused room"
    left = found.objects - len(found.rows)
    note = f"and {left:,} more arrays (--limit 0 shows all)" if left else ""
    result = {
        "by": "unused",
        "more_than": more_than,
        "unused_bytes": found.unused_bytes,
        "total": found.objects,
        "rows": found.rows,
    }
    blocks = (Heading(text), Table(_UNUSED, found.rows, note))
    return Answer(result, Table(_UNUSED, found.rows), blocks)


def _single(heap: Heap, among: ObjectSet, options: Options) -> Answer:
    _refuse_sort(options, ("shallow",))
    arrays = heap.arrays_of(among)
    rows = heap.rows(heap.biggest(arrays, sort="shallow_bytes", limit=options.limit))
    left = len(arrays) - len(rows)
    note = f"and {left:,} more arrays (--limit 0 shows all)" if left else ""
    result = {"by": "object", "total": len(arrays), "rows": rows}
    table = Table((OBJECT_NAME, _LENGTH, SHALLOW, RETAINED), rows, note)
    return Answer(result, Table((ADDRESS, CLASS, _LENGTH, SHALLOW, RETAINED), rows), (table,))


def _sorted(rows: Sequence[object], columns: Sequence[Column], options: Options) -> list[object]:
    names = {column.name for column in columns}
    _refuse_sort(options, tuple(word for word, attribute in _SORTS if attribute in names))
    return arrange(rows, options, _SORTS)


def _refuse_sort(options: Options, allowed: Sequence[str]) -> None:
    """Not every table has every column."""
    if options.sort is not None and options.sort not in allowed:
        message = f"--sort {options.sort} does not go with this table"
        raise click.UsageError(message)


def _answer(
    sums: dict[str, object], columns: tuple[Column, ...], rows: list[object], options: Options
) -> Answer:
    shown = rows[: options.limit]
    left = len(rows) - len(shown)
    note = f"and {left:,} more rows (--limit 0 shows all)" if left else ""
    text = f"{sums['objects']:,} arrays of {format_bytes(int(str(sums['shallow_bytes'])))}"
    table = Table(columns, shown, note)
    return Answer({**sums, "total": len(rows), "rows": shown}, table, (Heading(text), table))
