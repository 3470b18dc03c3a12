"""The flags of a JVM as a table, and what became of those that were set."""

from __future__ import annotations

from collections.abc import Sequence

from seamew.jvm.flags import FlagChange, VmFlag
from seamew.report.answer import Answer
from seamew.report.tables import Column, Kind, Table
from seamew.units import format_counted

__all__ = ["changes_answer", "flags_answer"]

_FLAG = Column("name", "flag", Kind.NAME)
_TYPE = Column("type", "type", Kind.TEXT)
_COLUMNS = (
    _FLAG,
    Column("value", "value", Kind.NAME),
    _TYPE,
    Column("origin", "from", Kind.TEXT),
    Column("is_manageable", "", Kind.TEXT, lambda row: "manageable" if row.is_manageable else ""),
)
_DATA = (
    _FLAG,
    Column("value", "value", Kind.NAME),
    _TYPE,
    Column("origin", "from", Kind.TEXT),
    Column("kinds", "kinds", Kind.TEXT, lambda row: " ".join(row.kinds)),
    Column("is_manageable", "manageable", Kind.TEXT),
)
_CHANGES = (
    _FLAG,
    Column("before", "before", Kind.NAME),
    Column("after", "after", Kind.NAME),
    _TYPE,
)


def flags_answer(flags: Sequence[VmFlag], total: int, limit: int | None) -> Answer:
    """The flags to show, out of `total`; what is left out is at its default, or cut by `limit`."""
    rows = flags[:limit]
    result = {"total": total, "rows": [_as_result(flag) for flag in rows]}
    notes = []
    if len(flags) > len(rows):
        notes.append(f"and {len(flags) - len(rows)} more (--limit 0 shows all)")
    if total > len(flags):
        left = format_counted(total - len(flags), "other")
        notes.append(f"{left} as by default; --all shows all")
    return Answer(result, Table(_DATA, rows), (Table(_COLUMNS, rows), *notes))


def changes_answer(changes: Sequence[FlagChange]) -> Answer:
    """Flags before and after."""
    return Answer({"rows": changes}, Table(_CHANGES, changes))


def _as_result(flag: VmFlag) -> dict[str, object]:
    return {
        "name": flag.name,
        "value": flag.value,
        "type": flag.type,
        "origin": flag.origin,
        "kinds": list(flag.kinds),
        "is_manageable": flag.is_manageable,
    }
