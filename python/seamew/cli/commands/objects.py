"""`seamew objects`: every object, as a stream."""

from __future__ import annotations

import csv
import heapq
import json
import sys
from collections.abc import Iterator
from itertools import chain

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Format, Options, dump_command
from seamew.cli.output import write_answer
from seamew.cli.session import opened
from seamew.cli.talk import Talk
from seamew.heap import Heap
from seamew.model import ObjectRow
from seamew.report import SCHEMA, Answer, Table, plain
from seamew.report.columns import ADDRESS, CLASS, RETAINED, SHALLOW
from seamew.report.text import printable

__all__ = ["command"]

_SORTS = (("address", "address"), ("retained", "retained_bytes"), ("shallow", "shallow_bytes"))
_HEADER = b"address,shallow_bytes,retained_bytes,class\n"
_CHUNK = 65_536


@dump_command(
    "objects",
    sorts=_SORTS,
    epilog="""
seamew objects heap.hprof --csv > objects.csv
seamew objects heap.hprof --sort retained --limit 50
""",
)
def command(options: Options) -> ExitCode:
    """Every object: address, sizes, class.

    CSV and JSON are streamed, in address order unless --sort says otherwise; the memory used
    does not depend on the number of objects.
    """
    with (
        Talk(quiet=options.quiet, verbose=options.verbose) as talk,
        opened(options, talk) as heap,
    ):
        talk.stop()
        if options.output.is_for_people or options.sort not in {None, "address"}:
            table = _table(heap, options)
            write_answer("objects", table, options.output, heap.warnings, pager=options.pager)
        elif options.output is Format.CSV:
            _stream_csv(heap, options.limit)
        else:
            _stream_json(heap, options.limit)
        talk.warnings(heap.warnings)
        return ExitCode.READ_IN_PART if heap.facts.read_in_part else ExitCode.DONE


def _table(heap: Heap, options: Options) -> Answer:
    rows = _rows(heap, options)
    total = heap.facts.object_count
    left = total - len(rows)
    note = f"and {left:,} more objects (--limit 0 shows all)" if left else ""
    table = Table((ADDRESS, SHALLOW, RETAINED, CLASS), rows, note)
    return Answer({"total": total, "rows": rows}, table)


def _rows(heap: Heap, options: Options) -> tuple[ObjectRow, ...]:
    total = heap.facts.object_count
    wanted = total if options.limit is None else min(options.limit, total)
    if options.sort is None or options.sort == "address":
        return heap.rows(range(wanted))
    memory = heap.column(dict(_SORTS)[options.sort]).memory
    biggest = heapq.nlargest(wanted, range(total), key=lambda index: int(memory[index]))
    return heap.rows(biggest)


def _stream_csv(heap: Heap, limit: int | None) -> None:
    out = sys.stdout.buffer
    sys.stdout.flush()
    for chunk in chain([_HEADER], _chunks(heap, limit)):
        out.write(chunk)
    out.flush()


def _chunks(heap: Heap, limit: int | None) -> Iterator[bytes]:
    total = heap.facts.object_count
    end = total if limit is None else min(limit, total)
    for start in range(0, end, _CHUNK):
        chunk = heap.objects_csv_chunk(start, min(_CHUNK, end - start))
        yield chunk if chunk.isascii() else _safe(chunk)


def _safe(chunk: bytes) -> bytes:
    """Rows with everything escaped that could hide or reorder other text."""
    lines = chunk.decode("utf-8", "replace").splitlines()
    return "".join(f"{printable(line)}\n" for line in lines).encode()


def _stream_json(heap: Heap, limit: int | None) -> None:
    """The envelope, with the rows written as they come."""
    out = sys.stdout
    total = heap.facts.object_count
    out.write(f'{{"schema": "{SCHEMA}", "command": "objects", ')
    out.write(f'"result": {{"total": {total}, "rows": [')
    separator = "\n"
    for chunk in _chunks(heap, limit):
        for address, shallow, retained, name in csv.reader(chunk.decode().splitlines()):
            row = {
                "address": address,
                "shallow_bytes": int(shallow),
                "retained_bytes": int(retained),
                "class": name,
            }
            out.write(separator + json.dumps(row))
            separator = ",\n"
    out.write(f'\n]}}, "warnings": {json.dumps(plain(heap.warnings))}}}\n')
    out.flush()
