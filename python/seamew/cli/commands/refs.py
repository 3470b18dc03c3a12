"""`seamew refs`: references to and from objects."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import ClassReferenceRow, ReferenceRow
from seamew.report import Answer, Column, Heading, Kind, Table, plain
from seamew.report.columns import (
    ADDRESS,
    CLASS,
    OBJECT_NAME,
    OBJECTS,
    RETAINED,
    SHALLOW,
    VALUE,
    described,
)
from seamew.report.trees import dotted
from seamew.units import format_counted

__all__ = ["command"]

_SORTS = (
    ("retained", "retained_bytes"),
    ("shallow", "shallow_bytes"),
    ("field", "field"),
    ("name", "class_name"),
)
_FIELD = Column("field", "field", Kind.TEXT)
_DEPTH = Column("depth", "depth", Kind.NUMBER)
_TO_CLASS = "<class>"  # shown, but not followed: all instances have the same class
_MOST_ROWS = 10_000
_MOST_LEVELS = 100


@dump_command(
    "refs",
    sorts=_SORTS,
    epilog="""
seamew refs heap.hprof 0x7c0001234 --in
seamew refs heap.hprof com.acme.Cache#0 --out --sort retained
seamew refs heap.hprof com.acme.Session#0 --in --depth 3
seamew refs heap.hprof 'com.acme.*' --in --by class --depth 2
""",
)
@selects_objects(required=True)
@click.option("--in", "inward", flag_value=True, default=True, help="Who refers to it. [default]")
@click.option("--out", "inward", flag_value=False, help="What it refers to.")
@click.option("--by", type=click.Choice(["class"]), help="References of many objects, by class.")
@click.option(
    "--depth",
    type=click.IntRange(1, _MOST_LEVELS - 1),
    default=1,
    show_default=True,
    help="How many references far.",
)
def command(
    options: Options, *, selection: Selection, inward: bool, by: str | None, depth: int
) -> ExitCode:
    """What refers to an object, or what it refers to.

    WHAT is one object. With --by class it may be any number of objects: they are counted by
    class, under each class the distinct objects that refer to them (or that they refer to), and
    so on, --depth references far. --limit counts the rows under each row.
    """
    if by and options.sort:
        message = "--by and --sort exclude each other"
        raise click.UsageError(message)
    if not by and not selection.is_one_object:
        message = "name one object (0xADDRESS, @id or Class#n), or take --by class for many"
        raise click.UsageError(message)

    def ask(heap: Heap) -> Answer:
        if by:
            return _by_class(heap, selection, options, depth, inward=inward)
        if depth > 1:
            return _tree(heap, selection.text, options, depth, inward=inward)
        return _list(heap, selection.text, options, inward=inward)

    return answer_from_heap(options, ask)


def _list(heap: Heap, name: str, options: Options, *, inward: bool) -> Answer:
    row = heap.row(name)
    total = _total(heap, row.object_index, inward=inward)
    shown = _rows(heap, row.object_index, options, total, inward=inward)
    left = total - len(shown)
    note = f"and {left:,} more references (--limit 0 shows all)" if left > 0 else ""
    direction = "in" if inward else "out"
    result = {"object": row, "direction": direction, "total": total, "rows": shown}
    text = f"{total:,} references {'to' if inward else 'from'} {described(row)}"
    blocks = (Heading(text), Table((_FIELD, OBJECT_NAME, SHALLOW, RETAINED), shown, note))
    data = Table((_FIELD, ADDRESS, CLASS, SHALLOW, RETAINED, VALUE), shown)
    return Answer(result, data, blocks)


def _total(heap: Heap, index: int, *, inward: bool) -> int:
    inbound, outbound = heap.reference_counts(index)
    return inbound if inward else outbound


def _rows(
    heap: Heap, index: int, options: Options, total: int, *, inward: bool
) -> list[ReferenceRow]:
    """The references wanted; sorting needs all of them first."""
    ask = heap.references_to if inward else heap.references_from
    wanted = total if options.sort or options.limit is None else options.limit
    return arrange(ask(index, limit=wanted), options, _SORTS)[: options.limit]


@dataclass(frozen=True, slots=True)
class _Step:
    """A reference, `depth` references from the object; `repeats` an object that stands above it.

    `left_out` references of its object are not listed.
    """

    depth: int
    row: ReferenceRow
    repeats: bool
    left_out: int


def _tree(heap: Heap, name: str, options: Options, depth: int, *, inward: bool) -> Answer:
    top = heap.row(name)
    walk = _Walk(heap, options, depth, inward=inward)
    left_out = walk.below((top.object_index,))
    direction = "in" if inward else "out"
    result = {
        "object": top,
        "direction": direction,
        "total": _total(heap, top.object_index, inward=inward),
        "left_out": left_out,
        "rows": [_json_step(step) for step in walk.steps],
    }
    left = left_out + sum(step.left_out for step in walk.steps)
    note = f"and {left:,} more references of the objects above (--limit 0 shows all)"
    if len(walk.steps) == _MOST_ROWS:
        note += f"; no more than {_MOST_ROWS:,} rows are shown"
    heading = Heading(f"References {'to' if inward else 'from'} {described(top)}")
    columns = (
        Column("object", "object", Kind.NAME, _name),
        *(Column(one.name, one.title, one.kind, _of_row(one)) for one in (SHALLOW, RETAINED)),
    )
    data = (
        _DEPTH,
        *(Column(one.name, one.title, one.kind, _of_row(one)) for one in _DATA),
        Column("repeats", "repeats", Kind.TEXT),
    )
    return Answer(
        result,
        Table(data, walk.steps),
        (heading, Table(columns, walk.steps, note if left else "", depth=attrgetter("depth"))),
    )


_DATA = (_FIELD, ADDRESS, CLASS, SHALLOW, RETAINED, VALUE)


def _of_row(column: Column) -> Any:  # noqa: ANN401 (a function from rows to cells)
    return lambda step: column.of(step.row)


class _Walk:
    """References of references, in preorder."""

    def __init__(self, heap: Heap, options: Options, depth: int, *, inward: bool) -> None:
        self.steps: list[_Step] = []
        self._heap, self._options, self._depth, self._inward = heap, options, depth, inward

    def below(self, above: tuple[int, ...]) -> int:
        """List the references of the last object; `above` are all from the topmost down to it.

        Returns how many are left out.
        """
        total = _total(self._heap, above[-1], inward=self._inward)
        rows = _rows(self._heap, above[-1], self._options, total, inward=self._inward)
        for number, row in enumerate(rows):
            if len(self.steps) >= _MOST_ROWS:
                return total - number
            repeats = row.object_index in above
            place = len(self.steps)
            self.steps.append(_Step(len(above) - 1, row, repeats, 0))
            if len(above) < self._depth and not repeats and row.field != _TO_CLASS:
                left_out = self.below((*above, row.object_index))
                self.steps[place] = _Step(len(above) - 1, row, repeats, left_out)
        return total - len(rows)


def _name(step: _Step) -> str:
    field = f"{dotted(step.row.field)} " if step.row.field else ""
    repeats = "  (above)" if step.repeats else ""
    return f"{field}{described(step.row)}{repeats}"


def _json_step(step: _Step) -> dict[str, Any]:
    row: dict[str, Any] = plain(step.row)
    return {"depth": step.depth, **row, "repeats": step.repeats, "left_out": step.left_out}


def _by_class(
    heap: Heap, selection: Selection, options: Options, depth: int, *, inward: bool
) -> Answer:
    objects = selection.of(heap)
    found = heap.references_by_class(
        objects, inbound=inward, levels=depth + 1, children=options.limit
    )
    result = {
        "direction": "in" if inward else "out",
        "by": "class",
        "objects": len(objects),
        "shallow_bytes": objects.shallow_bytes,
        "left_out": found.left_out,
        "rows": found.rows,
    }
    verb = "What refers to" if inward else "What is referred to by"
    left = found.left_out + sum(row.left_out for row in found.rows)
    note = (
        f"and {format_counted(left, 'more row')} under these (--limit 0 shows all)" if left else ""
    )
    label = Column("class", "class", Kind.NAME, _class_name)
    data = (
        _DEPTH,
        Column("class", "class", Kind.NAME, lambda row: row.label),
        OBJECTS,
        SHALLOW,
        Column("repeated_objects", "repeated", Kind.COUNT),
    )
    return Answer(
        result,
        Table(data, found.rows),
        (
            Heading(f"{verb} {format_counted(len(objects), 'object')}, by class"),
            Table((label, OBJECTS, SHALLOW), found.rows, note, depth=attrgetter("depth")),
        ),
    )


def _class_name(row: ClassReferenceRow) -> str:
    repeats = ""
    if row.repeated_objects:
        all_of_them = row.repeated_objects == row.objects
        repeats = "  (above)" if all_of_them else f"  ({row.repeated_objects:,} above)"
    return f"{row.label}{repeats}"
