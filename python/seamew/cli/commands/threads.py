"""`seamew threads`: stacks with their locals and what these retain."""

from __future__ import annotations

from collections.abc import Iterator

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import ThreadRow
from seamew.report import Answer, Block, Column, Heading, Kind, Table
from seamew.report.columns import ADDRESS, CLASS, RETAINED, SHALLOW
from seamew.units import format_address, format_bytes

__all__ = ["command"]

_SORTS = (
    ("retained", "retained_bytes"),
    ("shallow", "shallow_bytes"),
    ("locals", "max_local_retained_bytes"),
    ("name", "name"),
)
_NAME = Column("name", "thread", Kind.NAME)
_LOCALS = Column("max_local_retained_bytes", "biggest local", Kind.BYTES)
_LOADER = Column("context_class_loader", "context class loader", Kind.NAME)
_DAEMON = Column("is_daemon", "daemon", Kind.TEXT, lambda row: _yes_no(daemon=row.is_daemon))
_PRIORITY = Column("priority", "priority", Kind.NUMBER)
_STATE = Column("state", "state", Kind.NAME)
_SHOWN = (_NAME, CLASS, SHALLOW, RETAINED, _LOCALS, _DAEMON, _PRIORITY, _STATE)
_DATA = (
    ADDRESS,
    _NAME,
    CLASS,
    SHALLOW,
    RETAINED,
    _LOCALS,
    _LOADER,
    Column("is_daemon", "daemon", Kind.TEXT),
    _PRIORITY,
    _STATE,
    Column("state_value", "state value", Kind.NUMBER),
    Column("frames", "frames", Kind.NUMBER, lambda row: len(row.frames)),
)


def _yes_no(*, daemon: bool | None) -> str | None:
    return None if daemon is None else "yes" if daemon else "no"


@dump_command(
    "threads",
    sorts=_SORTS,
    epilog="""
seamew threads heap.hprof
seamew threads heap.hprof --no-stacks --sort name
""",
)
@click.option("--stacks/--no-stacks", default=True, help="Show the stacks. [default: yes]")
def command(options: Options, *, stacks: bool) -> ExitCode:
    """Threads, their stacks, and what locals hold."""

    def ask(heap: Heap) -> Answer:
        rows = heap.threads()
        shown = arrange(rows, options, _SORTS)[: options.limit]
        left = len(rows) - len(shown)
        note = f"and {left:,} more threads (--limit 0 shows all)" if left else ""
        blocks: list[Block] = [Table(_SHOWN, shown, note)]
        for row in shown if stacks else []:
            if row.frames:
                name = row.name or row.class_name
                blocks += [Heading(f'"{name}" @ {format_address(row.address)}'), _stack(row)]
        result = {"total": len(rows), "rows": shown}
        return Answer(result, Table(_DATA, shown), tuple(blocks))

    return answer_from_heap(options, ask)


def _stack(row: ThreadRow) -> str:
    return "\n".join(_stack_lines(row))


def _stack_lines(row: ThreadRow) -> Iterator[str]:
    for frame in row.frames:
        yield f"  at {frame.text.removeprefix('at ')}"
        for local in sorted(frame.locals, key=lambda local: -local.retained_bytes):
            name = f"{local.class_name} @ {format_address(local.address)}"
            yield f"       holds {name}: {format_bytes(local.retained_bytes)}"
