"""The lines of each part of the screen, from a view and the room there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from seamew.jvm.counted import Counted
from seamew.jvm.pools import MemoryPool
from seamew.report.glyphs import Glyphs
from seamew.report.text import cell_width
from seamew.units import (
    format_bytes,
    format_count,
    format_counted,
    format_duration,
    format_pause,
    format_share,
)

from .drawing import BOLD, PLAIN, Line, bar, cell, ends, name_cell, sparkline
from .history import History
from .view import View, heap_after_gc

__all__ = [
    "class_lines",
    "gauge_lines",
    "head_lines",
    "key_line",
    "message_line",
    "pool_lines",
    "thread_lines",
]

_UNKNOWN = "-"
_LABEL, _VALUE, _RANGE = 10, 26, 19
_LEAST_SPARKS = 8
_LEAST_NAME = 24
_LEAST_RANGE_SHARE = 0.05
_NEARLY_FULL = 0.9
_POOL_NAME, _POOL_SIZE = 12, 8
_CPU, _STATE = 6, 13
_FRAMES_FROM = 110
_OBJECTS, _BYTES, _GROWN = 12, 9, 10
_KEYS = (
    "c:capture",
    "d:dump",
    "t:threads",
    "h:classes",
    "s:sort",
    "p:pause",
    "+/-:pace",
    "?:help",
    "q:quit",
)


def head_lines(view: View, width: int, glyphs: Glyphs) -> list[Line]:
    """Which JVM this is, and sizes that need no line of their own."""
    target = view.target
    version = f"Java {target.version}" if target.version else ""
    details = [part for part in (_age(view), target.collector, version) if part]
    while details and width - cell_width("  ".join(details)) < _LEAST_NAME:
        details.pop()
    right = "  ".join(reversed(details))
    pid = f"JVM {target.pid}  "
    name = name_cell(target.main or target.vm, width - cell_width(pid + right) - 2, glyphs)
    first = cell(f"{pid}{name}  {right}", width, glyphs)
    return [Line(first, BOLD), Line(_fitting(_facts(view), width, glyphs))]


def _age(view: View) -> str:
    if view.ended_at is not None:
        return f"ENDED {view.ended_at:%H:%M:%S}"
    if view.sample is None or view.sample.uptime_seconds is None:
        return ""
    return f"up {format_duration(view.sample.uptime_seconds)}"


def _facts(view: View) -> list[str]:
    sample = view.sample
    if sample is None:
        return ["waiting for the first sample"]
    counted = sample.counted
    facts = [f"RSS {_size(sample.rss_bytes)}"]
    if sample.is_stopped:
        facts.insert(0, "STOPPED (SIGSTOP)")
    if counted is None:
        return [*facts, f"no counters: {view.why_no_counters}"]
    if counted.allocated_bytes_per_second is not None:
        facts.append(f"allocates {_size(round(counted.allocated_bytes_per_second))}/s")
    facts += [f"{format_count(one.count)} {one.what}" for one in counted.gc.counts if one.count]
    if counted.classes is not None:
        facts.append(format_counted(counted.classes, "class/classes"))
    if counted.gc.running_cause is not None:
        facts.insert(1, f"COLLECTING ({counted.gc.running_cause})")
    return facts


def _fitting(parts: Sequence[str], width: int, glyphs: Glyphs) -> str:
    """As many whole parts as fit; the first one in any case."""
    shown = list(parts)
    while len(shown) > 1 and cell_width("  ".join(shown)) > width:
        shown.pop()
    return cell("  ".join(shown), width, glyphs)


@dataclass(frozen=True)
class _Gauge:
    """A figure with its history. `floor` is the least span that its sparkline shows."""

    label: str
    value: str
    history: History
    range_text: Callable[[float], str]
    floor: float
    is_alarming: bool = False


def gauge_lines(view: View, width: int, glyphs: Glyphs) -> list[Line]:
    """Five figures with what they were since the screen was opened."""
    return [_gauge_line(gauge, width, glyphs) for gauge in _gauges(view)]


def _gauges(view: View) -> list[_Gauge]:
    sample, histories = view.sample, view.histories
    counted = sample.counted if sample is not None else None
    largest = (counted.heap.max_bytes if counted is not None and counted.heap else None) or 0
    left, is_exact = heap_after_gc(counted)
    used = counted.heap_used_bytes if counted is not None else None
    floor = largest * _LEAST_RANGE_SHARE
    cores = sample.cpu_cores if sample is not None else None
    return [
        _Gauge(
            "after GC",
            _of(left, largest, "" if is_exact else "<= "),
            histories.after_gc,
            _rough_size,
            floor,
            is_alarming=left is not None and left > largest * _NEARLY_FULL > 0,
        ),
        _Gauge("heap used", _of(used, largest), histories.used, _rough_size, floor),
        _Gauge("GC share", _shares(counted), histories.collected, _percent, 0.05),
        _Gauge("CPU", _cores(cores), histories.cpu, _rough_cores, 1.0),
        _Gauge("threads", _threads(view), histories.threads, _rough_count, 8.0),
    ]


def _gauge_line(gauge: _Gauge, width: int, glyphs: Glyphs) -> Line:
    mark = "!" if gauge.is_alarming else " "
    text = f"{cell(gauge.label, _LABEL, glyphs)}{cell(gauge.value, _VALUE, glyphs)}{mark}"
    room = width - cell_width(text)
    if room < _LEAST_SPARKS:
        return Line(cell(text, width, glyphs), BOLD if gauge.is_alarming else PLAIN)
    sparks = room - _RANGE if room >= _LEAST_SPARKS + _RANGE else room
    columns = gauge.history.columns(sparks)
    known = [value for value in columns.values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    base = max(0.0, min(low, high - gauge.floor))
    line = sparkline(columns.values, base, max(high, base + gauge.floor), glyphs)
    text += cell(line, sparks, glyphs)
    if sparks < room and known:
        text += " " + cell(f"{gauge.range_text(low)}..{gauge.range_text(high)}", _RANGE - 1, glyphs)
    return Line(text, BOLD if gauge.is_alarming else PLAIN)


def _of(size: int | None, whole: int, sign: str = "") -> str:
    if size is None:
        return _UNKNOWN
    text = f"{sign}{format_bytes(size)}"
    return f"{text} of {format_bytes(whole)} {size / whole:.0%}" if whole else text


def _shares(counted: Counted | None) -> str:
    if counted is None or counted.pause_share is None:
        return _UNKNOWN
    collected = counted.gc_share
    stopped = f"{format_share(counted.pause_share)} stopped"
    return stopped if collected is None else f"{format_share(collected)}, {stopped}"


def _cores(cores: float | None) -> str:
    return _UNKNOWN if cores is None else f"{cores:.2f} cores"


def _threads(view: View) -> str:
    sample = view.sample
    if sample is None:
        return _UNKNOWN
    counted = sample.counted
    if counted is None or counted.threads is None:
        return f"{format_count(sample.native_threads)} native"
    return f"{format_count(counted.threads)}, {format_count(sample.native_threads)} native"


def _rough_size(value: float) -> str:
    return format_bytes(round(value))


def _rough_count(value: float) -> str:
    return format_count(round(value))


def _rough_cores(value: float) -> str:
    return f"{value:.1f}"


def _percent(value: float) -> str:
    return f"{value:.1%}"


def _size(size: int | None) -> str:
    return _UNKNOWN if size is None else format_bytes(size)


def pool_lines(view: View, width: int, glyphs: Glyphs) -> list[Line]:
    """The heap's pools and metaspace: used, committed, and a bar of what they may have."""
    counted = view.sample.counted if view.sample is not None else None
    if counted is None:
        return []
    pools = [*(counted.heap.pools if counted.heap is not None else ()), *counted.metaspace[:1]]
    return [_pool_line(pool, width, glyphs) for pool in pools]


def _pool_line(pool: MemoryPool, width: int, glyphs: Glyphs) -> Line:
    sizes = f"{_size(pool.used_bytes):>{_POOL_SIZE}} of {_size(pool.committed_bytes):>{_POOL_SIZE}}"
    text = f"{cell(pool.name, _POOL_NAME, glyphs)}{sizes} "
    when = "" if pool.is_current else "  as of the last GC"
    whole = pool.committed_bytes
    room = width - cell_width(text) - cell_width(when)
    if pool.used_bytes is not None and whole and room >= _LEAST_SPARKS:
        text += bar(pool.used_bytes / whole, min(room, 2 * _LABEL), glyphs)
    return Line(cell(text + when, width, glyphs))


def thread_lines(view: View, width: int, height: int, glyphs: Glyphs) -> list[Line]:
    """The threads by CPU, or as they are sorted, under a heading that says whence the names are."""
    heading = f"{'CPU':>{_CPU}} {'STATE':<{_STATE}} THREAD"
    lines = [Line(ends(heading, _names(view), width, glyphs), BOLD)]
    rows = view.sorted_threads()
    start = min(view.scrolled, max(0, len(rows) - (height - 1)))
    frames = width >= _FRAMES_FROM
    for row in rows[start : start + max(0, height - 1)]:
        share = _UNKNOWN if row.cpu_share is None else f"{row.cpu_share:.1%}"
        text = f"{share:>{_CPU}} {cell(row.state or _UNKNOWN, _STATE, glyphs)} "
        room = width - cell_width(text)
        name = room * 2 // 5 if frames else room
        text += name_cell(row.name, name, glyphs)
        if frames:
            text += " " + cell(row.frames[0] if row.frames else "", room - name - 1, glyphs)
        lines.append(Line(text))
    return lines


def _names(view: View) -> str:
    """How many there are, and whence their names."""
    names = view.names
    if names.why_none:
        return f"names by Linux: {names.why_none}"
    busy = sum(1 for row in view.threads if row.cpu_seconds > 0)
    counted = f"{busy} of {len(view.threads)} busy, by {view.sort}"
    if names.taken_at is None:
        return f"{counted}; names by Linux"
    cost = "" if names.pause_seconds is None else f" ({format_pause(names.pause_seconds)})"
    return f"{counted}; names of {names.taken_at:%H:%M:%S}{cost}"


def class_lines(view: View, width: int, height: int, glyphs: Glyphs) -> list[Line]:
    """The classes with most bytes, dead objects included, and what they have grown."""
    classes = view.classes
    if classes is None:
        return []
    heading = f"{'OBJECTS':>{_OBJECTS}} {'BYTES':>{_BYTES}} {'GROWN':>{_GROWN}}  CLASS"
    lines = [Line(ends(heading, _counted_at(view, classes.taken_at), width, glyphs), BOLD)]
    grown = {row.label: row.shallow_bytes_grown for row in classes.growth}
    for row in classes.histogram.rows[: max(0, height - 1)]:
        more = grown.get(row.label, 0)
        change = "" if not more else f"{'+' if more > 0 else '-'}{format_bytes(abs(more))}"
        text = (
            f"{format_count(row.objects):>{_OBJECTS}} {format_bytes(row.shallow_bytes):>{_BYTES}}"
            f" {change:>{_GROWN}}  "
        )
        lines.append(Line(text + name_cell(row.label, width - cell_width(text), glyphs)))
    return lines


def _counted_at(view: View, taken_at: datetime) -> str:
    pause = view.classes.histogram.pause_seconds if view.classes is not None else None
    cost = "" if pause is None else f", pause {format_pause(pause)}"
    return f"{taken_at:%H:%M:%S}, dead ones too{cost}"


def message_line(view: View, width: int, glyphs: Glyphs) -> Line:
    """What has happened last, or how often the screen changes."""
    if view.ended_at is not None:
        ended = f"The JVM ended at {view.ended_at:%H:%M:%S}; these are its last figures. q quits."
        return Line(cell(view.message or ended, width, glyphs), BOLD)
    parts = [f"every {view.interval_seconds:g} s"]
    if view.classes_every_seconds:
        parts.append(f"classes every {view.classes_every_seconds:g} s")
    if view.is_paused:
        parts.insert(0, "PAUSED (p goes on)")
    state = ", ".join(parts)
    if not view.message:
        return Line(cell(state, width, glyphs))
    return Line(ends(view.message, state, width, glyphs), BOLD)


def key_line(width: int, glyphs: Glyphs) -> Line:
    """The keys; help and quit stay longest."""
    shown = list(_KEYS)
    while len(shown) > 1 and cell_width(" ".join(shown)) > width:
        shown.pop(0)
    return Line(cell(" ".join(shown), width, glyphs))
