"""From a wish for a capture to its case: `seamew` and its collector do it alike.

Standard library only, for the collector's sake.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from seamew.jvm import Jvm
from seamew.jvm.capture import CaptureProgress, CaptureSettings, Case
from seamew.jvm.capture.case import archive_case
from seamew.jvm.capture.manifest import COLLECTED, COMPLETE, INTERRUPTED, NOT_ASKED, NOT_AVAILABLE
from seamew.report.answer import Answer, text_lines
from seamew.report.jvm.capture import case_answer, plan_answer, progress_line

from .exit_codes import ExitCode

__all__ = ["CaptureWish", "capture", "plan"]

_ALL_RIGHT = {COLLECTED, NOT_AVAILABLE, NOT_ASKED}


@dataclass(frozen=True)
class CaptureWish:
    """What is asked for: the settings, a folder for the case, and whether to archive it."""

    settings: CaptureSettings
    steps: tuple[str, ...]
    folder: Path
    archive: bool


def plan(wish: CaptureWish) -> Answer:
    """What would be done; the JVM is not asked anything."""
    return plan_answer(wish.steps, wish.settings, wish.folder)


def capture(
    jvm: Jvm, wish: CaptureWish, say: Callable[[str], None], width: int | None
) -> tuple[Answer, ExitCode]:
    """Say what is going to be done, do it, and tell what came of it.

    `say` takes lines of talk, `width` is that of the terminal that shows them.
    """
    for line in text_lines(plan(wish), width, colour=False):
        say(line)

    def on_progress(progress: CaptureProgress) -> None:
        line = progress_line(progress)
        if line:
            say(line)

    case = jvm.capture(wish.folder, wish.settings, on_progress=on_progress)
    archive = archive_case(case.path) if wish.archive else None
    return case_answer(case, archive), _exit_code(case)


def _exit_code(case: Case) -> ExitCode:
    if case.manifest.state == INTERRUPTED:
        return ExitCode.INTERRUPTED
    outcomes = {record.outcome for record in case.manifest.steps}
    is_whole = case.manifest.state == COMPLETE and outcomes <= _ALL_RIGHT
    return ExitCode.DONE if is_whole else ExitCode.READ_IN_PART
