"""Questions about collections: how big and how full they are, and what is in them."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from seamew import engine
from seamew.errors import DumpReadError, UsageError
from seamew.model import (
    CollectionClassRow,
    CollectionRatioRow,
    CollectionRow,
    CollectionSizeRow,
    CollectionTable,
    Contents,
    EntryRow,
    Item,
    ObjectRow,
)

from .asking import ObjectName
from .object_set import What
from .sets import SetQuestions

__all__ = [
    "CollectionFilter",
    "CollectionQuestions",
    "CollectionShape",
    "CollectionSurvey",
    "SurveyedCollections",
    "read_collection_shapes",
]

Row = TypeVar("Row")

CollectionShape: TypeAlias = Mapping[str, str]
"""How a class of collections is read: `class`, `kind` and names of fields."""

_MOST_ENTRIES = 2**63 - 1
_HINT = "docs/reference/collections.md says how collections are described"


@dataclass(frozen=True, slots=True)
class CollectionFilter:
    """Which collections count: by entries at least and at most, by share of places taken."""

    least_size: int = 0
    most_size: int | None = None
    most_fill: float | None = None


_ALL = CollectionFilter()


@dataclass(frozen=True, slots=True)
class CollectionSurvey:
    """A question about all collections: those that `only` takes, and the first by `order`."""

    only: CollectionFilter
    order: str
    limit: int


@dataclass(frozen=True, slots=True)
class SurveyedCollections:
    """Collections by class, most retained bytes first, and the most of them by an order."""

    classes: tuple[CollectionClassRow, ...]
    most: tuple[CollectionRow, ...]


_Chosen: TypeAlias = tuple[What | None, CollectionFilter, Iterable[CollectionShape]]


def read_collection_shapes(path: str | os.PathLike[str]) -> tuple[CollectionShape, ...]:
    """The descriptions in a TOML file, tables [[collection]].

    Raises UsageError where the file is none such, DumpReadError where it cannot be read.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        whole = tomllib.loads(text)
    except OSError as error:
        raise DumpReadError(str(error), path=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{os.fspath(path)} is no TOML file: {error}"
        raise UsageError(message, hint=_HINT) from error
    tables = whole.pop("collection", None)
    if not isinstance(tables, list) or whole:
        message = f"{os.fspath(path)} must have tables [[collection]], and nothing else"
        raise UsageError(message, hint=_HINT)
    return tuple(_shape(table, path) for table in tables)


def _shape(table: object, path: str | os.PathLike[str]) -> CollectionShape:
    if not isinstance(table, dict):
        message = f"{os.fspath(path)}: `collection` must be tables"
        raise UsageError(message, hint=_HINT)
    return {
        name: ("no", "yes")[value] if isinstance(value, bool) else str(value)
        for name, value in table.items()
    }


class CollectionQuestions(SetQuestions):
    """Questions about collections. See `Heap`.

    `what` chooses objects, of which those that are known collections count; None: all. `shapes`
    describes classes of one's own, as `read_collection_shapes` reads them. Tables cost a walk
    over the dump.
    """

    def collections(
        self,
        what: What | None = None,
        *,
        only: CollectionFilter = _ALL,
        shapes: Iterable[CollectionShape] = (),
    ) -> CollectionTable[CollectionClassRow]:
        """The collections by class, most retained bytes first."""
        return self._collection_table(
            CollectionClassRow,
            (what, only, shapes),
            lambda native, members, question, progress: native.collections(
                members, question, progress
            ),
        )

    def collection_sizes(
        self,
        what: What | None = None,
        *,
        only: CollectionFilter = _ALL,
        shapes: Iterable[CollectionShape] = (),
    ) -> CollectionTable[CollectionSizeRow]:
        """The collections by number of entries, rising."""
        return self._collection_table(
            CollectionSizeRow,
            (what, only, shapes),
            lambda native, members, question, progress: native.collection_sizes(
                members, question, progress
            ),
        )

    def collection_fill(
        self,
        what: What | None = None,
        *,
        segments: int = 5,
        only: CollectionFilter = _ALL,
        shapes: Iterable[CollectionShape] = (),
    ) -> CollectionTable[CollectionRatioRow]:
        """The collections by the share of the places in their arrays that is taken."""
        return self._collection_table(
            CollectionRatioRow,
            (what, only, shapes),
            lambda native, members, question, progress: native.collection_fill(
                members, question, segments, progress
            ),
        )

    def collection_collisions(
        self,
        what: What | None = None,
        *,
        segments: int = 5,
        only: CollectionFilter = _ALL,
        shapes: Iterable[CollectionShape] = (),
    ) -> CollectionTable[CollectionRatioRow]:
        """The hash tables by the share of their entries that found their bucket taken."""
        return self._collection_table(
            CollectionRatioRow,
            (what, only, shapes),
            lambda native, members, question, progress: native.collection_collisions(
                members, question, segments, progress
            ),
        )

    def collection_objects(
        self,
        what: What | None = None,
        *,
        only: CollectionFilter = _ALL,
        shapes: Iterable[CollectionShape] = (),
        order: str = "size",
        offset: int = 0,
        limit: int = 100,
    ) -> CollectionTable[CollectionRow]:
        """Single collections, the most first by `order`: size, shallow, retained or wasted."""
        members, question = self._wanted(what), _question(only, shapes)
        others, (total, found) = self._ask_collections(
            lambda native, progress: native.collection_objects(
                members, question, order, (offset, limit), progress
            )
        )
        return CollectionTable(engine.rows(CollectionRow, found), total, others)

    def collection_surveys(self, surveys: Sequence[CollectionSurvey]) -> list[SurveyedCollections]:
        """What several surveys of all collections find, from one walk over the dump."""
        questions = [(_question(one.only, ()), one.order, one.limit) for one in surveys]
        found = self._ask_collections(
            lambda native, progress: native.collection_survey(questions, progress)
        )
        return [
            SurveyedCollections(
                engine.rows(CollectionClassRow, classes), engine.rows(CollectionRow, rows)
            )
            for classes, (_, rows) in found
        ]

    def contents(
        self,
        what: What,
        *,
        key: str | None = None,
        shapes: Iterable[CollectionShape] = (),
        offset: int = 0,
        limit: int | None = 100,
    ) -> Contents:
        """The entries of a collection, or of all in a set, in address order.

        `key` takes only entries whose key (of what is no map, the element) has that readable
        value. Costs some ten microseconds an entry, up to the last one wanted. Raises
        ObjectNotFoundError where nothing named is a known collection.
        """
        members, own = self.as_set(what).native, _own(shapes)
        page = (offset, _MOST_ENTRIES if limit is None else limit)
        found = self._ask_collections(
            lambda native, progress: native.contents(members, own, key, page, progress)
        )
        rows = tuple(_entry(row) for row in found["rows"])
        return Contents(**{**found, "rows": rows, "notes": tuple(found["notes"])})

    def lookup(
        self, name: ObjectName, key: str, *, shapes: Iterable[CollectionShape] = ()
    ) -> tuple[EntryRow, ...]:
        """The entries of a map whose key has the readable value `key`."""
        return self.contents(self.resolve(name), key=key, shapes=shapes, limit=None).rows

    def _collection_table(
        self, kind: type[Row], chosen: _Chosen, ask: Callable[..., Any]
    ) -> CollectionTable[Row]:
        """The rows of a table over the collections chosen; `ask` is the native question."""
        what, only, shapes = chosen
        members, question = self._wanted(what), _question(only, shapes)
        others, found = self._ask_collections(
            lambda native, progress: ask(native, members, question, progress)
        )
        return CollectionTable(engine.rows(kind, found), len(found), others)

    def _wanted(self, what: What | None) -> engine.NativeObjectSet | None:
        return None if what is None else self.as_set(what).native

    def _ask_collections(
        self, question: Callable[[engine.NativeHeap, engine.NativeProgress], Row]
    ) -> Row:
        """As `_ask_reading`; what is wrong with shapes becomes an error of ours."""
        try:
            return self._ask_reading(question)
        except ValueError as error:
            raise UsageError(str(error), hint=_HINT) from error


def _own(shapes: Iterable[CollectionShape]) -> list[dict[str, str]]:
    return [dict(shape) for shape in shapes]


def _question(only: CollectionFilter, shapes: Iterable[CollectionShape]) -> dict[str, Any]:
    return {**asdict(only), "own": _own(shapes)}


def _entry(row: Mapping[str, Any]) -> EntryRow:
    return EntryRow(**{**row, "key": _item(row["key"]), "value": _item(row["value"])})


def _item(item: Any) -> Item:  # noqa: ANN401 (a row, or a value of any type)
    return ObjectRow(**item) if isinstance(item, dict) else item
