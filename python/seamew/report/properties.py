"""The settings of a JVM, out of a dump or of a running one: by where they are from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seamew.model import RuntimeFacts
from seamew.units import format_counted

from .answer import Answer, Block, Heading, Pairs
from .runtime import cut, runtime_pairs
from .tables import Column, Kind

__all__ = ["properties_answer"]

_COLUMNS = (
    Column("source", "source", Kind.TEXT),
    Column("name", "name", Kind.NAME),
    Column("value", "value", Kind.TEXT),
    Column("is_masked", "masked", Kind.TEXT),
)
_TITLES = {
    "system": "System properties",
    "environment": "Environment",
    "argument": "JVM arguments",
}


def properties_answer(
    facts: RuntimeFacts, rows: Sequence[Any], limit: int | None, *, unknown: str
) -> Answer:
    """Facts and settings, which have source, name, value and is_masked.

    `unknown` stands for a value of None, and for a source without settings.
    """
    table = cut(_COLUMNS, rows, limit)
    blocks: list[Block] = [Heading("JVM and system"), runtime_pairs(facts)]
    for source, title in _TITLES.items():
        shown = [row for row in rows[:limit] if row.source == source]
        text = "" if shown else f": {unknown}"
        pairs = [(row.name, unknown if row.value is None else row.value or '""') for row in shown]
        blocks += [Heading(title + text), Pairs(pairs)]
    masked = sum(row.is_masked for row in rows)
    if masked:
        values = format_counted(masked, "value")
        blocks += ["", f"{values} masked; --show-secrets shows all"]
    result = {"facts": facts, "total": len(rows), "masked": masked, "rows": table.rows}
    return Answer(result, table, tuple(blocks))
