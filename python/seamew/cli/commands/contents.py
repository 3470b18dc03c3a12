"""`seamew contents`: what is in collections."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from seamew.cli.collection_shapes import takes_collection_shapes
from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, dump_command
from seamew.cli.selection import Selection, selects_objects
from seamew.cli.session import answer_from_heap
from seamew.heap import CollectionShape, Heap
from seamew.model import Contents, EntryRow, Item, ObjectRow
from seamew.report import Answer, Block, Column, Heading, Kind, Table, plain
from seamew.report.columns import described
from seamew.units import format_address, format_counted

__all__ = ["command"]


_SORTS = (("retained", "value"), ("key", "key"), ("value", "value"))


@dump_command(
    "contents",
    sorts=_SORTS,
    epilog="""
seamew contents heap.hprof 0x7c0001234
seamew contents heap.hprof com.acme.Cache#0 --key user-42
seamew contents heap.hprof java.util.Properties --csv
""",
)
@selects_objects(required=True)
@click.option("--key", metavar="TEXT", help="Only the entries with this key, or this element.")
@click.option(
    "--offset", type=click.IntRange(min=0), default=0, metavar="N", help="Entries to pass over."
)
@takes_collection_shapes
def command(
    options: Options,
    selection: Selection,
    key: str | None,
    offset: int,
    shapes: tuple[CollectionShape, ...],
) -> ExitCode:
    """What is in a collection: its elements or entries.

    WHAT names one collection or many. --key compares the readable value of keys: a string's text,
    a number, an enum constant's name; in a list or a set, of elements. What is broken (a loop of
    nodes, a size that is not the number of entries) is told below the table.
    """

    def ask(heap: Heap) -> Answer:
        members = selection.of(heap)
        page = (0, None) if options.sort else (offset, options.limit)
        found = heap.contents(members, key=key, shapes=shapes, offset=page[0], limit=page[1])
        if options.sort:
            found = _sorted(found, offset, options)
        only = heap.row(next(iter(members))) if len(members) == 1 else None
        result = {
            "object": only,
            "kind": found.kind if only else None,
            "size": found.size if only else None,
            "capacity": found.capacity if only else None,
            "collections": found.collections,
            "others": found.others,
            "is_complete": found.is_complete,
            "notes": found.notes,
            "rows": [_json_row(row) for row in found.rows],
        }
        return Answer(result, Table(_DATA, found.rows), _blocks(found, only))

    return answer_from_heap(options, ask)


def _sorted(found: Contents, offset: int, options: Options) -> Contents:
    """A page of all entries in the order asked for: by what the value retains, or by text."""

    def place(row: EntryRow) -> tuple[int, str]:
        if options.sort == "retained":
            return (-getattr(row.value, "retained_bytes", 0), "")
        return (0, _value(row.key if options.sort == "key" else row.value) or "")

    rows = sorted(found.rows, key=place)[offset:]
    shown = tuple(rows[: options.limit])
    return replace(found, rows=shown, is_complete=found.is_complete and len(shown) == len(rows))


def _blocks(found: Contents, only: ObjectRow | None) -> tuple[Block, ...]:
    if only is None:
        text = f"{format_counted(found.collections, 'collection')}"
        columns: tuple[Column, ...] = (_COLLECTION,)
    else:
        size = "?" if found.size is None else f"{found.size:,}"
        text = f"{described(only)}: {found.kind} of {size}"
        columns = ()
    if any(row.key is not None for row in found.rows) or found.kind in {"map", "multimap"}:
        columns = (*columns, _INDEX, _KEY, _VALUE)
    else:
        columns = (*columns, _INDEX, _VALUE)
    notes = []
    if not found.rows:
        notes.append("no entries" if found.is_complete else "no entries here")
    if not found.is_complete:
        notes.append("there are more entries (--offset, --limit 0)")
    if found.others:
        notes.append(f"{format_counted(found.others, 'object')} selected are no known collections")
    table = Table(columns, found.rows, "; ".join(notes))
    return (Heading(text), table, *(f"broken: {note}" for note in found.notes))


def _json_row(row: EntryRow) -> dict[str, Any]:
    return {**plain(row), "collection_address": format_address(row.collection_address)}


def _text(item: Item) -> str:
    if item is None:
        return "null"
    if isinstance(item, ObjectRow):
        return described(item)
    return str(item).lower() if isinstance(item, bool) else str(item)


def _value(item: Item) -> str | None:
    """For data: the readable value, without address and class."""
    if isinstance(item, ObjectRow):
        return item.value
    return None if item is None else _text(item)


def _key_text(row: EntryRow) -> str:
    return _text(row.key)


def _value_text(row: EntryRow) -> str:
    return _text(row.value)


_COLLECTION = Column("collection_address", "collection", Kind.ADDRESS)
_INDEX = Column("index", "index", Kind.NUMBER)
_KEY = Column("key", "key", Kind.NAME, _key_text)
_VALUE = Column("value", "value", Kind.NAME, _value_text)


def _part(name: str, kind: Kind, attribute: str) -> Column:
    """An attribute of the object that is the `key` or the `value`."""
    item = name.partition("_")[0]

    def value(row: EntryRow) -> object:
        found = getattr(row, item)
        return getattr(found, attribute) if isinstance(found, ObjectRow) else None

    return Column(name, name, kind, value)


_DATA = (
    _COLLECTION,
    Column("collection_class", "class", Kind.NAME),
    _INDEX,
    Column("hash", "hash", Kind.NUMBER),
    Column("key", "key", Kind.NAME, lambda row: _value(row.key)),
    _part("key_address", Kind.ADDRESS, "address"),
    _part("key_class", Kind.NAME, "class_name"),
    Column("value", "value", Kind.NAME, lambda row: _value(row.value)),
    _part("value_address", Kind.ADDRESS, "address"),
    _part("value_class", Kind.NAME, "class_name"),
    _part("value_retained_bytes", Kind.BYTES, "retained_bytes"),
)
