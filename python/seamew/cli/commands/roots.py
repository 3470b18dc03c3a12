"""`seamew roots`: the garbage-collection roots."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.report import Answer, Column, Kind, Table
from seamew.report.columns import (
    ADDRESS,
    CLASS,
    OBJECT_NAME,
    RETAINED,
    SHALLOW,
    VALUE,
)

__all__ = ["command"]

_SORTS = (
    ("retained", "retained_bytes"),
    ("shallow", "shallow_bytes"),
    ("objects", "objects"),
    ("name", "type"),
)
_OBJECT_SORTS = {"objects": None, "name": "class_name"}
_TYPE = Column("type", "type", Kind.NAME)
_ROOTS = Column("objects", "roots", Kind.COUNT)
_DISTINCT = Column("distinct_objects", "objects", Kind.COUNT)


@dump_command(
    "roots",
    sorts=_SORTS,
    epilog="""
seamew roots heap.hprof
seamew roots heap.hprof --type "JNI Global" --sort retained
""",
)
@click.option("--type", "root_type", metavar="TYPE", help="List the objects of one root type.")
def command(options: Options, root_type: str | None) -> ExitCode:
    """The garbage-collection roots by type.

    An object can be a root several times; the sizes count it once for a type.
    """

    def ask(heap: Heap) -> Answer:
        return _types(heap, options) if root_type is None else _objects(heap, root_type, options)

    return answer_from_heap(options, ask)


def _types(heap: Heap, options: Options) -> Answer:
    rows = arrange(heap.roots(), options, _SORTS)[: options.limit]
    return Answer({"rows": rows}, Table((_TYPE, _ROOTS, _DISTINCT, SHALLOW, RETAINED), rows))


def _objects(heap: Heap, root_type: str, options: Options) -> Answer:
    totals = {row.type: row.distinct_objects for row in heap.roots()}
    if root_type not in totals:
        message = f"no roots of type {root_type!r}; there are: {', '.join(totals)}"
        raise click.UsageError(message)
    total = totals[root_type]
    wanted = total if options.sort or options.limit is None else options.limit
    sorts = [(word, _OBJECT_SORTS.get(word, attribute) or "address") for word, attribute in _SORTS]
    found = heap.root_objects(root_type, limit=wanted)
    rows = arrange(found, options, sorts)[: options.limit]
    left = total - len(rows)
    note = f"and {left:,} more objects (--limit 0 shows all)" if left else ""
    result = {"type": root_type, "total": total, "rows": rows}
    data = Table((ADDRESS, CLASS, SHALLOW, RETAINED, VALUE), rows)
    return Answer(result, data, (Table((OBJECT_NAME, SHALLOW, RETAINED), rows, note),))
