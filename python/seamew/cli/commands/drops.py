"""`seamew drops`: where memory accumulates."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, Share, arrange, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.report import Answer, Column, Kind, Table
from seamew.report.columns import ADDRESS, CLASS, OBJECT_NAME, RETAINED, SHALLOW, share_columns

__all__ = ["command"]

_SORTS = (
    ("drop", "drop_bytes"),
    ("retained", "retained_bytes"),
    ("shallow", "shallow_bytes"),
    ("children", "children"),
)
_CHILDREN = Column("children", "dominates", Kind.COUNT)
_BIGGEST = Column("biggest_child_retained_bytes", "biggest below", Kind.BYTES)
_DROP = Column("drop_bytes", "drop", Kind.BYTES)


@dump_command(
    "drops",
    sorts=_SORTS,
    epilog="""
seamew drops heap.hprof
seamew drops heap.hprof --min-share 0.1%
""",
)
@click.option(
    "--min-share",
    type=Share(),
    default="1%",
    show_default=True,
    help="Least drop, of the whole heap.",
)
def command(options: Options, min_share: float) -> ExitCode:
    """Where memory accumulates in the dominator tree.

    An object of which the biggest dominated one retains much less: a map's table, a list's array,
    a queue. What leaks one by one piles up below such an object.
    """

    def ask(heap: Heap) -> Answer:
        rows = arrange(heap.big_drops(min_share), options, _SORTS)
        shown = rows[: options.limit]
        heap_bytes = heap.facts.heap_bytes
        left = len(rows) - len(shown)
        note = f"and {left:,} more objects (--limit 0 shows all)" if left else ""
        share, bar = share_columns(heap_bytes)
        sizes = (_CHILDREN, SHALLOW, RETAINED, _BIGGEST, _DROP)
        shown_table = Table((OBJECT_NAME, _CHILDREN, RETAINED, _BIGGEST, _DROP, bar), shown, note)
        result = {
            "heap_bytes": heap_bytes,
            "min_share": min_share,
            "total": len(rows),
            "rows": shown,
        }
        none = f"No object retains {min_share:.2%} of the heap more than the biggest below it."
        data = Table((ADDRESS, CLASS, *sizes, share), shown)
        return Answer(result, data, (shown_table if rows else none,))

    return answer_from_heap(options, ask)
