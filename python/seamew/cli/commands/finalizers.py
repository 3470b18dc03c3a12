"""`seamew finalizers`: finalizers, cleaners, direct buffers."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import DirectBuffers, FinalizerOverview
from seamew.report import Answer, Block, Column, Heading, Kind, Pairs, Table
from seamew.report.columns import ADDRESS, CLASS, OBJECT_NAME, RETAINED, SHALLOW, VALUE, described
from seamew.report.runtime import (
    CLASS_HISTOGRAM,
    THREAD_LOCALS,
    cut,
    histogram_table,
    stack_lines,
    thread_heading,
)
from seamew.units import format_bytes, format_counted

__all__ = ["command"]

_CLEANERS = (
    Column("class", "cleaner", Kind.NAME, lambda row: row.class_name),
    Column("action", "action", Kind.NAME),
    Column("cleaners", "cleaners", Kind.COUNT),
    SHALLOW,
)
_BUFFERS = (
    Column("holder", "held by", Kind.NAME),
    Column("kind", "kind", Kind.TEXT),
    Column("buffers", "buffers", Kind.COUNT),
    Column("capacity_bytes", "capacity", Kind.BYTES),
)
_OBJECTS = (ADDRESS, CLASS, SHALLOW, RETAINED, VALUE)


@dump_command(
    "finalizers",
    rows=10,
    epilog="""
seamew finalizers heap.hprof
seamew finalizers heap.hprof --queue --csv   # every object whose finalizer waits
""",
)
@click.option("--queue", is_flag=True, help="List the objects whose finalizers wait to be run.")
def command(options: Options, *, queue: bool) -> ExitCode:
    """Finalizers that wait, cleaners, off-heap buffers."""

    def ask(heap: Heap) -> Answer:
        return _queue(heap, options) if queue else _overview(heap.finalizers(), options)

    return answer_from_heap(options, ask)


def _queue(heap: Heap, options: Options) -> Answer:
    waiting = heap.finalizer_queue()
    total = len(waiting)
    rows = heap.rows(waiting.page(limit=total if options.limit is None else options.limit))
    left = total - len(rows)
    note = f"and {left:,} more objects (--limit 0 shows all)" if left else ""
    shown = Table((OBJECT_NAME, SHALLOW, RETAINED), rows, note)
    blocks = (Heading(f"{format_counted(total, 'object')} in the queue"), shown)
    return Answer({"total": total, "rows": rows}, Table(_OBJECTS, rows), blocks)


def _overview(found: FinalizerOverview, options: Options) -> Answer:
    limit = options.limit
    waiting = f"{found.waiting:,}, which retain {format_bytes(found.waiting_retained_bytes)}"
    blocks: list[Block] = [
        Heading("Finalizers"),
        Pairs(
            (
                ("objects with a finalizer", f"{found.finalizable:,}"),
                ("waiting in the queue", waiting if found.waiting else "0"),
                ("in processing", ", ".join(map(described, found.processing)) or "none"),
            )
        ),
    ]
    for title, rows in (
        ("Waiting, by class", found.waiting_by_class),
        ("With a finalizer, by class", found.finalizable_by_class),
    ):
        if rows:
            blocks += [Heading(title), histogram_table(rows, limit)]
    for thread in found.threads:
        stack = "\n".join(stack_lines(thread)) or "  (no stack in the dump)"
        title = f"{thread_heading(thread)} {thread.thread_state or ''}".rstrip()
        blocks += [Heading(title), stack]
    if found.thread_locals:
        table = cut(THREAD_LOCALS, found.thread_locals, limit)
        blocks += [Heading("Thread-local variables of the finalizer thread"), table]
    if found.cleaners:
        blocks += [Heading("Cleaners"), cut(_CLEANERS, found.cleaners, limit)]
    blocks += _buffers(found.direct_buffers, limit)
    return Answer(found, Table(CLASS_HISTOGRAM, found.finalizable_by_class), tuple(blocks))


def _buffers(found: DirectBuffers, limit: int | None) -> list[Block]:
    sums: dict[str, list[int]] = {}
    for row in found.rows:
        own = sums.setdefault(row.kind, [0, 0])
        own[0] += row.buffers
        own[1] += row.capacity_bytes
    kinds = [
        (kind, f"{format_counted(count, 'buffer')}, {format_bytes(size)}")
        for kind, (count, size) in sums.items()
    ]
    reserved, most = found.reserved_bytes, found.limit_bytes
    unseen = found.buffers - found.holders_seen
    blocks: list[Block] = [
        Heading("Direct buffers"),
        Pairs(
            (
                *kinds,
                ("views of others", f"{found.views:,}"),
                ("reserved by the JVM", "" if reserved is None else format_bytes(reserved)),
                ("limit", "" if most is None else format_bytes(most)),
                ("not read", f"{found.unread_buffers:,}" if found.unread_buffers else ""),
                ("holders not looked for", f"{unseen:,} of the smallest" if unseen else ""),
            )
        ),
    ]
    return [*blocks, cut(_BUFFERS, found.rows, limit)] if found.rows else blocks
