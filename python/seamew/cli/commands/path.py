"""`seamew path`: why an object is alive."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import WEAK_REFERENCES, Heap
from seamew.report import Answer, Column, Kind, Table
from seamew.report.columns import ADDRESS, CLASS, RETAINED, SHALLOW, VALUE
from seamew.report.diagnosis import path_lines

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


@dump_command(
    "path",
    epilog="""
seamew path heap.hprof 0x7c0001234
seamew path heap.hprof com.acme.Session#0 --exclude java.lang.Thread
seamew path heap.hprof @42 --all-references
""",
)
@click.argument("name", metavar="OBJECT")
@click.option(
    "--exclude",
    "excludes",
    multiple=True,
    metavar="CLASS[#FIELD]",
    help="References to ignore. May be repeated. [default: weak, soft, phantom, finalizer]",
)
@click.option("--all-references", is_flag=True, help="Ignore no references.")
def command(
    options: Options, name: str, excludes: tuple[str, ...], *, all_references: bool
) -> ExitCode:
    """Why an object is alive: a path from a root.

    The shortest one, the root first; each line names the field through which the object before
    holds this one. Weak, soft, phantom and finalizer references do not count, unless nothing
    else is left.
    """
    ignored = () if all_references else excludes or WEAK_REFERENCES

    def ask(heap: Heap) -> Answer:
        index = heap.resolve(name)
        steps = heap.path(index, excludes=ignored)
        only_weak = not steps and bool(ignored)
        if only_weak and not excludes:
            steps = heap.path(index, excludes=())
        note = _note(found=bool(steps), only_weak=only_weak)
        lines = "\n".join([*path_lines(steps), *([note] if note else [])])
        result = {
            "object": heap.row(index),
            "excludes": ignored,
            "only_through_excluded": only_weak,
            "rows": steps,
        }
        return Answer(result, Table(_COLUMNS, steps), (lines,))

    return answer_from_heap(options, ask)


def _note(*, found: bool, only_weak: bool) -> str:
    if not found:
        return "no path from a root is left"
    return "only weak, soft, phantom or finalizer references lead to it" if only_weak else ""
