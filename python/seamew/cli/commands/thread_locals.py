"""`seamew thread-locals`: what thread-local variables hold."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.report import Answer, Column, Kind
from seamew.report.columns import RETAINED
from seamew.report.runtime import THREAD_LOCALS, THREAD_LOCALS_DATA, cut
from seamew.report.tables import Table
from seamew.units import format_counted

__all__ = ["command"]

_SORTS = (("retained", "retained_bytes"), ("thread", "thread_name"), ("name", "key_name"))
_KEY_SORTS = (("retained", "retained_bytes"), ("thread", "threads"), ("name", "key_name"))
_KEYS = (
    Column("key_name", "variable", Kind.NAME),
    Column("value_class", "value", Kind.NAME),
    Column("threads", "threads", Kind.COUNT),
    Column("entries", "entries", Kind.COUNT),
    RETAINED,
)


@dump_command(
    "thread-locals",
    sorts=_SORTS,
    epilog="""
seamew thread-locals heap.hprof --by key
seamew thread-locals heap.hprof pool-1-thread-3
""",
)
@click.argument("name", metavar="[THREAD]", required=False)
@click.option("--by", type=click.Choice(["key"]), help="One row for each variable.")
def command(options: Options, name: str | None, by: str | None) -> ExitCode:
    """What thread-local variables hold.

    A variable is named by the static field that holds its ThreadLocal. A stale one has a value
    whose ThreadLocal is gone: nobody can read it, and it stays until the thread ends.
    """
    names = () if name is None else (name,)

    def rows(heap: Heap) -> Answer:
        found = heap.thread_locals(names)
        stale = sum(row.key is None for row in found)
        table = cut(THREAD_LOCALS, arrange(found, options, _SORTS), options.limit)
        result = {"total": len(found), "stale": stale, "rows": table.rows}
        data = Table(THREAD_LOCALS_DATA, table.rows)
        text = f"{format_counted(len(found), 'variable')}, {stale:,} of them stale"
        return Answer(result, data, (text, table))

    def keys(heap: Heap) -> Answer:
        found = heap.thread_local_keys(names)
        table = cut(_KEYS, arrange(found, options, _KEY_SORTS), options.limit)
        return Answer({"by": "key", "total": len(found), "rows": table.rows}, table)

    return answer_from_heap(options, keys if by else rows)
