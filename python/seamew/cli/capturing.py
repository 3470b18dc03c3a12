"""From a wish for a capture to its case: `seamew` and its collector do it alike.

Standard library only, for the collector's sake.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from seamew.errors import CancelledError, SeamewError, UsageError
from seamew.jvm.capture import HEAP_DUMP, CaptureProgress, CaptureSettings, Case
from seamew.jvm.capture.case import archive_case
from seamew.jvm.capture.manifest import COLLECTED, COMPLETE, INTERRUPTED, NOT_ASKED, NOT_AVAILABLE
from seamew.jvm.dump import DumpPreflight, DumpWish, Watcher
from seamew.jvm.handle import Jvm
from seamew.report.answer import Answer, text_lines
from seamew.report.jvm.capture import case_answer, plan_answer, progress_line

from .asking import confirmed
from .dumping import patience_at_interrupts
from .exit_codes import ExitCode

__all__ = ["CaptureWish", "Listener", "capture", "check_consent", "plan"]

_ALL_RIGHT = {COLLECTED, NOT_AVAILABLE, NOT_ASKED}


@dataclass(frozen=True)
class CaptureWish:
    """What is asked for: settings, steps, a folder for the case, and whether to archive it.

    `is_agreed`: a heap dump is taken without a question.
    """

    settings: CaptureSettings
    steps: tuple[str, ...]
    folder: Path
    archive: bool
    is_agreed: bool


@dataclass(frozen=True)
class Listener:
    """Who is told how it goes: `say` takes lines of talk, `width` is that of its terminal."""

    say: Callable[[str], None]
    width: int | None


def check_consent(wish: CaptureWish, *, somebody_is_there: bool) -> None:
    """Raises UsageError where a heap dump is asked for, and nobody can agree to its pause."""
    if HEAP_DUMP in wish.steps and not (wish.is_agreed or somebody_is_there):
        raise UsageError(
            "nobody is there to be asked whether to take the heap dump",
            hint="--yes takes it, --plan says what it costs",
        )


def plan(jvm: Jvm, wish: CaptureWish) -> Answer:
    """What would be done. The JVM is asked only what a heap dump would cost, if one is wanted."""
    found = _preflight(jvm, wish) if HEAP_DUMP in wish.steps else None
    return plan_answer(wish.steps, wish.settings, wish.folder, found)


def capture(jvm: Jvm, wish: CaptureWish, listener: Listener) -> tuple[Answer, ExitCode]:
    """Say what is going to be done, do it, and tell what came of it.

    Raises CancelledError where the person does not agree to the heap dump.
    """
    say = _whoever_listens(listener.say)
    for line in text_lines(plan(jvm, wish), listener.width, colour=False):
        say(line)
    if HEAP_DUMP in wish.steps and not wish.is_agreed and not confirmed("Capture all this?"):
        raise CancelledError("nothing was done")

    def on_progress(progress: CaptureProgress) -> None:
        line = progress_line(progress)
        if line:
            say(line)

    watcher = Watcher(on_interrupt=patience_at_interrupts(jvm.pid, say))
    case = jvm.capture(wish.folder, wish.settings, on_progress=on_progress, watcher=watcher)
    archive = _archive(case, say) if wish.archive else None
    code = _exit_code(case)
    if wish.archive and archive is None and code is ExitCode.DONE:
        code = ExitCode.READ_IN_PART
    return case_answer(case, archive), code


def _whoever_listens(say: Callable[[str], None]) -> Callable[[str], None]:
    """A terminal that has gone away, or a reader that has had enough, ends no capture."""

    def try_to_say(line: str) -> None:
        with suppress(OSError):
            say(line)

    return try_to_say


def _archive(case: Case, say: Callable[[str], None]) -> Path | None:
    """The archive; None: there is no room for it, which is no reason to lose the case."""
    try:
        return archive_case(case.path)
    except (OSError, SeamewError) as error:
        say(f"there is no archive: {error}")
        return None


def _preflight(jvm: Jvm, wish: CaptureWish) -> DumpPreflight | str:
    """What the heap dump will cost; a text: why that cannot be said, or why there will be none."""
    folder = wish.folder.absolute()
    existing = next(path for path in (folder, *folder.parents) if path.is_dir())
    try:
        return jvm.dump_preflight(DumpWish(existing / f"seamew-{jvm.pid}.hprof"))
    except SeamewError as error:
        return error.message


def _exit_code(case: Case) -> ExitCode:
    if case.manifest.state == INTERRUPTED:
        return ExitCode.INTERRUPTED
    outcomes = {record.outcome for record in case.manifest.steps}
    is_whole = case.manifest.state == COMPLETE and outcomes <= _ALL_RIGHT
    return ExitCode.DONE if is_whole else ExitCode.READ_IN_PART
