"""`seamew histogram`: what fills the heap, of a dump or a running JVM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.finish import finish
from seamew.cli.live import live_options, pid_of
from seamew.cli.live.histogram import LiveHistogram, answer_live_histogram
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap, opened
from seamew.cli.talk import Talk
from seamew.heap import Heap, first_pass, histogram_difference
from seamew.model import HistogramDifference, HistogramRow
from seamew.report import Answer, Column, Kind, Table
from seamew.report.columns import OBJECTS, RETAINED, SHALLOW, share_columns
from seamew.report.jvm.histogram import GROUPINGS

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
    """What is to be counted, and how. `live` and `diff_seconds` are for JVMs."""

    by: str
    exact: bool
    selection: Selection
    every: bool
    unreachable: bool
    before: str | None
    live: bool
    diff_seconds: float | None


@dump_command(
    "histogram",
    sorts=_SORTS,
    epilog="""
seamew histogram heap.hprof --limit 40
seamew histogram heap.hprof --by package --sort shallow
seamew histogram heap.hprof com.acme.Session --retained      # what sessions keep alive
seamew histogram after.hprof --compare before.hprof
seamew histogram heap.hprof --all            # one pass, no index, dead objects too
seamew histogram 4711                        # of a running JVM, dead objects too
seamew histogram 4711 --diff 60 --live       # what grows in it in a minute
""",
    live=True,
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
    metavar="FILE",
    type=click.Path(),
    help="What has grown since this earlier dump; for a JVM: since this saved histogram.",
)
@click.option("--live", is_flag=True, help="On a JVM: a full collection first, to count no dead.")
@click.option(
    "--diff",
    "diff_seconds",
    type=click.FloatRange(min=0.1),
    metavar="SECONDS",
    help="On a JVM: what grows in so many seconds.",
)
def command(options: Options, selection: Selection, **values: Any) -> ExitCode:  # noqa: ANN401 (see Wish)
    """What fills the heap, by class or package.

    The retained size of a row is the least that its objects keep alive: what each alone retains,
    no byte twice. --exact adds what they keep alive together. Without WHAT all objects count.

    A JVM counts objects and their bytes by class, and stands still meanwhile.
    """
    wish = Wish(selection=selection, **values)
    pid = pid_of(options.dump)
    if pid is not None:
        return _of_jvm(options, pid, wish)
    _check(options, wish)
    if wish.every:
        return _every_object(options)
    if wish.before is not None:
        return _difference(options, wish.before, wish)

    def ask(heap: Heap) -> Answer:
        rows = heap.unreachable_histogram() if wish.unreachable else _rows(heap, wish)
        shown = arrange(rows, options, _SORTS)[: options.limit]
        heap_bytes = heap.facts.heap_bytes
        return _answer(wish.by, rows, shown, None if wish.unreachable else heap_bytes)

    return answer_from_heap(options, ask, early=not selection.what)


def _of_jvm(options: Options, pid: int, wish: Wish) -> ExitCode:
    """The JVM's own counts; what only a dump can tell is a usage error."""
    if not wish.selection.is_empty:
        message = f"WHAT and its options are for dumps, and {pid} is a process"
        raise click.UsageError(message)
    if wish.by not in GROUPINGS or wish.exact or wish.unreachable or options.sort == "retained":
        message = "a JVM counts by class or package, and knows no retained sizes"
        raise click.UsageError(message)
    if wish.every and wish.live:
        message = "--all and --live exclude each other"
        raise click.UsageError(message)
    if wish.before is not None and wish.diff_seconds is not None:
        message = "--compare and --diff exclude each other"
        raise click.UsageError(message)
    live = LiveHistogram(
        by=wish.by, live=wish.live, diff_seconds=wish.diff_seconds, before=wish.before
    )
    return answer_live_histogram(live_options(options, pid), live)


def _check(options: Options, wish: Wish) -> None:
    if wish.live or wish.diff_seconds or options.watch_seconds or options.timeout_seconds:
        message = "--live, --diff, --watch and --timeout are for a running JVM: give its PID"
        raise click.UsageError(message)
    narrow = wish.every or wish.unreachable
    if narrow and wish.by != "class":
        message = "--all and --unreachable go by class only"
        raise click.UsageError(message)
    if wish.every and wish.unreachable:
        message = "--all and --unreachable exclude each other"
        raise click.UsageError(message)
    if narrow and (wish.exact or wish.before is not None or wish.selection.what):
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
