"""`seamew report`: several questions in one answer, for the terminal or as Markdown."""

from __future__ import annotations

from collections.abc import Callable

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, Share, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap
from seamew.diagnose import biggest_consumers
from seamew.diagnose.components import component_report, top_components
from seamew.heap import Heap
from seamew.report import Answer, Block, Column, Heading, Kind, Table
from seamew.report.columns import OBJECT_NAME, OBJECTS, RETAINED, SHALLOW, share_columns
from seamew.report.components import TOP_COMPONENTS, component_blocks, component_table
from seamew.report.overview import overview, overview_table
from seamew.report.runtime import runtime_pairs

__all__ = ["command"]

_OVERVIEW_ROWS = 15
_LABEL = Column("label", "name", Kind.NAME)
_THREADS = (
    Column("name", "thread", Kind.NAME),
    Column("thread_state", "state", Kind.TEXT),
    RETAINED,
)


@dump_command(
    "report",
    rows=_OVERVIEW_ROWS,
    rows_of_data=_OVERVIEW_ROWS,
    before=[click.argument("kind", type=click.Choice(["overview", "component", "top-components"]))],
    epilog="""
seamew report overview heap.hprof
seamew report component heap.hprof 'com.acme.*' --markdown > component.md
seamew report component heap.hprof 0x7c0001234 --loaded
seamew report top-components heap.hprof --min-share 5%
""",
)
@selects_objects()
@click.option(
    "--min-share",
    type=Share(),
    default="1%",
    show_default=True,
    help="Components of at least this share of the heap.",
)
def command(options: Options, selection: Selection, kind: str, min_share: float) -> ExitCode:
    """Overview, or what a component takes and wastes.

    overview: heap, JVM, biggest classes, consumers and threads. component: what the objects of
    WHAT (a class pattern, or a class loader with --loaded) keep alive, and what of it is waste.
    top-components: the same for each class loader that holds much of the heap.
    """
    if (kind == "component") != bool(selection.what):
        message = "component needs WHAT, and only component takes it"
        raise click.UsageError(message)
    kinds: dict[str, Callable[[Heap], Answer]] = {
        "overview": lambda heap: _overview(heap, options),
        "component": lambda heap: _component(heap, selection),
        "top-components": lambda heap: _top_components(heap, min_share),
    }
    return answer_from_heap(options, kinds[kind])


def _component(heap: Heap, selection: Selection) -> Answer:
    report = component_report(heap, selection.of(heap), selection.text)
    return Answer(report, component_table(report), component_blocks(report))


def _top_components(heap: Heap, min_share: float) -> Answer:
    components = top_components(heap, min_share)
    table = Table(TOP_COMPONENTS, components)
    blocks: list[Block] = [Heading(f"Class loaders with over {min_share:.1%} of the heap"), table]
    for component in components:
        blocks += component_blocks(component.report)
    result = {"min_share": min_share, "total": len(components), "rows": components}
    return Answer(result, table, tuple(blocks))


def _overview(heap: Heap, options: Options) -> Answer:
    facts, runtime = heap.facts, heap.runtime_facts()
    classes = sorted(heap.histogram(), key=lambda row: -row.shallow_bytes)[: options.limit]
    consumers = biggest_consumers(heap, options.limit)
    threads = heap.threads()[: options.limit]
    shares = share_columns(facts.heap_bytes)
    sizes = (SHALLOW, RETAINED, *shares)
    blocks: tuple[Block, ...] = (
        Heading("Heap"),
        overview(facts),
        Heading("JVM and system"),
        runtime_pairs(runtime),
        Heading("Biggest classes"),
        Table((_LABEL, OBJECTS, *sizes), classes),
        Heading("Biggest objects"),
        Table((OBJECT_NAME, *sizes), consumers.objects),
        Heading("Biggest packages"),
        Table((_LABEL, OBJECTS, *sizes), consumers.packages),
        Heading("Biggest class loaders"),
        Table((_LABEL, OBJECTS, *sizes), consumers.loaders),
        Heading("Threads that retain most"),
        Table(_THREADS, threads),
    )
    result = {
        "overview": facts,
        "runtime": runtime,
        "classes": classes,
        "consumers": consumers,
        "threads": threads,
    }
    return Answer(result, overview_table(facts), blocks)
