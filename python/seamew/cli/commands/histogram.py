"""`seamew histogram`: what fills the heap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.session import answer_from_heap, finish
from seamew.cli.talk import Talk
from seamew.heap import Heap, first_pass
from seamew.model import HistogramRow
from seamew.report import Answer, Column, Kind, Table
from seamew.report.columns import OBJECTS, RETAINED, SHALLOW, share_columns

__all__ = ["command"]

_SORTS = (
    ("retained", "retained_bytes"),
    ("shallow", "shallow_bytes"),
    ("objects", "objects"),
    ("name", "label"),
)


@dump_command(
    "histogram",
    sorts=_SORTS,
    epilog="""
seamew histogram heap.hprof --limit 40
seamew histogram heap.hprof --by package --sort shallow
seamew histogram heap.hprof --all            # one pass, no index, dead objects too
""",
)
@click.option(
    "--by",
    type=click.Choice(["class", "superclass", "loader", "package"]),
    default="class",
    show_default=True,
    help="What to group objects by.",
)
@click.option("--all", "every", is_flag=True, help="Every object, dead or alive; quick, no index.")
@click.option("--unreachable", is_flag=True, help="Only objects that no root reaches.")
@click.option(
    "--exact", is_flag=True, help="Exact retained sizes of the rows shown, not the minimum."
)
def command(options: Options, by: str, *, every: bool, unreachable: bool, exact: bool) -> ExitCode:
    """What fills the heap, by class or package.

    The retained size of a row is the least that its objects keep alive: what each alone retains,
    no byte twice. --exact adds what they keep alive together.
    """
    _check(by, every=every, unreachable=unreachable, exact=exact)
    if every:
        return _every_object(options)

    def ask(heap: Heap) -> Answer:
        rows = heap.unreachable_histogram() if unreachable else heap.histogram(by)
        shown = arrange(rows, options, _SORTS)[: options.limit]
        if exact:
            shown = _with_exact(heap, by, shown)
        heap_bytes = heap.facts.heap_bytes
        return _answer(by, rows, shown, None if unreachable else heap_bytes)

    return answer_from_heap(options, ask, early=True)


def _check(by: str, *, every: bool, unreachable: bool, exact: bool) -> None:
    if (every or unreachable) and by != "class":
        message = "--all and --unreachable go by class only"
        raise click.UsageError(message)
    if every and unreachable:
        message = "--all and --unreachable exclude each other"
        raise click.UsageError(message)
    if exact and (every or unreachable or by == "superclass"):
        message = "--exact goes with --by class, loader or package"
        raise click.UsageError(message)


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


def _with_exact(heap: Heap, by: str, rows: Sequence[HistogramRow]) -> list[HistogramRow]:
    exact = heap.exact_retained(by, [row.label for row in rows])
    return [replace(row, retained_bytes=size) for row, (_, size) in zip(rows, exact, strict=True)]


def _answer(
    by: str, rows: Sequence[HistogramRow], shown: Sequence[HistogramRow], heap_bytes: int | None
) -> Answer:
    """The rows; without `heap_bytes` there are no retained sizes."""
    objects, shallow = sum(row.objects for row in rows), sum(row.shallow_bytes for row in rows)
    label = Column("class" if by in {"class", "superclass"} else by, by, Kind.NAME, _label)
    columns: tuple[Column, ...] = (label, OBJECTS, SHALLOW)
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


def _label(row: HistogramRow) -> str:
    return row.label
