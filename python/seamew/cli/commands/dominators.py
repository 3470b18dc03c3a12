"""`seamew dominators`: the dominator tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from operator import attrgetter
from typing import Any

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, Share, arrange, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap, ObjectSet
from seamew.model import GroupTreeRow, ObjectRow
from seamew.report import Answer, Column, Kind, More, Table, plain
from seamew.report.columns import OBJECTS, RETAINED, SHALLOW, described, share_columns

__all__ = ["command"]

_SORTS = (("retained", "retained_bytes"), ("shallow", "shallow_bytes"))
_PAGE = 10_000
_MOST_LEVELS = 30


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A node of the tree, `depth` levels below where it starts.

    `dominated` counts the objects right below it; None where the tree was not opened further.
    """

    depth: int
    object: ObjectRow
    dominated: int | None

    @property
    def retained_bytes(self) -> int:
        """Of the object."""
        return self.object.retained_bytes

    @property
    def shallow_bytes(self) -> int:
        """Of the object."""
        return self.object.shallow_bytes


@dataclass(frozen=True, slots=True)
class Expansion:
    """Which nodes are opened: those above `depth` that retain at least `least_bytes`."""

    depth: int
    least_bytes: int

    def opens(self, depth: int, row: ObjectRow) -> bool:
        """Whether what a row at that depth dominates is shown."""
        return depth + 1 < self.depth and row.retained_bytes >= self.least_bytes

    def stops_short(self, depth: int, row: ObjectRow) -> bool:
        """Whether a row is big enough to be opened, but too deep."""
        return 0 < self.least_bytes <= row.retained_bytes and depth + 1 >= self.depth


@dataclass(frozen=True, slots=True)
class Grouping:
    """How groups are made and opened."""

    by: str
    depth: int
    least_share: float


@dump_command(
    "dominators",
    sorts=_SORTS,
    epilog="""
seamew dominators heap.hprof
seamew dominators heap.hprof 0x7c0001234 --depth 3
seamew dominators heap.hprof --min-share 5% --limit 5
seamew dominators heap.hprof 'com.acme.*Cache' --depth 2      # the topmost of these
seamew dominators heap.hprof com.acme.Cache#0 --by class --depth 3
""",
)
@selects_objects()
@click.option(
    "--depth",
    type=click.IntRange(min=1),
    help=f"Levels to show.  [default: 1; with --min-share {_MOST_LEVELS}]",
)
@click.option(
    "--min-share",
    "share",
    type=Share(),
    help="Open everything that retains at least this share of the heap: 1%.",
)
@click.option(
    "--by", type=click.Choice(["class", "loader", "package"]), help="Group the dominated objects."
)
def command(
    options: Options, selection: Selection, depth: int | None, share: float | None, by: str | None
) -> ExitCode:
    """The dominator tree, biggest first.

    An object dominates what would be freed with it. Without WHAT the topmost objects are shown,
    with one object what it dominates, else the topmost of the objects named. --limit counts the
    rows below each object or group.
    """
    levels = depth or (_MOST_LEVELS if share else 1)

    def ask(heap: Heap) -> Answer:
        start = _start(heap, selection)
        if by:
            return _groups(heap, start, Grouping(by, levels, share or 0.0), options)
        expansion = Expansion(levels, ceil((share or 0) * heap.facts.heap_bytes))
        return _tree(heap, start, expansion, options)

    return answer_from_heap(options, ask)


def _start(heap: Heap, selection: Selection) -> int | ObjectSet | None:
    """Where the tree starts: at what the roots hold, below an object, or with those of a set."""
    if not selection.what:
        return None
    if selection.is_one_object:
        return heap.resolve(selection.what[0])
    return heap.topmost(selection.of(heap))


def _tree(
    heap: Heap, start: int | ObjectSet | None, expansion: Expansion, options: Options
) -> Answer:
    total = len(start) if isinstance(start, ObjectSet) else heap.dominated_count(start)
    rows = list(_descend(heap, start, options, expansion))
    heap_bytes = heap.facts.heap_bytes
    share, bar = share_columns(heap_bytes)
    columns = (Column("object", "object", Kind.NAME, _name), SHALLOW, RETAINED, share, bar)
    data = (Column("depth", "depth", Kind.NUMBER), *_DATA_COLUMNS, SHALLOW, RETAINED, share)
    left = total - sum(1 for row in rows if isinstance(row, TreeRow) and row.depth == 0)
    note = f"and {left:,} more objects (--limit 0 shows all)" if left else ""
    result = {
        "object": heap.row(start) if isinstance(start, int) else None,
        "heap_bytes": heap_bytes,
        "total": total,
        "rows": [_json_row(row) for row in rows if isinstance(row, TreeRow)],
    }
    shown = Table(columns, rows, note, depth=attrgetter("depth"))
    return Answer(result, Table(data, rows), (shown,))


def _descend(
    heap: Heap, start: int | ObjectSet | None, options: Options, expansion: Expansion
) -> Iterator[TreeRow | More]:
    """The tree below an object in preorder; where --limit cuts a level, a row that says so."""
    waiting = [iter(_children(heap, start, options))]
    left_out: list[int] = [0]
    while waiting:
        row = next(waiting[-1], None)
        depth = len(waiting) - 1
        if row is None:
            waiting.pop()
            left = left_out.pop()
            if left:
                yield More(f"and {left:,} more", depth)
        elif expansion.opens(depth, row):
            dominated = heap.dominated_count(row.object_index)
            yield TreeRow(depth, row, dominated)
            below = _children(heap, row.object_index, options) if dominated else []
            waiting.append(iter(below))
            left_out.append(dominated - len(below))
        else:
            yield TreeRow(depth, row, None)
            if expansion.stops_short(depth, row) and heap.dominated_count(row.object_index):
                yield More("and more below (--depth)", depth + 1)


def _children(heap: Heap, start: int | ObjectSet | None, options: Options) -> list[ObjectRow]:
    if isinstance(start, ObjectSet):
        return arrange(heap.rows(heap.biggest(start, limit=options.limit)), options, _SORTS)
    wanted = heap.dominated_count(start) if options.limit is None else options.limit
    found: list[ObjectRow] = []
    while len(found) < wanted:
        page = heap.dominated(start, offset=len(found), limit=min(_PAGE, wanted - len(found)))
        if not page:
            break
        found += page
    return arrange(found, options, _SORTS)


def _name(row: TreeRow) -> str:
    return described(row.object)


_DATA_COLUMNS = (
    Column("address", "address", Kind.ADDRESS, lambda row: row.object.address),
    Column("class", "class", Kind.NAME, lambda row: row.object.class_name),
)


def _json_row(row: TreeRow) -> dict[str, Any]:
    return {"depth": row.depth, "dominated": row.dominated, **plain(row.object)}


def _groups(heap: Heap, start: int | ObjectSet | None, how: Grouping, options: Options) -> Answer:
    found = heap.dominated_tree(
        start, by=how.by, depth=how.depth, limit=options.limit, least_share=how.least_share
    )
    rows = list(found) if how.depth > 1 else arrange(found, options, _SORTS)
    heap_bytes = heap.facts.heap_bytes
    label = Column(how.by, how.by, Kind.NAME, lambda row: row.label)
    sizes = (OBJECTS, SHALLOW, RETAINED, *share_columns(heap_bytes))
    shown = Table((label, *sizes), list(_with_more(rows)), depth=attrgetter("depth"))
    data = Table((Column("depth", "depth", Kind.NUMBER), label, *sizes), rows)
    result = {
        "object": heap.row(start) if isinstance(start, int) else None,
        "by": how.by,
        "heap_bytes": heap_bytes,
        "total": sum(1 + row.more for row in rows if row.depth == 0),
        "rows": rows,
    }
    return Answer(result, data, (shown,))


def _with_more(rows: Sequence[GroupTreeRow]) -> Iterator[GroupTreeRow | More]:
    """The rows, and after the last group of a level and what is below it how many are left out."""
    waiting: list[GroupTreeRow] = []
    for row in rows:
        while waiting and waiting[-1].depth >= row.depth:
            yield from _more(waiting.pop())
        yield row
        waiting.append(row)
    while waiting:
        yield from _more(waiting.pop())


def _more(row: GroupTreeRow) -> Iterator[More]:
    if row.more:
        yield More(f"and {row.more:,} more", row.depth)
