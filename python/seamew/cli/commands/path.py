"""`seamew path`: why an object is alive."""

from __future__ import annotations

import click

from seamew.cli.excludes import WEAK_NOTE, excludes_references, left_out
from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import PathsFromRoots, PathStep
from seamew.report import Answer, Column, Heading, Kind, Table
from seamew.report.columns import ADDRESS, CLASS, RETAINED, SHALLOW, VALUE, described
from seamew.report.diagnosis import path_lines
from seamew.report.trees import path_tree_lines
from seamew.units import format_counted

__all__ = ["command"]

_COLUMNS = (
    Column("field", "held by", Kind.TEXT),
    ADDRESS,
    CLASS,
    SHALLOW,
    RETAINED,
    Column("root_types", "root", Kind.TEXT, lambda step: ", ".join(step.root_types)),
    VALUE,
)
_NUMBERED = (
    Column("path", "path", Kind.NUMBER, lambda row: row[0]),
    *(
        Column(one.name, one.title, one.kind, lambda row, one=one: one.of(row[1]))  # type: ignore[misc]
        for one in _COLUMNS
    ),
)
_NOTHING = "no path from a root is left: all pass excluded references"


@dump_command(
    "path",
    epilog="""
seamew path heap.hprof 0x7c0001234
seamew path heap.hprof com.acme.Session#0 --paths 30
seamew path heap.hprof com.acme.Session#0 --exclude soft --exclude com.acme.Cache#entries
seamew path heap.hprof @42 --exclude none
""",
)
@click.argument("name", metavar="OBJECT")
@excludes_references
@click.option(
    "--paths",
    "count",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    show_default=True,
    help="Paths at most: each from another root.",
)
def command(options: Options, name: str, excludes: tuple[str, ...], *, count: int) -> ExitCode:
    """Why an object is alive: a path from a root.

    The shortest one, the root first; each line names the field through which the object before
    holds this one. Weak, soft, phantom and finalizer references do not count, unless nothing
    else is left.

    With --paths the object comes first and under it who holds it, up to the roots: a shortest
    path from each root that leads to the object without passing another root.
    """
    ignored = left_out(excludes)
    may_go_weak = bool(ignored) and not excludes

    def ask(heap: Heap) -> Answer:
        index = heap.resolve(name)
        if count > 1:
            return _several(heap, index, ignored, count, may_go_weak=may_go_weak)
        steps = heap.path(index, excludes=ignored)
        only_excluded = not steps and bool(ignored)
        if only_excluded and may_go_weak:
            steps = heap.path(index, excludes=())
        note = _note(found=bool(steps), only_excluded=only_excluded)
        lines = "\n".join([*path_lines(steps), *([note] if note else [])])
        result = {
            "object": heap.row(index),
            "excludes": ignored,
            "only_through_excluded": only_excluded,
            "rows": steps,
        }
        return Answer(result, Table(_COLUMNS, steps), (lines,))

    return answer_from_heap(options, ask)


def _note(*, found: bool, only_excluded: bool) -> str:
    if not found:
        return _NOTHING
    return WEAK_NOTE if only_excluded else ""


def _several(
    heap: Heap, index: int, ignored: tuple[str, ...], count: int, *, may_go_weak: bool
) -> Answer:
    found = heap.paths(index, excludes=ignored, count=count)
    only_excluded = not found.paths and bool(ignored)
    if only_excluded and may_go_weak:
        found = heap.paths(index, excludes=(), count=count)
    row = heap.row(index)
    result = {
        "object": row,
        "excludes": ignored,
        "only_through_excluded": only_excluded,
        "more": found.more,
        "paths": found.paths,
    }
    numbered: list[tuple[int, PathStep]] = [
        (number, step) for number, path in enumerate(found.paths, 1) for step in path
    ]
    note = _note(found=bool(found.paths), only_excluded=only_excluded)
    lines = [*path_tree_lines(found.paths), *([note] if note else []), *_more(found)]
    heading = Heading(f"{format_counted(len(found.paths), 'path')} to {described(row)}")
    return Answer(result, Table(_NUMBERED, numbered), (heading, "\n".join(lines)))


def _more(found: PathsFromRoots) -> list[str]:
    return ["and more paths from other roots (--paths N shows N)"] if found.more else []
