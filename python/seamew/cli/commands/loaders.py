"""`seamew loaders`: class loaders, what they loaded, and what that holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import LoaderRow, RepeatedLoaderRow
from seamew.report import Answer, Block, Column, Heading, Kind, Table
from seamew.report.columns import OBJECTS, RETAINED, SHALLOW
from seamew.report.runtime import cut
from seamew.units import format_address, format_bytes

__all__ = ["command"]


@dataclass(frozen=True, slots=True)
class _Node:
    """A loader in the tree of parents."""

    loader: LoaderRow
    depth: int


def _name(row: LoaderRow) -> str:
    where = f" @ {format_address(row.address)}" if row.address else ""
    name = f' "{row.name}"' if row.name else ""
    state = f" ({row.state})" if row.state else ""
    return f"{row.class_name}{where}{name}{state}"


_TREE = (
    Column("loader", "class loader", Kind.NAME, lambda row: _name(row.loader)),
    Column("classes", "classes", Kind.COUNT, lambda row: row.loader.classes),
    Column("objects", "objects", Kind.COUNT, lambda row: row.loader.objects),
    Column("shallow_bytes", "shallow", Kind.BYTES, lambda row: row.loader.shallow_bytes),
    Column("retained_bytes", "loader retains", Kind.BYTES, lambda row: row.loader.retained_bytes),
    Column(
        "objects_retained_bytes",
        "objects retain",
        Kind.BYTES,
        lambda row: row.loader.objects_retained_bytes,
    ),
)
_DATA = (
    Column("address", "address", Kind.ADDRESS, lambda row: row.loader.address),
    Column("class", "class", Kind.NAME, lambda row: row.loader.class_name),
    Column("name", "name", Kind.NAME, lambda row: row.loader.name),
    Column("state", "state", Kind.TEXT, lambda row: row.loader.state),
    Column("depth", "depth", Kind.NUMBER),
    *_TREE[1:],
)
_CLASSES = (Column("label", "class", Kind.NAME), OBJECTS, SHALLOW, RETAINED)
_DUPLICATES = (
    Column("class", "class", Kind.NAME, lambda row: row.class_name),
    Column("classes", "classes", Kind.COUNT),
    Column("loaders", "loaders", Kind.COUNT),
    OBJECTS,
    SHALLOW,
    RETAINED,
    Column("loaders_retained_bytes", "loaders retain", Kind.BYTES),
)


@dump_command(
    "loaders",
    epilog="""
seamew loaders heap.hprof
seamew loaders heap.hprof --classes 0x7c0001234
seamew loaders heap.hprof --duplicates
""",
)
@click.option("--classes", "name", metavar="LOADER", help="The classes of one loader.")
@click.option("--duplicates", is_flag=True, help="Names that several classes have.")
def command(options: Options, name: str | None, *, duplicates: bool) -> ExitCode:
    """Class loaders, what they loaded, and what that holds.

    A tree in which each loader stands under the one it asks first. Stopped web applications of
    Tomcat and Jetty, and loaders of one class and name that are there more than once, come first.
    """
    if name is not None and duplicates:
        message = "--classes and --duplicates exclude each other"
        raise click.UsageError(message)
    ask: Callable[[Heap], Answer]
    if name is not None:
        ask = lambda heap: _classes(heap, name, options)  # noqa: E731
    elif duplicates:
        ask = lambda heap: _duplicates(heap, options)  # noqa: E731
    else:
        ask = lambda heap: _tree(heap, options)  # noqa: E731
    return answer_from_heap(options, ask)


def _classes(heap: Heap, name: str, options: Options) -> Answer:
    rows = heap.loader_classes(name)
    table = cut(_CLASSES, rows, options.limit, "class/more classes")
    return Answer({"total": len(rows), "rows": table.rows}, table)


def _duplicates(heap: Heap, options: Options) -> Answer:
    rows = heap.duplicate_classes()
    table = cut(_DUPLICATES, rows, options.limit, "class/more classes")
    blocks = () if rows else ("No class is there twice.",)
    return Answer({"total": len(rows), "rows": table.rows}, table, blocks)


def _tree(heap: Heap, options: Options) -> Answer:
    rows, repeated = heap.loaders(), heap.repeated_loaders()
    stopped = [row for row in rows if row.is_stopped]
    nodes = list(_nodes(rows))
    table = replace(cut(_TREE, nodes, options.limit, "loader"), depth=attrgetter("depth"))
    blocks: list[Block] = []
    if stopped:
        blocks.append(Heading("Stopped, but still there"))
        held = [f"{_name(row)}: {format_bytes(row.retained_bytes)}" for row in stopped]
        blocks += [f"  {text} retained" for text in held]
    if repeated:
        blocks.append(Heading("There more than once: deployed again, it may be"))
        blocks += [f"  {_repeated(row)}" for row in repeated[: options.limit]]
    if blocks:
        blocks.append(Heading("All loaders"))
    result = {
        "total": len(rows),
        "rows": [node.loader for node in nodes[: options.limit]],
        "stopped": stopped,
        "repeated": repeated,
    }
    return Answer(result, Table(_DATA, table.rows), (*blocks, table))


def _nodes(rows: Sequence[LoaderRow]) -> Iterator[_Node]:
    """Loaders in preorder, the biggest first; each once, even where parents form a ring."""
    known = {row.object_index for row in rows}
    system = rows[0].object_index if rows and not rows[0].address else None
    below: dict[int | None, list[LoaderRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.retained_bytes + row.objects_retained_bytes):
        above = row.parent_index if row.parent_index in known else system
        below[None if row.object_index == system else above].append(row)
    seen: set[int] = set()
    # Under the topmost ones lie all but rings of parents, which come last.
    stack = [_Node(row, 0) for row in (*reversed(rows), *below[None])]
    while stack:
        node = stack.pop()
        if node.loader.object_index not in seen:
            seen.add(node.loader.object_index)
            yield node
            stack += [_Node(row, node.depth + 1) for row in below[node.loader.object_index]]


def _repeated(row: RepeatedLoaderRow) -> str:
    held = format_bytes(row.retained_bytes)
    return f'{row.loaders:,} x {row.class_name} "{row.name}": {held} retained'
