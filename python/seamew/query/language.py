"""Which language a query is in: SQL where its tables or its words say so, else OQL."""

from __future__ import annotations

import re
from difflib import get_close_matches

from seamew.errors import QueryError
from seamew.heap.oql import check_oql

from .catalog import FUNCTIONS, INSTANCE_COLUMNS, TABLES

__all__ = ["is_oql"]

_TABLE_NAMES = [table.name for table in TABLES]
_HIDDEN = re.compile(r"'[^']*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
_CHARACTER_LENGTH = len("'x'")
_FIRST_OF_SQL = re.compile(
    r"with|from|describe|show|summarize|values|explain|pivot|unpivot|create|drop|alter|insert|update"
    r"|delete|truncate|attach|detach|copy|export|import|install|load|set|reset|pragma|call"
)
_WORD = re.compile(r"\w+")
_SOURCE = re.compile(r'\b(?:from|join)\s+("[^"]*"|[\w.$]+)', re.IGNORECASE)
_TABLES = re.compile(
    rf"""\b(?:from|join)\s+(?:
        (?:{"|".join(name for name in _TABLE_NAMES if name != "objects")})(?![\w.$\[])
        # A word of OQL as well: what follows tells.
        | objects(?![\w.$\[]) (?! \s* (?: ["($\d] | \w+[.\[] | [\w$]+\s*,\s*\d | instanceof\b ))
        | (?:{"|".join(one.name for one in FUNCTIONS if one.columns)})\s*\(
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ONLY_OQL = re.compile(
    r"""
    @[a-z_] | \$\{ | \binstanceof\b | \bimplements\b | \bas\s+retained\s+set\b
    | \blike\s+e?" | =\s*null\b
    | \bfrom\s+(?:objects\s+)?(?:0x[0-9a-f]+|\d+)\b | \bfrom\s+objects\b | \bfrom\s+[\w.$]+\[\]
    | \bselect\s+(?:distinct\s+)?objects\s+["\w]
    | (?<![.\w])(?:toString|toHex|dominators|dominatorof|classof|retainedSet|eval)\s*\(
    | \bheap\.\w+\s*\(  # JavaScript, which only OQL's error explains
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ONLY_SQL = re.compile(
    rf"""
    (?<![.@\w])(?:join|over|case|between|with|using|qualify|ilike|exists|cast|filter|except
        |intersect|coalesce|{"|".join(one.name for one in FUNCTIONS if not one.columns)}
        |{"|".join(column.name for column in INSTANCE_COLUMNS if "_" in column.name)})(?![\w.])
    | :: | \|\| | <> | \bunion\s+all\b | '\.\.'
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DOTTED_NAME = re.compile(r"[^\W\d][\w$]*\.[^\W\d]")
_PATTERN_SIGNS = frozenset("\\*|(){}?^")


def is_oql(text: str) -> bool:
    """Whether a query is in OQL. What is in neither language is in that which it comes nearer to.

    A class may be the source of both. Where nothing else tells, `FROM java.util.HashMap` is OQL,
    and with quotes around the name it is SQL.
    """
    shown = _HIDDEN.sub(_shown, text)
    first = next((found[0].lower() for found in _WORD.finditer(shown)), "")
    if _FIRST_OF_SQL.fullmatch(first) or _TABLES.search(shown):
        return False
    if first != "select" or _ONLY_OQL.search(shown):
        return True
    source = _SOURCE.search(_HIDDEN.sub(_name_or_blank, text))
    if _ONLY_SQL.search(shown):
        return False
    if _is_sound_oql(text):
        return source is None or not _is_table(source[1])
    return source is not None or _DOTTED_NAME.search(shown) is not None


def _shown(found: re.Match[str]) -> str:
    """What stands for a text or a comment: nothing in it is a sign of a language."""
    if found[0].startswith("'"):
        return "'x'" if len(found[0]) <= _CHARACTER_LENGTH else "'..'"
    return '""' if found[0].startswith('"') else " "


def _name_or_blank(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith('"') else " "


def _is_sound_oql(text: str) -> bool:
    try:
        check_oql(text)
    except QueryError:
        return False
    return True


def _is_table(source: str) -> bool:
    """Whether a source is a name in quotes that is no pattern, or nearly the name of a table."""
    if source.startswith('"'):
        return _PATTERN_SIGNS.isdisjoint(source)
    return bool(get_close_matches(source.lower(), _TABLE_NAMES, n=1, cutoff=0.8))
