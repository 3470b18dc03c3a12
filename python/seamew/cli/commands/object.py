"""`seamew object`: one object with its fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, dump_command
from seamew.cli.saving import refuse_existing, value_chunks, write_private
from seamew.cli.session import answer_from_heap
from seamew.errors import UsageError
from seamew.heap import Heap
from seamew.model import FieldValue, ObjectDetail, ObjectRow
from seamew.report import Answer, Block, Column, Heading, Kind, Pairs, Table, plain
from seamew.report.columns import described
from seamew.report.hexdump import hex_lines
from seamew.units import format_address, format_bytes, format_count, format_counted

__all__ = ["command"]

_SHOWN_ELEMENTS = 64
_ARRAYS = {"object_array", "primitive_array"}
_ELEMENT_BYTES = {"boolean": 1, "byte": 1, "char": 2, "short": 2, "int": 4, "float": 4}


@dataclass(frozen=True, slots=True)
class Element:
    """An element of an array: `value` of a primitive, `target` of a reference (None: null)."""

    index: int
    value: bool | int | float | str | None
    target: ObjectRow | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command's own options ask for; `count` None: the default."""

    first: int
    count: int | None
    statics: bool
    as_hex: bool
    save: Path | None
    force: bool


def _value(holder: FieldValue | Element) -> str:
    if holder.target is not None:
        return described(holder.target)
    if isinstance(holder.value, bool):
        return str(holder.value).lower()
    return "null" if holder.value is None else str(holder.value)


_FIELD_COLUMNS = (
    Column("name", "field", Kind.TEXT),
    Column("type", "type", Kind.TEXT),
    Column("value", "value", Kind.NAME, _value),
)
_FIELD_DATA = (*_FIELD_COLUMNS, Column("declaring_class", "declared in", Kind.NAME))
_INDEX = Column("index", "index", Kind.NUMBER)
_ELEMENT_COLUMNS = (_INDEX, Column("value", "value", Kind.NAME, _value))
_ELEMENT_DATA = (
    _INDEX,
    Column("address", "address", Kind.ADDRESS, lambda one: one.target and one.target.address),
    Column("class", "class", Kind.NAME, lambda one: one.target and one.target.class_name),
    Column("value", "value", Kind.NAME, lambda one: one.target.value if one.target else one.value),
)


@dump_command(
    "object",
    epilog="""
seamew object heap.hprof 0x7c0001234
seamew object heap.hprof java.lang.Thread#0 --json
seamew object heap.hprof 0x7c0001234 --from 1000 --count 50
seamew object heap.hprof 0x7c0001234 --hex --count 256
seamew object heap.hprof 0x7c0001234 --save body.json
""",
)
@click.argument("name", metavar="OBJECT")
@click.option("--statics", is_flag=True, help="The static fields of its classes too.")
@click.option(
    "--from",
    "first",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="First element of an array to show.  [default: 0]",
)
@click.option(
    "--count",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Elements to show or save.  [default: {_SHOWN_ELEMENTS}; saved: all]",
)
@click.option("--hex", "as_hex", is_flag=True, help="Elements of a primitive array as a hexdump.")
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write an array's or a string's value to a new file.",
)
@click.option("--force", is_flag=True, help="Let --save replace a file.")
def command(options: Options, name: str, **own: Any) -> ExitCode:  # noqa: ANN401 (as Wanted)
    """One object with its fields and its value.

    A class object shows its static fields, an array its elements. --save writes a byte[] as it
    is, text as UTF-8, other arrays with one element a line; only you can read the file.
    """
    wanted = Wanted(**own)
    if wanted.save is not None:
        refuse_existing(wanted.save, force=wanted.force)
    return answer_from_heap(options, lambda heap: _answer(heap, name, wanted, options))


def _answer(heap: Heap, name: str, wanted: Wanted, options: Options) -> Answer:
    detail = heap.object(name, statics=wanted.statics)
    result: dict[str, Any] = plain(detail)
    facts = _facts(detail)
    if wanted.save is not None:
        saved = _save(heap, detail, wanted, wanted.save)
        result["saved"] = {"path": str(wanted.save), "bytes": saved}
        facts.append(("saved", f"{format_bytes(saved)} to {wanted.save}"))
    blocks: list[Block] = [Heading(described(detail)), Pairs(facts)]
    if detail.kind not in _ARRAYS:
        if wanted.as_hex:
            raise _no_hex(detail)
        table = Table(_FIELD_DATA, [*detail.fields, *detail.statics][: options.limit])
        return Answer(result, table, (*blocks, *_field_blocks(detail, options.limit)))
    elements = _elements(heap, detail, wanted)
    result["first_element"] = wanted.first
    result["elements"] = [
        plain(one.target if detail.kind == "object_array" else one.value) for one in elements
    ]
    table = Table(_ELEMENT_COLUMNS, elements, _left_out(detail, wanted.first, len(elements)))
    if wanted.as_hex:
        content, start = _bytes(heap, detail, wanted)
        result["hex"] = content.hex()
        blocks += [Heading("Elements"), "\n".join([*hex_lines(content, start), table.note])]
    else:
        blocks += [Heading("Elements"), table]
    return Answer(result, Table(_ELEMENT_DATA, elements), tuple(blocks))


def _facts(detail: ObjectDetail) -> list[tuple[str, str]]:
    above = described(detail.dominator) if detail.dominator else "none (topmost)"
    sizes = f"{format_bytes(detail.shallow_bytes)} itself"
    return [
        ("id", f"@{detail.object_index}, address {format_address(detail.address)}"),
        ("sizes", f"{sizes}, {format_bytes(detail.retained_bytes)} retained"),
        ("length", "" if detail.length is None else format_count(detail.length)),
        ("class", " < ".join((detail.value or "?", *detail.superclasses)))
        if detail.kind == "class"
        else ("class", " < ".join((detail.class_name, *detail.superclasses))),
        ("loader", detail.loader or ""),
        ("instances", _instances(detail)),
        ("root", ", ".join(detail.root_types)),
        ("dominator", above),
    ]


def _instances(detail: ObjectDetail) -> str:
    if detail.instance_count is None:
        return ""
    each = "" if detail.instance_bytes is None else f" of {format_bytes(detail.instance_bytes)}"
    return format_counted(detail.instance_count, "instance") + each


def _field_blocks(detail: ObjectDetail, limit: int | None) -> Iterator[Block]:
    """A table of fields for each class that declares some, as far as `limit` goes."""
    own = "Static fields" if detail.kind == "class" else "Fields"
    shown, left = 0, len(detail.fields) + len(detail.statics)
    for title, fields in ((own, detail.fields), ("Static fields", detail.statics)):
        for declaring, group in groupby(fields, lambda field: field.declaring_class):
            rows = list(group)[: None if limit is None else limit - shown]
            shown += len(rows)
            if rows:
                yield Heading(f"{title} of {declaring}")
                yield Table(_FIELD_COLUMNS, rows)
    if left > shown:
        yield f"and {left - shown:,} more fields (--limit 0 shows all)"


def _elements(heap: Heap, detail: ObjectDetail, wanted: Wanted) -> list[Element]:
    first, count, index = wanted.first, wanted.count or _SHOWN_ELEMENTS, detail.object_index
    if detail.kind == "object_array":
        if wanted.as_hex:
            raise _no_hex(detail)
        rows = heap.array_elements(index, offset=first, limit=count)
        return [Element(number, None, row) for number, row in enumerate(rows, first)]
    values = heap.array_values(index, offset=first, limit=count)
    return [Element(number, value) for number, value in enumerate(values, first)]


def _bytes(heap: Heap, detail: ObjectDetail, wanted: Wanted) -> tuple[bytes, int]:
    """The elements as bytes, and at which byte of the array they begin."""
    count = wanted.count or _SHOWN_ELEMENTS
    content = heap.array_bytes(detail.object_index, offset=wanted.first, limit=count)
    element_bytes = _ELEMENT_BYTES.get(detail.class_name.removesuffix("[]"), 8)
    return content, wanted.first * element_bytes


def _left_out(detail: ObjectDetail, first: int, shown: int) -> str:
    length = detail.length or 0
    if shown == length:
        return ""
    if not shown:
        return f"no element from {first:,} on: the array has {length:,}"
    return (
        f"elements {first:,} to {first + shown - 1:,} of {length:,} (--from and --count show more)"
    )


def _no_hex(detail: ObjectDetail) -> UsageError:
    message = f"--hex shows primitive arrays only; this is {described(detail)}"
    return UsageError(message, hint="name its array: seamew refs DUMP OBJECT --out")


def _save(heap: Heap, detail: ObjectDetail, wanted: Wanted, path: Path) -> int:
    """Write the value; returns the bytes written."""
    left = max(0, (detail.length or 0) - wanted.first)
    count = left if wanted.count is None else min(wanted.count, left)
    chunks: Iterable[bytes] = value_chunks(heap, detail, wanted.first, count)
    return write_private(path, chunks, force=wanted.force)
