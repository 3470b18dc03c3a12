"""A capture: what it is going to do, how it gets on, and the case that came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from seamew.jvm.capture import STEPS, CaptureProgress, CaptureSettings, Case, StepRecord
from seamew.jvm.dump import DumpPreflight
from seamew.report.answer import Answer, Block, Heading, Pairs
from seamew.report.jvm.dump import preflight_answer
from seamew.report.tables import Column, Kind, Table
from seamew.report.text import printable
from seamew.units import format_bytes, format_counted, format_duration

__all__ = ["case_answer", "plan_answer", "progress_line", "steps_answer"]


@dataclass(frozen=True)
class PlannedStep:
    """A step that is going to be taken, and how long it waits at least."""

    name: str
    what: str
    cost: str
    asks_jvm: bool
    wait_seconds: float


@dataclass(frozen=True)
class TakenStep:
    """A step of a case, with the sums over its files."""

    name: str
    outcome: str
    files: int
    bytes: int
    duration_seconds: float
    problem: str


_PLAN_COLUMNS = (
    Column("name", "step", Kind.TEXT),
    Column("what", "what", Kind.NAME),
    Column("cost", "cost to the JVM", Kind.NAME),
    Column("wait_seconds", "seconds", Kind.NUMBER),
)
_CASE_COLUMNS = (
    Column("name", "step", Kind.TEXT),
    Column("outcome", "outcome", Kind.TEXT, lambda row: row.outcome.replace("_", " ")),
    Column("files", "files", Kind.COUNT),
    Column("bytes", "bytes", Kind.BYTES),
    Column("duration_seconds", "seconds", Kind.NUMBER, lambda row: f"{row.duration_seconds:.1f}"),
    Column("problem", "problem", Kind.NAME),
)


def plan_answer(
    names: tuple[str, ...],
    settings: CaptureSettings,
    folder: Path,
    dump: DumpPreflight | str | None = None,
) -> Answer:
    """What a capture of those steps will do to the JVM, and where its files go.

    `dump` is what a heap dump will cost, or why that cannot be said; None: none is wanted.
    """
    rows = _planned(names, settings)
    seconds = sum(row.wait_seconds for row in rows)
    free = ", ".join(row.name for row in rows if not row.cost)
    blocks: tuple[Block, ...] = (
        Heading("Steps, and what they cost the JVM"),
        Pairs([(row.name, row.cost) for row in rows], "  "),
        Pairs([("nothing to speak of", free)], "  "),
        Heading("Result"),
        Pairs(
            [
                ("into", f"a new folder in {folder.absolute()}, for this user only"),
                ("size", f"{format_bytes(settings.most_bytes)} at most, without heap dumps"),
                ("time", f"{format_duration(seconds)} and more, as the JVM answers"),
                ("secrets", "shown" if settings.show_secrets else "masked; heap dumps have them"),
            ],
            "  ",
        ),
        *_dump_blocks(dump),
    )
    result = {
        "folder": str(folder.absolute()),
        "wait_seconds": seconds,
        "most_bytes": settings.most_bytes,
        "steps": rows,
        "dump": dump,
    }
    return Answer(result, Table(_PLAN_COLUMNS, rows), blocks)


def steps_answer() -> Answer:
    """All steps that there are."""
    rows = _planned(tuple(step.name for step in STEPS), CaptureSettings())
    return Answer({"steps": rows}, Table(_PLAN_COLUMNS[:2], rows))


def progress_line(progress: CaptureProgress) -> str:
    """A line for the end of a step, and for the beginning of one that lasts; else nothing."""
    number = f"{progress.number + 1:>{len(str(progress.count))}}/{progress.count}"
    record = progress.record
    if record is None:
        wait = progress.wait_seconds
        return f"{number} {progress.step.name}: {format_duration(wait)} ..." if wait else ""
    said = f"{number} {record.name}: {record.outcome.replace('_', ' ')}"
    return "\n    ".join([said, *map(printable, record.problems)])


def case_answer(case: Case, archive: Path | None = None) -> Answer:
    """What a case has and has not, without any of its content."""
    manifest = case.manifest
    rows = [_taken(record, case) for record in manifest.steps if record.outcome != "not_asked"]
    counts = Counter(record.outcome for record in manifest.steps)
    size = sum(one.bytes for one in manifest.files)
    blocks: tuple[Block, ...] = (
        Table(_CASE_COLUMNS, rows),
        "",
        Pairs(
            [
                ("case", str(case.path)),
                ("archive", str(archive or "")),
                ("state", manifest.state.replace("_", " ")),
                ("files", f"{format_counted(len(manifest.files), 'file')}, {format_bytes(size)}"),
                ("missing", _missing(counts)),
            ]
        ),
    )
    result = {
        "folder": str(case.path),
        "archive": None if archive is None else str(archive),
        "manifest": asdict(manifest),
    }
    return Answer(result, Table(_CASE_COLUMNS, rows), blocks)


def _dump_blocks(dump: DumpPreflight | str | None) -> tuple[Block, ...]:
    if dump is None:
        return ()
    if isinstance(dump, str):
        return (Heading("Heap dump"), f"  what it will cost is unknown: {dump}")
    return (Heading("Heap dump"), *map(_without_target, preflight_answer(dump).blocks))


def _without_target(block: Block) -> Block:
    """Its file will be in a folder that has no name yet."""
    if not isinstance(block, Pairs):
        return block
    return Pairs([pair for pair in block.pairs if pair[0] != "goes to"], "  ")


def _planned(names: tuple[str, ...], settings: CaptureSettings) -> list[PlannedStep]:
    return [
        PlannedStep(step.name, step.what, step.cost, step.asks_jvm, step.wait(settings))
        for step in STEPS
        if step.name in names
    ]


def _taken(record: StepRecord, case: Case) -> TakenStep:
    files = [one for one in case.manifest.files if one.step == record.name]
    return TakenStep(
        record.name,
        record.outcome,
        len(files),
        sum(one.bytes for one in files),
        record.duration_seconds,
        "; ".join(record.problems),
    )


def _missing(counts: Counter[str]) -> str:
    """What the person should know about, in the words of the outcomes."""
    telling = ("failed", "in_part", "interrupted", "not_available")
    found = [f"{counts[one]} {one.replace('_', ' ')}" for one in telling if counts[one]]
    return ", ".join(found)
