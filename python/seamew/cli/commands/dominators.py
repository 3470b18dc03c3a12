"""`seamew dominators`: the dominator tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import ObjectRow
from seamew.report import Answer, Column, Kind, Table, plain
from seamew.report.columns import OBJECTS, RETAINED, SHALLOW, described, share_columns

__all__ = ["command"]

_SORTS = (("retained", "retained_bytes"), ("shallow", "shallow_bytes"))
_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A node of the tree, `depth` levels below where it starts."""

    depth: int
    object: ObjectRow

    @property
    def retained_bytes(self) -> int:
        """Of the object."""
        return self.object.retained_bytes

    @property
    def shallow_bytes(self) -> int:
        """Of the object."""
        return self.object.shallow_bytes


@dump_command(
    "dominators",
    sorts=_SORTS,
    epilog="""
seamew dominators heap.hprof
seamew dominators heap.hprof 0x7c0001234 --depth 3
seamew dominators heap.hprof com.acme.Cache#0 --by class
""",
)
@click.argument("name", metavar="[OBJECT]", required=False)
@click.option(
    "--depth", type=click.IntRange(min=1), default=1, show_default=True, help="Levels to show."
)
@click.option(
    "--by", type=click.Choice(["class", "loader", "package"]), help="Group the dominated objects."
)
def command(options: Options, name: str | None, depth: int, by: str | None) -> ExitCode:
    """The dominator tree, biggest first.

    An object dominates what would be freed with it. Without OBJECT the topmost objects are
    shown. --limit counts the rows of each level.
    """
    if by and depth > 1:
        message = "--depth and --by exclude each other"
        raise click.UsageError(message)

    def ask(heap: Heap) -> Answer:
        return _groups(heap, name, by, options) if by else _tree(heap, name, depth, options)

    return answer_from_heap(options, ask)


def _tree(heap: Heap, name: str | None, depth: int, options: Options) -> Answer:
    start = None if name is None else heap.resolve(name)
    rows = list(_descend(heap, start, options, depth))
    heap_bytes, total = heap.facts.heap_bytes, heap.dominated_count(start)
    share, bar = share_columns(heap_bytes)
    columns = (Column("object", "object", Kind.NAME, _indented), SHALLOW, RETAINED, share, bar)
    data = (Column("depth", "depth", Kind.NUMBER), *_DATA_COLUMNS, SHALLOW, RETAINED, share)
    left = total - sum(1 for row in rows if row.depth == 0)
    note = f"and {left:,} more objects (--limit 0 shows all)" if left else ""
    result = {
        "object": None if start is None else heap.row(start),
        "heap_bytes": heap_bytes,
        "total": total,
        "rows": [_json_row(row) for row in rows],
    }
    return Answer(result, Table(data, rows), (Table(columns, rows, note),))


def _descend(
    heap: Heap, start: int | None, options: Options, depth: int, level: int = 0
) -> Iterator[TreeRow]:
    """The tree below an object in preorder, `depth` levels deep."""
    for row in arrange(_children(heap, start, options.limit), options, _SORTS):
        yield TreeRow(level, row)
        if level + 1 < depth:
            yield from _descend(heap, row.object_index, options, depth, level + 1)


def _children(heap: Heap, start: int | None, limit: int | None) -> list[ObjectRow]:
    wanted = heap.dominated_count(start) if limit is None else limit
    found: list[ObjectRow] = []
    while len(found) < wanted:
        page = heap.dominated(start, offset=len(found), limit=min(_PAGE, wanted - len(found)))
        if not page:
            break
        found += page
    return found


def _indented(row: TreeRow) -> str:
    return "  " * row.depth + described(row.object)


_DATA_COLUMNS = (
    Column("address", "address", Kind.ADDRESS, lambda row: row.object.address),
    Column("class", "class", Kind.NAME, lambda row: row.object.class_name),
)


def _json_row(row: TreeRow) -> dict[str, Any]:
    return {"depth": row.depth, **plain(row.object)}


def _groups(heap: Heap, name: str | None, by: str, options: Options) -> Answer:
    rows = arrange(heap.dominated_groups(name, by), options, _SORTS)
    shown = rows[: options.limit]
    heap_bytes = heap.facts.heap_bytes
    label = Column(by, by, Kind.NAME, lambda row: row.label)
    left = len(rows) - len(shown)
    note = f"and {left:,} more rows (--limit 0 shows all)" if left else ""
    table = Table((label, OBJECTS, SHALLOW, RETAINED, *share_columns(heap_bytes)), shown, note)
    result = {
        "object": None if name is None else heap.row(name),
        "by": by,
        "heap_bytes": heap_bytes,
        "total": len(rows),
        "rows": shown,
    }
    return Answer(result, table)
