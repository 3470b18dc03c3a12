"""Questions after open: each in a process of its own, with the index there and caches warm.

The questions take turns (round by round), as the jobs of the engine benchmark do.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine import Dump
from measure import AnonymousMemorySampler, warm_page_cache
from questions import QUESTIONS, Question

HERE = Path(__file__).resolve().parent
MEMORY_LIMIT_BYTES_PER_OBJECT = 12.0
TIMEOUT_SECONDS = 120.0
POLL_SECONDS = 0.002
HEADINGS = ("question", "rows", "wall s", "cpu s", "MB read", "B/obj", "limit s", "")


@dataclass(frozen=True)
class Asked:
    """What one asking cost; ``peak_bytes`` is private memory beyond what there was after open."""

    wall_seconds: float
    cpu_seconds: float
    read_bytes: int
    peak_bytes: int
    rows: int
    units: int


@dataclass(frozen=True)
class QuestionResult:
    """The least time and the most memory of the askings of one question; None: it failed."""

    question: Question
    best: Asked | None
    error: str = ""

    def is_within_limits(self, objects: int) -> bool:
        """Whether time and memory are as promised."""
        return (
            self.best is not None
            and self.best.wall_seconds <= self.limit_seconds
            and self.best.peak_bytes <= MEMORY_LIMIT_BYTES_PER_OBJECT * objects
            and self.best.peak_bytes <= (self.question.most_bytes or self.best.peak_bytes)
        )

    @property
    def limit_seconds(self) -> float:
        """The limit for as many units as the heap has."""
        return self.question.limit_seconds * (self.best.units if self.best else 1)


def ask_all(dump: Dump, repeat: int, only: str) -> list[QuestionResult]:
    """Ask the questions in whose name ``only`` is, ``repeat`` rounds."""
    numbers = [number for number, one in enumerate(QUESTIONS) if only in one.name]
    found: dict[int, list[Asked | str]] = {number: [] for number in numbers}
    build_index = [sys.executable, "-m", "seamew", "info", str(dump.path), "--json"]
    subprocess.run(build_index, check=True, stdout=subprocess.DEVNULL)
    warm_page_cache(dump.path)
    for _ in range(repeat):
        for number in numbers:
            found[number].append(_ask(dump, number))
    return [_result(QUESTIONS[number], askings) for number, askings in found.items()]


def _ask(dump: Dump, number: int) -> Asked | str:
    """Ask one question; returns its costs, or what went wrong."""
    command = [sys.executable, str(HERE / "questions.py"), str(dump.path), str(number)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        opened = process.stdout.readline()
        sampler = AnonymousMemorySampler(process.pid, POLL_SECONDS)
        sampler.start()
        try:
            told, errors = process.communicate("go\n", timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return f"stopped after {TIMEOUT_SECONDS:.0f} s"
        finally:
            sampler.stop()
    if process.returncode != 0:
        return (errors.strip().splitlines() or ["no message"])[-1]
    before, after = json.loads(opened), json.loads(told)
    peak_bytes = max(sampler.peak_bytes, after["anonymous_bytes"]) - before["anonymous_bytes"]
    return Asked(
        wall_seconds=after["wall_seconds"],
        cpu_seconds=after["cpu_seconds"],
        read_bytes=after["read_bytes"],
        peak_bytes=peak_bytes,
        rows=after["rows"],
        units=before["units"],
    )


def _result(question: Question, askings: Sequence[Asked | str]) -> QuestionResult:
    good = [one for one in askings if isinstance(one, Asked)]
    errors = [one for one in askings if isinstance(one, str)]
    if errors or not good:
        return QuestionResult(question, None, errors[0] if errors else "not asked")
    best = Asked(
        wall_seconds=min(one.wall_seconds for one in good),
        cpu_seconds=min(one.cpu_seconds for one in good),
        read_bytes=max(one.read_bytes for one in good),
        peak_bytes=max(one.peak_bytes for one in good),
        rows=good[0].rows,
        units=good[0].units,
    )
    return QuestionResult(question, best)


def rows(results: Sequence[QuestionResult], objects: int) -> list[tuple[str, ...]]:
    """The table, its headings first; ``LATE`` or ``BIG`` marks what breaks a limit."""
    return [HEADINGS, *(_row(one, objects) for one in results)]


def _row(one: QuestionResult, objects: int) -> tuple[str, ...]:
    limit = f"{one.limit_seconds:.1f}"
    if one.best is None:
        return (one.question.name, "failed", "", "", "", "", limit, one.error)
    is_late = one.best.wall_seconds > one.limit_seconds
    return (
        one.question.name,
        str(one.best.rows),
        f"{one.best.wall_seconds:.2f}",
        f"{one.best.cpu_seconds:.2f}",
        f"{one.best.read_bytes / 1e6:.0f}",
        f"{one.best.peak_bytes / objects:.1f}",
        limit,
        "ok" if one.is_within_limits(objects) else "LATE" if is_late else "BIG",
    )


def as_json(dump: Dump, results: Sequence[QuestionResult]) -> dict[str, object]:
    """The figures of one dump for the results file."""
    return {
        "name": dump.name,
        "bytes": dump.size_bytes,
        "objects": dump.objects,
        "questions": [_figures(one, dump.objects) for one in results],
    }


def _figures(one: QuestionResult, objects: int) -> dict[str, object]:
    name: dict[str, object] = {"question": one.question.name}
    if one.best is None:
        return {**name, "error": one.error}
    return {
        **name,
        "rows": one.best.rows,
        "wall_seconds": round(one.best.wall_seconds, 4),
        "cpu_seconds": round(one.best.cpu_seconds, 4),
        "read_bytes": one.best.read_bytes,
        "peak_bytes": one.best.peak_bytes,
        "limit_seconds": round(one.limit_seconds, 3),
        "is_within_limits": one.is_within_limits(objects),
    }
