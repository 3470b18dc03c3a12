"""Completion at the query prompt: keywords, tables, functions, classes, columns and fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from seamew.heap import Heap
from seamew.query.catalog import FUNCTIONS, TABLES

__all__ = ["COMMANDS", "Completer"]

COMMANDS = (".help", ".mode", ".quit", ".schema", ".tables")
"""What begins with a dot is no query."""

_KEYWORDS = [
    "AND",
    "AS",
    "ASC",
    "AVG",
    "BETWEEN",
    "BY",
    "CASE",
    "COUNT",
    "DESC",
    "DISTINCT",
    "ELSE",
    "END",
    "FROM",
    "GROUP",
    "HAVING",
    "IMPLEMENTS",
    "IN",
    "INSTANCEOF",
    "IS",
    "JOIN",
    "LEFT",
    "LIKE",
    "LIMIT",
    "MAX",
    "MIN",
    "NOT",
    "NULL",
    "OBJECTS",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "RETAINED",
    "SELECT",
    "SET",
    "SUM",
    "THEN",
    "UNION",
    "USING",
    "WHEN",
    "WHERE",
    "WITH",
]
_SOURCE = re.compile(r'\b(?:from|join)\s+((?:(?:"[^"]+"|[\w.$\[\]+]+)\s*){1,5})', re.IGNORECASE)
_WORD = re.compile(r'"[^"]+"|\S+')
_BEFORE_SOURCES = frozenset({"objects", "instanceof"})
_ATTRIBUTES = [
    "@objectId",
    "@objectAddress",
    "@class",
    "@clazz",
    "@usedHeapSize",
    "@retainedHeapSize",
    "@displayName",
    "@technicalName",
    "@classSpecificName",
    "@GCRootInfo",
    "@length",
]


class Completer:
    """What a word may become, by the text before it. Classes and fields are those of one heap."""

    def __init__(self, heap: Heap) -> None:
        self._heap = heap
        self._fields: dict[str, tuple[str, ...]] = {}

    def words(self, typed: str, statement: str) -> list[str]:
        """What `typed`, the last word of the statement so far, may become; sorted."""
        if typed.startswith(".") and statement.strip() == typed:
            return [command for command in COMMANDS if command.startswith(typed)]
        quote = '"' if typed.startswith('"') else ""
        name = typed.removeprefix('"')
        found = [f"{quote}{one}{quote}" for one in self._classes if one.startswith(name)]
        if not quote:
            found += self._names(typed, statement)
        return sorted(set(found)) if typed else sorted(set(self._names(typed, statement)))

    def _names(self, typed: str, statement: str) -> Iterable[str]:
        """Keywords, tables, functions, and columns: behind an alias and its dot those alone."""
        alias, dot, begun = typed.rpartition(".")
        if dot:
            for name, known_as in _sources(statement):
                if alias in {name, known_as}:
                    columns = [*self._columns(name), *_ATTRIBUTES]
                    yield from (f"{alias}.{one}" for one in columns if one.startswith(begun))
            return
        folded = typed.lower()
        keywords = _KEYWORDS if typed[:1].isupper() else [one.lower() for one in _KEYWORDS]
        yield from (f"{one} " for one in keywords if one.lower().startswith(folded))
        yield from (table.name for table in TABLES if table.name.startswith(folded))
        yield from (f"{one.name}(" for one in FUNCTIONS if one.name.startswith(folded))
        for name, _ in _sources(statement):
            yield from (one for one in self._columns(name) if one.startswith(typed))

    def _columns(self, table: str) -> Sequence[str]:
        """The columns of a table, the fields of a class."""
        name = table.strip('"')
        for one in TABLES:
            if one.name == name:
                return [column.name for column in one.columns]
        if name not in self._fields:
            found = self._heap.instance_table(name.removesuffix("+"), subclasses=name.endswith("+"))
            self._fields[name] = tuple(column for column, _ in found.columns) if found else ()
        return self._fields[name]

    @cached_property
    def _classes(self) -> list[str]:
        return sorted(set(self._heap.class_names()))


def _sources(statement: str) -> Iterator[tuple[str, str]]:
    """Tables and classes of a statement, each with what it is called in it, or nothing."""
    for found in _SOURCE.finditer(statement):
        words = _WORD.findall(found[1])
        for at, word in enumerate(words):
            behind = [one for one in words[at + 1 :] if one.lower() != "as"]
            yield word, behind[0] if behind else ""
            if word.lower() not in _BEFORE_SOURCES:  # OQL's words, and one of them SQL's table
                break
