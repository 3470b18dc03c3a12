"""What the commands on threads, references and loaders show alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seamew.model import HeldLocal, HistogramRow, ObjectRow, RuntimeFacts, ThreadRow
from seamew.units import format_address, format_bytes, format_duration

from .answer import Pairs
from .columns import OBJECTS, SHALLOW, described
from .tables import Column, Kind, Table, cut

__all__ = [
    "CLASS_HISTOGRAM",
    "HELD_LOCALS",
    "THREAD_LOCALS",
    "THREAD_LOCALS_DATA",
    "cut",
    "histogram_table",
    "runtime_pairs",
    "stack_lines",
    "thread_heading",
]

CLASS_HISTOGRAM = (Column("label", "class", Kind.NAME), OBJECTS, SHALLOW)

_THREAD = Column("thread_name", "thread", Kind.NAME)
_KEY = Column("key_name", "variable", Kind.NAME)
_RETAINED = Column("retained_bytes", "retained", Kind.BYTES)

THREAD_LOCALS = (
    _THREAD,
    _KEY,
    Column("value", "value", Kind.NAME, lambda row: described(row.value) if row.value else "null"),
    _RETAINED,
)
THREAD_LOCALS_DATA = (
    _THREAD,
    Column("key_name", "key", Kind.NAME),
    Column("key_class", "class of key", Kind.NAME, lambda row: _class_of(row.key)),
    Column("value_class", "class of value", Kind.NAME, lambda row: _class_of(row.value)),
    Column("value_address", "value", Kind.ADDRESS, lambda row: row.value and row.value.address),
    Column("value", "text", Kind.NAME, lambda row: row.value and row.value.value),
    Column("is_inheritable", "inheritable", Kind.TEXT),
    _RETAINED,
)


def _local_name(row: HeldLocal) -> str:
    return f"{row.local.class_name} @ {format_address(row.local.address)}"


HELD_LOCALS = (
    _THREAD,
    Column("frame", "frame", Kind.NAME),
    Column("local", "local", Kind.NAME, _local_name),
    Column("shallow_bytes", "shallow", Kind.BYTES, lambda row: row.local.shallow_bytes),
    Column("retained_bytes", "retained", Kind.BYTES, lambda row: row.local.retained_bytes),
)


def _class_of(row: ObjectRow | None) -> str | None:
    return row.class_name if row else None


def histogram_table(rows: Sequence[HistogramRow], limit: int | None) -> Table:
    """Classes with their objects."""
    return cut(CLASS_HISTOGRAM, rows, limit, "class/more classes")


def thread_heading(row: ThreadRow) -> str:
    """A thread's name and address."""
    return f'"{row.name or row.class_name}" @ {format_address(row.address)}'


def stack_lines(row: ThreadRow, significant: Sequence[int] = ()) -> Iterator[str]:
    """Frames with their locals, biggest first; an arrow marks the significant frames."""
    for depth, frame in enumerate(row.frames):
        mark = "->" if depth in significant else "  "
        yield f"{mark}at {frame.text.removeprefix('at ')}"
        for local in sorted(frame.locals, key=lambda local: -local.retained_bytes):
            name = f"{local.class_name} @ {format_address(local.address)}"
            yield f"       holds {name}: {format_bytes(local.retained_bytes)}"


def runtime_pairs(facts: RuntimeFacts) -> Pairs:
    """The JVM, the system and the process."""
    java = " ".join(filter(None, (facts.java_version, facts.java_vendor)))
    machine = " ".join(filter(None, (facts.vm_name, facts.vm_version)))
    uptime = facts.uptime_ms
    return Pairs(
        (
            ("Java", java),
            ("JVM", machine),
            ("home", facts.java_home or ""),
            ("system", facts.os or ""),
            ("processors", "" if facts.processors is None else str(facts.processors)),
            ("time zone", facts.time_zone or ""),
            ("charset", facts.charset or ""),
            ("user", facts.user or ""),
            ("folder", facts.working_directory or ""),
            ("command", facts.command or ""),
            ("up for", "" if uptime is None else format_duration(uptime / 1000)),
        )
    )
