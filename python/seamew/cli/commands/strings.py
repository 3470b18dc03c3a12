"""`seamew strings`: strings whose text matches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import overload

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.finish import finish
from seamew.cli.options import Format, Options, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import opened
from seamew.cli.talk import Talk
from seamew.heap import Heap, ObjectSet
from seamew.model import TextRow
from seamew.report import Answer, Column, Heading, Kind, Table
from seamew.report.columns import ADDRESS, CLASS, RETAINED, SHALLOW
from seamew.units import format_bytes

__all__ = ["command"]

_SORTS = (("address", "address"), ("retained", "retained_bytes"))
_PAGE = 20_000
_TEXT = Column("value", "text", Kind.NAME)
_LENGTH = Column("characters", "length", Kind.COUNT)


class TextRows(Sequence[TextRow]):
    """Rows that are read page by page when they are wanted."""

    def __init__(self, heap: Heap, indices: Sequence[int], characters: int) -> None:
        self._heap, self._indices, self._characters = heap, indices, characters

    def __len__(self) -> int:
        return len(self._indices)

    @overload
    def __getitem__(self, place: int) -> TextRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[TextRow]: ...
    def __getitem__(self, place: int | slice) -> TextRow | Sequence[TextRow]:
        if isinstance(place, slice):
            return TextRows(self._heap, self._indices[place], self._characters)
        (row,) = self._heap.text_rows([self._indices[place]], characters=self._characters)
        return row

    def __iter__(self) -> Iterator[TextRow]:
        for start in range(0, len(self), _PAGE):
            page = self._indices[start : start + _PAGE]
            yield from self._heap.text_rows(page, characters=self._characters)


@dump_command(
    "strings",
    sorts=_SORTS,
    epilog="""
seamew strings heap.hprof --match 'jdbc:.*@'
seamew strings heap.hprof --match 'select .* from' --ignore-case --sort retained
seamew strings heap.hprof --fixed --match 'a.b(c)' --csv --limit 0 > found.csv
""",
)
@selects_objects()
@click.option("--match", "pattern", metavar="REGEX", default="", help="What to find in the text.")
@click.option("--fixed", is_flag=True, help="Take the pattern as it is, not as an expression.")
@click.option("--ignore-case", is_flag=True, help="Upper and lower case are the same.")
@click.option("--arrays", is_flag=True, help="Search char[] and byte[] too (bytes as Latin-1).")
@click.option(
    "--text",
    "characters",
    type=click.IntRange(min=1),
    default=256,
    show_default=True,
    metavar="N",
    help="Characters of each text to show.",
)
def command(
    options: Options,
    selection: Selection,
    *,
    pattern: str,
    fixed: bool,
    ignore_case: bool,
    arrays: bool,
    characters: int,
) -> ExitCode:
    """Strings whose text matches.

    The regular expression may match anywhere in the text; write ^ and $ for its ends. Without
    --match all strings are listed, without WHAT those of the whole heap.
    """
    with (
        Talk(quiet=options.quiet, verbose=options.verbose) as talk,
        opened(options, talk) as heap,
    ):
        among = selection.of(heap) if selection.what else None
        found = heap.find_strings(
            pattern, among, fixed=fixed, ignore_case=ignore_case, arrays=arrays
        )
        rows = TextRows(heap, _indices(heap, found, options), characters)
        answer = _answer(heap, found, rows, options)
        talk.stop()
        # CSV rows are read while they are written, so the heap is still open.
        return finish(options, answer, talk, heap.warnings, in_part=heap.facts.read_in_part)


def _indices(heap: Heap, found: ObjectSet, options: Options) -> list[int]:
    """The objects to show, in the order asked for."""
    if options.sort == "retained":
        return heap.biggest(found, limit=options.limit)
    return list(islice(found, options.limit))


def _answer(heap: Heap, found: ObjectSet, rows: TextRows, options: Options) -> Answer:
    total, retained = len(found), heap.minimum_retained(found)
    left = total - len(rows)
    note = f"and {left:,} more (--limit 0 shows all)" if left else ""
    text = f"{total:,} found; they retain {format_bytes(retained)}"
    result = {
        "total": total,
        "shallow_bytes": found.shallow_bytes,
        "retained_bytes": retained,
        "rows": list(rows) if options.output is Format.JSON else [],
    }
    columns = (ADDRESS, _TEXT, _LENGTH, RETAINED)
    shown = list(rows) if options.output.is_for_people else rows
    data = Table((ADDRESS, CLASS, _TEXT, _LENGTH, SHALLOW, RETAINED), shown)
    return Answer(result, data, (Heading(text), Table(columns, shown, note)))
