"""`seamew histogram`: what fills the heap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.finish import finish
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap, opened
from seamew.cli.talk import Talk
from seamew.heap import Heap, first_pass, histogram_difference
from seamew.model import HistogramDifference, HistogramRow
from seamew.report import Answer, Column, Kind, Table
from seamew.report.columns import OBJECTS, RETAINED, SHALLOW, share_columns

__all__ = ["command"]

_SORTS = (
    ("retained", "retained_bytes"),
    ("shallow", "shallow_bytes"),
    ("objects", "objects"),
    ("name", "label"),
)
_GROWN_SORTS = {
    "retained": "retained_bytes_grown",
    "shallow": "shallow_bytes_grown",
    "objects": "objects_grown",
    "name": "label",
}
_GROWN = (
    Column("objects_grown", "more objects", Kind.DIFFERENCE),
    Column("shallow_bytes_grown", "more shallow", Kind.BYTES_DIFFERENCE),
    Column("retained_bytes_grown", "more retained", Kind.BYTES_DIFFERENCE),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be counted, and how."""

    by: str
    exact: bool
    selection: Selection


@dump_command(
    "histogram",
    sorts=_SORTS,
    epilog="""
seamew histogram heap.hprof --limit 40
seamew histogram heap.hprof --by package --sort shallow
seamew histogram heap.hprof com.acme.Session --retained      # what sessions keep alive
seamew histogram after.hprof --compare before.hprof
seamew histogram heap.hprof --all            # one pass, no index, dead objects too
""",
)
@selects_objects()
@click.option(
    "--by",
    type=click.Choice(["class", "superclass", "loader", "package"]),
    default="class",
    show_default=True,
    help="What to group objects by.",
)
@click.option("--all", "every", is_flag=True, help="Every object, dead or alive; quick, no index.")
@click.option("--unreachable", is_flag=True, help="Only objects that no root reaches.")
@click.option("--exact", is_flag=True, help="Exact retained sizes, not the minimum.")
@click.option(
    "--compare",
    "before",
    metavar="DUMP",
    type=click.Path(),
    help="What has grown since this earlier dump.",
)
def command(
    options: Options,
    selection: Selection,
    before: str | None,
    *,
    every: bool,
    unreachable: bool,
    by: str,
    exact: bool,
) -> ExitCode:
    """What fills the heap, by class or package.

    The retained size of a row is the least that its objects keep alive: what each alone retains,
    no byte twice. --exact adds what they keep alive together. Without WHAT all objects count.
    """
    _check(by, selection, before, every=every, unreachable=unreachable, exact=exact)
    if every:
        return _every_object(options)
    wish = Wish(by, exact, selection)
    if before is not None:
        return _difference(options, before, wish)

    def ask(heap: Heap) -> Answer:
        rows = heap.unreachable_histogram() if unreachable else _rows(heap, wish)
        shown = arrange(rows, options, _SORTS)[: options.limit]
        heap_bytes = heap.facts.heap_bytes
        return _answer(by, rows, shown, None if unreachable else heap_bytes)

    return answer_from_heap(options, ask, early=not selection.what)


def _check(
    by: str,
    selection: Selection,
    before: str | None,
    *,
    every: bool,
    unreachable: bool,
    exact: bool,
) -> None:
    narrow = every or unreachable
    if narrow and by != "class":
        message = "--all and --unreachable go by class only"
        raise click.UsageError(message)
    if every and unreachable:
        message = "--all and --unreachable exclude each other"
        raise click.UsageError(message)
    if narrow and (exact or before is not None or selection.what):
        message = "--all and --unreachable go without WHAT, --exact and --compare"
        raise click.UsageError(message)


def _rows(heap: Heap, wish: Wish) -> tuple[HistogramRow, ...]:
    if not wish.selection.what:
        return heap.histogram(wish.by, exact=wish.exact)
    return heap.set_histogram(wish.selection.of(heap), wish.by, exact=wish.exact)


def _every_object(options: Options) -> ExitCode:
    with Talk(quiet=options.quiet, verbose=options.verbose) as talk:
        found = first_pass(
            options.dump,
            dump_index=options.dump_index or 0,
            size_model=options.size_model,
            on_progress=talk.progress,
        )
        talk.stop()
        shown = arrange(found.histogram, options, _SORTS)[: options.limit]
        return finish(options, _answer("class", found.histogram, shown, None), talk)


def _difference(options: Options, before: str, wish: Wish) -> ExitCode:
    """The rows of two dumps, one opened after the other: two heaps need no room at once."""
    with Talk(quiet=options.quiet, verbose=options.verbose) as talk:
        with opened(replace(options, dump=before, dump_index=None), talk) as heap:
            old, warnings = _rows(heap, wish), heap.warnings
        with opened(options, talk) as heap:
            rows = histogram_difference(old, _rows(heap, wish))
            warnings += heap.warnings
        talk.stop()
        order = options.sort or "shallow"
        shown = sorted(rows, key=lambda row: _order(row, _GROWN_SORTS[order]))[: options.limit]
        left = len(rows) - len(shown)
        note = f"and {left:,} more rows (--limit 0 shows all)" if left else ""
        columns = (_label_column(wish.by), OBJECTS, _GROWN[0], SHALLOW, _GROWN[1])
        table = Table((*columns, RETAINED, _GROWN[2]), shown, note)
        result = {"by": wish.by, "before": before, "total": len(rows), "rows": shown}
        blocks = (table if rows else "Nothing has grown or shrunk.",)
        return finish(options, Answer(result, table, blocks), talk, warnings)


def _order(row: HistogramDifference, attribute: str) -> tuple[float, str]:
    value = getattr(row, attribute)
    return (0, value) if isinstance(value, str) else (-(value or 0), row.label)


def _answer(
    by: str, rows: Sequence[HistogramRow], shown: Sequence[HistogramRow], heap_bytes: int | None
) -> Answer:
    """The rows; without `heap_bytes` there are no retained sizes."""
    objects, shallow = sum(row.objects for row in rows), sum(row.shallow_bytes for row in rows)
    columns: tuple[Column, ...] = (_label_column(by), OBJECTS, SHALLOW)
    if heap_bytes is not None:
        columns = (*columns, RETAINED, *share_columns(heap_bytes))
    left = len(rows) - len(shown)
    result = {
        "by": by,
        "total": {"rows": len(rows), "objects": objects, "shallow_bytes": shallow},
        "rows": shown,
    }
    note = f"and {left:,} more rows (--limit 0 shows all)" if left else ""
    return Answer(result=result, table=Table(columns, shown, note))


def _label_column(by: str) -> Column:
    return Column("class" if by in {"class", "superclass"} else by, by, Kind.NAME, _label)


def _label(row: HistogramRow | HistogramDifference) -> str:
    return row.label
