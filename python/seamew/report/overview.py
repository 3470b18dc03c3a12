"""The overview of a heap, for people."""

from __future__ import annotations

from datetime import UTC, datetime
from operator import itemgetter

from seamew.model import HeapFacts
from seamew.units import format_bytes, format_count, format_counted

from .answer import Pairs
from .json import plain
from .tables import Column, Kind, Table

__all__ = ["overview", "overview_table"]

_CSV_COLUMNS = (
    Column("name", "fact", Kind.TEXT, itemgetter(0)),
    Column("value", "value", Kind.NAME, itemgetter(1)),
)


def overview(facts: HeapFacts) -> Pairs:
    """What is in the dump."""
    return Pairs(_pairs(facts))


def overview_table(facts: HeapFacts) -> Table:
    """The same for CSV: every fact under its own name."""
    return Table(_CSV_COLUMNS, [pair for pair in plain(facts).items() if pair[0] != "jvm"])


def _pairs(facts: HeapFacts) -> list[tuple[str, str]]:
    loaders = format_counted(facts.loader_count, "class loader")
    threads = format_counted(facts.thread_count, "thread")
    return [
        ("heap", _amount(facts.object_count, facts.heap_bytes) or "empty"),
        ("classes", f"{format_count(facts.class_count)}, by {loaders}"),
        ("roots", f"{format_count(facts.root_count)}, among them {threads}"),
        ("unreachable", _amount(facts.unreachable_objects, facts.unreachable_bytes)),
        ("filler objects", _amount(facts.filler_objects, facts.filler_bytes)),
        ("taken at", _moment(facts.at_ms)),
        ("JVM", _jvm(facts)),
        ("object layout", _layout(facts)),
        ("file", _file(facts)),
        ("index", _index(facts)),
    ]


def _amount(objects: int, size: int) -> str:
    return f"{format_bytes(size)} in {format_counted(objects, 'object')}" if objects else ""


def _moment(at_ms: int | None) -> str:
    if not at_ms:
        return ""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _jvm(facts: HeapFacts) -> str:
    names = ("java.runtime.name", "java.runtime.version", "java.vm.name", "java.vendor")
    return ", ".join(filter(None, (facts.jvm.get(name) for name in names)))


def _layout(facts: HeapFacts) -> str:
    return (
        f"references of {facts.reference_bytes} bytes, headers of {facts.header_bytes},"
        f" aligned to {facts.object_alignment}, sizes by the {facts.size_model} model"
    )


def _file(facts: HeapFacts) -> str:
    which = f", dump {facts.dump_index} of {facts.dump_count}" if facts.dump_count > 1 else ""
    packed = "" if facts.compression in {"", "none"} else f", {facts.compression}"
    return f"{facts.path} ({format_bytes(facts.file_bytes)}, {facts.format}{packed}{which})"


def _index(facts: HeapFacts) -> str:
    if facts.index_path is None:
        return "none"
    state = "reused" if facts.index_reused else "written"
    return f"{facts.index_path} ({format_bytes(facts.index_bytes)}, {state})"
