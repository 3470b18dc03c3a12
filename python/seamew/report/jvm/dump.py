"""Answers about a heap dump of a running JVM: what it will cost, and what was taken."""

from __future__ import annotations

from seamew.jvm.dump import GO, REFUSE, TIGHT, DumpPreflight, HeapDump, Room
from seamew.report.answer import Answer, Block, Pairs
from seamew.report.tables import Column, Kind, Table
from seamew.units import format_bytes, format_counted, format_pause

__all__ = ["dump_answer", "preflight_answer"]

_ROOMS = (
    Column("path", "folder", Kind.NAME),
    Column("jvm_path", "as the JVM sees it", Kind.NAME),
    Column("file_system", "file system", Kind.TEXT),
    Column("free_bytes", "free", Kind.BYTES),
    Column("expected_bytes", "needed", Kind.BYTES),
    Column("most_bytes", "at most", Kind.BYTES),
)
_DUMP = (
    Column("path", "file", Kind.NAME),
    Column("file_bytes", "bytes", Kind.BYTES),
    Column("raw_bytes", "unpacked", Kind.BYTES),
    Column("is_live", "live", Kind.TEXT),
    Column("pause_seconds", "pause", Kind.NUMBER),
    Column("seconds", "seconds", Kind.NUMBER),
)
_OBJECTS = {False: "all, dead ones too", True: "live ones, after a full collection"}
_VERDICTS = {GO: "go", TIGHT: "go, but room is tight", REFUSE: "no: there is not enough room"}


def preflight_answer(found: DumpPreflight) -> Answer:
    """What a dump would cost."""
    estimate, heap = found.estimate, found.heap
    packed = format_bytes(estimate.expected_packed_bytes)
    pause = (
        f"{format_pause(estimate.least_pause_seconds)} to"
        f" {format_pause(estimate.most_pause_seconds)}, by an estimate"
    )
    verdict = _VERDICTS.get(found.verdict, found.verdict)
    pairs = [
        ("JVM", f"{found.pid}, Java {heap.java_version}, {heap.collector or 'unknown collector'}"),
        ("heap used", f"{format_bytes(heap.used_bytes)}, dead objects included"),
        ("objects", _OBJECTS[found.is_live]),
        ("dump", f"{_size(found)}; compressed some {packed}"),
        ("pause", pause),
        ("goes to", found.target or "standard output"),
        *(("room", _room(room)) for room in found.rooms),
        *(("mind", warning) for warning in found.warnings),
        ("verdict", f"{verdict}: {found.reason}" if found.reason else verdict),
    ]
    return Answer(found, Table(_ROOMS, found.rooms), (Pairs(pairs),))


def dump_answer(found: DumpPreflight, dump: HeapDump) -> Answer:
    """What was taken, and what it was expected to be."""
    raw = format_bytes(dump.raw_bytes)
    compressed = f"{format_bytes(dump.file_bytes)}, {raw} unpacked"
    pairs = [
        ("heap dump", dump.path or "standard output"),
        ("size", compressed if dump.is_compressed else raw),
        ("objects", _OBJECTS[dump.is_live]),
        ("checked", f"whole: {format_counted(dump.records, 'record')} to the end"),
        ("pause", "" if dump.pause_seconds is None else format_pause(dump.pause_seconds)),
        ("took", format_pause(dump.seconds)),
        ("not compressed", dump.not_compressed),
    ]
    blocks: list[Block] = [Pairs(pairs)]
    if dump.path is not None:
        blocks.append(f"Go on with: seamew diagnose {dump.path}")
    return Answer({"preflight": found, "dump": dump}, Table(_DUMP, [dump]), tuple(blocks))


def _size(found: DumpPreflight) -> str:
    estimate = found.estimate
    most = format_bytes(estimate.most_bytes)
    if found.is_live:
        return f"up to {most}, by what is alive"
    expected = format_bytes(estimate.expected_bytes)
    return f"{format_bytes(estimate.least_bytes)} to {most}, likely up to {expected}"


def _room(room: Room) -> str:
    kind = f" ({room.file_system})" if room.file_system else ""
    most = f"up to {format_bytes(room.most_bytes)} needed" if room.most_bytes else "none needed"
    return f"{room.path}{kind}: {format_bytes(room.free_bytes)} free, {most}"
