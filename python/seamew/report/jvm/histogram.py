"""Answers about a JVM's class histogram: what fills its heap, and what grows in it."""

from __future__ import annotations

from collections.abc import Sequence

from seamew.jvm.histogram import ClassCount, ClassGrowth, Histogram, by_package
from seamew.jvm.histogram import growth as growth_of
from seamew.report.answer import Answer, Block
from seamew.report.tables import Column, Kind, Table
from seamew.units import format_bytes, format_counted, format_pause

__all__ = ["GROUPINGS", "SORTS", "growth_answer", "histogram_answer"]

GROUPINGS = ("class", "package")
"""What a histogram of a JVM may go by."""

SORTS = ("shallow", "objects", "name")
"""Words for the order of the rows; growth goes by what has grown."""

_ATTRIBUTES = {"shallow": "shallow_bytes", "objects": "objects", "name": "label"}
_OBJECTS = Column("objects", "objects", Kind.COUNT)
_SHALLOW = Column("shallow_bytes", "shallow", Kind.BYTES)
_MODULE = Column("module", "module", Kind.NAME)
_MORE_OBJECTS = Column("objects_grown", "more objects", Kind.DIFFERENCE)
_MORE_SHALLOW = Column("shallow_bytes_grown", "more shallow", Kind.BYTES_DIFFERENCE)


def histogram_answer(
    histogram: Histogram, *, by: str = "class", sort: str | None = None, limit: int | None = None
) -> Answer:
    """What fills a JVM's heap, in the JVM's own order unless `sort` says another."""
    rows = _grouped(histogram, by)
    shown = _sorted(rows, _ATTRIBUTES[sort] if sort else "")[:limit]
    columns = (_label(by), _OBJECTS, _SHALLOW, *([_MODULE] if by == "class" else []))
    total = {
        "rows": len(rows),
        "objects": histogram.objects,
        "shallow_bytes": histogram.shallow_bytes,
    }
    result = {"by": by, **_facts(histogram), "total": total, "rows": shown}
    table = Table(columns, shown, _left_out(len(rows) - len(shown)))
    size = format_bytes(histogram.shallow_bytes)
    whole = f"{size} in {format_counted(histogram.objects, 'object')}"
    return Answer(result, table, (table, "", f"{whole}, {_kind(histogram)}", *_notes(histogram)))


def growth_answer(
    before: Histogram,
    after: Histogram,
    *,
    by: str = "class",
    sort: str | None = None,
    limit: int | None = None,
) -> Answer:
    """What has grown or shrunk between two histograms, what has grown most first."""
    rows = growth_of(_grouped(before, by), _grouped(after, by))
    attribute = _ATTRIBUTES[sort] if sort else "shallow_bytes"
    grown = attribute if attribute == "label" else f"{attribute}_grown"
    shown = _sorted(rows, grown)[:limit]
    note = _left_out(len(rows) - len(shown))
    table = Table((_label(by), _OBJECTS, _MORE_OBJECTS, _SHALLOW, _MORE_SHALLOW), shown, note)
    result = {
        "by": by,
        **_facts(after),
        "losses": (*before.losses, *after.losses),
        "total": len(rows),
        "rows": shown,
    }
    if not rows:
        return Answer(result, table, ("Nothing has grown or shrunk.", *_notes(before, after)))
    return Answer(result, table, (table, "", _growth_text(before, after), *_notes(before, after)))


def _grouped(histogram: Histogram, by: str) -> Sequence[ClassCount]:
    return by_package(histogram.rows) if by == "package" else histogram.rows


def _sorted(
    rows: Sequence[ClassCount] | Sequence[ClassGrowth], attribute: str
) -> list[ClassCount | ClassGrowth]:
    """Numbers falling, names rising; no attribute: as they come."""
    if not attribute:
        return list(rows)
    if attribute == "label":
        return sorted(rows, key=lambda row: row.label)
    return sorted(rows, key=lambda row: (-getattr(row, attribute), row.label))


def _facts(histogram: Histogram) -> dict[str, object]:
    return {
        "is_live": histogram.is_live,
        "pause_seconds": histogram.pause_seconds,
        "filler_bytes": histogram.filler_bytes,
        "losses": histogram.losses,
    }


def _label(by: str) -> Column:
    return Column(by, by, Kind.NAME, lambda row: row.label)


def _left_out(count: int) -> str:
    return f"and {count:,} more rows (--limit 0 shows all)" if count else ""


def _kind(histogram: Histogram) -> str:
    what = "after a full collection" if histogram.is_live else "dead objects included"
    if histogram.pause_seconds is None:
        return what
    return f"{what}; the JVM stood still for {format_pause(histogram.pause_seconds)}"


def _growth_text(before: Histogram, after: Histogram) -> str:
    objects = after.objects - before.objects
    size = after.shallow_bytes - before.shallow_bytes
    return (
        f"in all {objects:+,} objects, {'-' if size < 0 else '+'}{format_bytes(abs(size))};"
        f" {_kind(after)}"
    )


def _notes(*histograms: Histogram) -> list[Block]:
    fillers = histograms[-1].filler_bytes
    notes: list[Block] = []
    if fillers:
        notes.append(
            f"{format_bytes(fillers)} of jdk.internal.vm.Filler... are gaps that the collector has"
            " filled, no objects of the program"
        )
    notes += [f"incomplete: {loss}" for one in histograms for loss in one.losses]
    return notes
