"""Answers about threads over time: which are busy, and what changes between dumps."""

from __future__ import annotations

from collections.abc import Sequence

from seamew.jvm.threads import BusyThread, StillThreads, ThreadChanges
from seamew.report.answer import Answer, Block, Heading, Pairs
from seamew.report.tables import Column, Kind, Table, cut
from seamew.report.text import cut_middle, printable
from seamew.units import format_count, format_counted, format_duration, format_share

from .thread_frames import frame_block, simple_frame

__all__ = ["busy_answer", "changes_answer"]

_FRAMES = 12
_NAMES = 6
_NAME_CELLS = 60
_SHOWN_COUNTS = 6
_SECTION = 10

_BUSY = (
    Column("name", "thread", Kind.NAME),
    Column("native_id", "native id", Kind.NUMBER),
    Column("cpu_share", "cpu %", Kind.SHARE),
    Column("cpu", "cpu", Kind.TEXT, lambda row: format_duration(row.cpu_seconds)),
    Column("state", "state", Kind.TEXT),
)
_BUSY_DATA = (
    Column("name", "thread", Kind.NAME),
    Column("number", "number", Kind.NUMBER),
    Column("native_id", "native id", Kind.NUMBER),
    Column("cpu_seconds", "cpu seconds", Kind.NUMBER),
    Column("cpu_share", "cpu share", Kind.SHARE),
    Column("state", "state", Kind.TEXT),
    Column("top_frame", "top frame", Kind.NAME, lambda row: next(iter(row.frames), None)),
)
_DUMPS = (
    Column("taken_at", "taken", Kind.TEXT),
    Column("threads", "threads", Kind.COUNT),
    Column("blocked", "blocked", Kind.COUNT),
    Column("deadlocks", "deadlocks", Kind.COUNT),
)
_SOURCE = Column("source", "from", Kind.NAME)
_POOL = Column("label", "pool", Kind.NAME)
_COUNTS = Column("threads", "threads", Kind.TEXT, lambda row: _arrows(row.threads))
_GROWN = Column("grown", "grown", Kind.DIFFERENCE)
_POOL_DATA = (
    _POOL,
    Column("first", "first", Kind.COUNT, lambda row: row.threads[0]),
    Column("last", "last", Kind.COUNT, lambda row: row.threads[-1]),
    _GROWN,
    Column("cpu_seconds", "cpu seconds", Kind.NUMBER),
)
_CPU = Column("cpu", "cpu", Kind.TEXT, lambda row: _duration(row.cpu_seconds))
_STILL = (
    Column("threads", "threads", Kind.COUNT),
    Column("states", "state", Kind.TEXT, lambda row: ", ".join(row.states)),
    _CPU,
    Column("pools", "pool", Kind.NAME, lambda row: _first(row.pools)),
    Column("frame", "frame", Kind.NAME, lambda row: simple_frame(row.frame)),
)


def busy_answer(
    facts: dict[str, object],
    rows: Sequence[BusyThread],
    *,
    top: int,
    seconds: float | None,
    limit: int | None = None,
) -> Answer:
    """The `top` busiest threads with their stacks; `seconds` is how long was looked, if so."""
    active = [row for row in rows if row.cpu_seconds > 0]
    shown = active[: top if limit is None else min(top, limit)]
    whole = sum(row.cpu_seconds for row in rows)
    over = "in their lives" if seconds is None else f"in {format_duration(seconds)}"
    used = f"{format_duration(whole)} of CPU time {over}"
    share = f", {format_share(whole / seconds)} of one processor" if seconds else ""
    blocks: list[Block] = [f"{used}{share}", Table(_BUSY, shown)]
    for row in shown:
        if row.frames:
            blocks += [
                Heading(f'"{_short(row.name)}" {_share(row)}'),
                frame_block(row.frames, _FRAMES),
            ]
    result = {
        "dump": facts,
        "sample_seconds": seconds,
        "cpu_seconds": whole,
        "total": len(active),
        "rows": shown,
    }
    return Answer(result, Table(_BUSY_DATA, shown), tuple(blocks))


def changes_answer(changes: ThreadChanges, *, limit: int | None = None) -> Answer:
    """What changed from the first dump to the last."""
    sections = None if limit is None else min(_SECTION, limit)
    changed = [row for row in changes.pools if row.grown]
    stuck = [row for row in changes.still if not row.is_idle]
    idle = sum(row.threads for row in changes.still if row.is_idle)
    has_cpu = any(row.cpu_seconds is not None for row in changes.pools)
    blocks: list[Block] = [*changes.notes, Heading("Dumps"), _dumps(changes, limit)]
    if changed:
        columns = (_POOL, _COUNTS, _GROWN, *([_CPU] if has_cpu else []))
        blocks += [Heading("Pools that changed"), cut(columns, changed, sections, "pool")]
    blocks.append(_moves(changes))
    if stuck:
        columns = _STILL if has_cpu else tuple(column for column in _STILL if column is not _CPU)
        blocks += [Heading("Stacks that never changed"), cut(columns, stuck, sections, "stack")]
    if idle:
        blocks.append(f"{format_counted(idle, 'thread')} with nothing to do all the time")
    if stuck:
        blocks += _stuck_stack(stuck[0])
    result = {
        "dumps": changes.dumps,
        "notes": changes.notes,
        "pools": changes.pools[:limit],
        "still": changes.still[:limit],
        "started": changes.started,
        "ended": changes.ended,
    }
    return Answer(result, Table(_POOL_DATA, changes.pools[:limit]), tuple(blocks))


def _dumps(changes: ThreadChanges, limit: int | None) -> Table:
    named = any(row.source is not None for row in changes.dumps)
    return cut((*_DUMPS, *([_SOURCE] if named else [])), changes.dumps, limit, "dump")


def _stuck_stack(row: StillThreads) -> list[Block]:
    who = printable(_names(row.thread_names))
    return [Heading("Always at this place"), f"  {who}", frame_block(row.frames, _FRAMES)]


def _moves(changes: ThreadChanges) -> Pairs:
    return Pairs(
        (
            ("started", f"{format_count(len(changes.started))}: {_names(changes.started)}"),
            ("ended", f"{format_count(len(changes.ended))}: {_names(changes.ended)}"),
        )
    )


def _names(names: Sequence[str]) -> str:
    left = len(names) - _NAMES
    shown = ", ".join(names[:_NAMES]) or "none"
    return f"{shown} and {format_count(left)} more" if left > 0 else shown


def _short(name: str) -> str:
    return cut_middle(printable(name), _NAME_CELLS)


def _share(row: BusyThread) -> str:
    return format_duration(row.cpu_seconds) if row.cpu_share is None else f"{row.cpu_share:.1%}"


def _arrows(counts: Sequence[int]) -> str:
    """The counts of all dumps, or of a few from the first to the last."""
    steps = min(len(counts), _SHOWN_COUNTS)
    places = [number * (len(counts) - 1) // max(1, steps - 1) for number in range(steps)]
    return " > ".join(format_count(counts[place]) for place in places)


def _first(counts: dict[str, int]) -> str:
    name = next(iter(counts))
    return name if len(counts) == 1 else f"{name} +{len(counts) - 1}"


def _duration(seconds: float | None) -> str | None:
    return None if seconds is None else format_duration(seconds)
