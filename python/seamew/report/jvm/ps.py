"""All JVMs as a table, and what stands in the way of attaching to some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seamew.jvm.summary import JvmSummary
from seamew.report.answer import Answer, Block, Pairs
from seamew.report.tables import Column, Kind, Table
from seamew.units import format_bytes

__all__ = ["PS_SORTS", "ps_answer"]

PS_SORTS = (
    ("heap", "heap_bytes"),
    ("max", "heap_max_bytes"),
    ("rss", "rss_bytes"),
    ("threads", "threads"),
    ("uptime", "uptime_seconds"),
    ("user", "user"),
    ("main", "main"),
)
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_NONE_FOUND = "No JVM runs here, as far as this user may see; root sees all of them."
_BRACKETS = (
    "In brackets: what the last collection left, for the JVM does not tell what is used now."
)

_DATA = (
    Column("pid", "pid", Kind.NUMBER),
    Column("namespace_pid", "container pid", Kind.NUMBER),
    Column("uid", "uid", Kind.NUMBER),
    Column("user", "user", Kind.NAME),
    Column("vm", "vm", Kind.TEXT),
    Column("version", "version", Kind.TEXT),
    Column("collector", "collector", Kind.TEXT),
    Column("uptime_seconds", "uptime", Kind.NUMBER),
    Column("main", "main", Kind.NAME),
    Column("heap_used_bytes", "heap", Kind.BYTES),
    Column("heap_after_gc_bytes", "after GC", Kind.BYTES),
    Column("heap_max_bytes", "max", Kind.BYTES),
    Column("rss_bytes", "RSS", Kind.BYTES),
    Column("threads", "threads", Kind.COUNT),
    Column("attach_obstacle", "attach", Kind.TEXT),
    Column("notes", "notes", Kind.TEXT, lambda row: "; ".join(row.notes)),
)


def ps_answer(rows: Sequence[JvmSummary], total: int) -> Answer:
    """The JVMs to show, out of `total`."""
    return Answer({"total": total, "rows": rows}, Table(_DATA, rows), tuple(_blocks(rows, total)))


def _blocks(rows: Sequence[JvmSummary], total: int) -> Iterable[Block]:
    if not rows:
        yield _NONE_FOUND
        return
    table = Table(_columns(rows), rows)
    yield table
    if total > len(rows):
        yield f"{total - len(rows)} more; --limit 0 shows all."
    if any(_is_bracketed(row) for row in rows):
        yield _BRACKETS
    remarks = [(str(row.pid), text) for row in rows for text in _remarks(row)]
    if remarks:
        yield Pairs(remarks)
    if not any(row.attach_obstacle for row in rows):
        yield (
            "Attaching should work." if len(rows) == 1 else "Attaching should work to all of them."
        )


def _columns(rows: Sequence[JvmSummary]) -> tuple[Column, ...]:
    """The number within the container only where one has another number there."""
    inside = Column("namespace_pid", "inside", Kind.NUMBER)
    return (
        Column("pid", "pid", Kind.NUMBER),
        *([inside] if any(row.namespace_pid != row.pid for row in rows) else []),
        Column("user", "user", Kind.NAME, lambda row: row.user or row.uid),
        Column("version", "Java", Kind.NAME),
        Column("collector", "GC", Kind.NAME),
        Column("uptime_seconds", "up", Kind.NUMBER, lambda row: _age(row.uptime_seconds)),
        Column("heap", "heap", Kind.NUMBER, _heap),
        Column("heap_max_bytes", "max", Kind.BYTES),
        Column("rss_bytes", "RSS", Kind.BYTES),
        Column("threads", "thr", Kind.COUNT),
        Column("main", "main", Kind.NAME),
    )


def _is_bracketed(row: JvmSummary) -> bool:
    return row.heap_used_bytes is None and row.heap_after_gc_bytes is not None


def _heap(row: JvmSummary) -> str | None:
    if row.heap_used_bytes is not None:
        return format_bytes(row.heap_used_bytes)
    if row.heap_after_gc_bytes is not None:
        return f"({format_bytes(row.heap_after_gc_bytes)})"
    return None


def _remarks(row: JvmSummary) -> Iterable[str]:
    if row.attach_obstacle:
        yield f"cannot be attached to: it {row.attach_obstacle}"
    yield from row.notes


def _age(seconds: float | None) -> str | None:
    """Two units at most: 45s, 12m05s, 3h05m, 12d04h."""
    if seconds is None:
        return None
    whole = int(seconds)
    for unit, name, part, part_name in (
        (_DAY, "d", _HOUR, "h"),
        (_HOUR, "h", _MINUTE, "m"),
        (_MINUTE, "m", 1, "s"),
    ):
        if whole >= unit:
            return f"{whole // unit}{name}{whole % unit // part:02d}{part_name}"
    return f"{whole}s"
