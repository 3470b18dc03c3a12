"""What goes to stderr while a command works: progress, early results, notes, warnings."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from seamew.report.text import printable
from seamew.units import format_bytes, format_count

from .terminal import terminal_width, wants_colour

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from seamew.model import DumpWarning, FirstPass, MemoryPlan, ProgressSnapshot

__all__ = ["Talk"]

_SHOWN_WARNINGS = 10
_SILENT_SECONDS = 0.3


class Talk:
    """The talk of one command, on stderr (or another stream).

    A terminal gets a progress bar with phases and the early histogram; otherwise `verbose` gives
    a line per phase. `quiet` says nothing but errors. Use it in a `with` block.
    """

    def __init__(self, *, quiet: bool, verbose: bool, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._verbose = verbose
        self._terminal = self._stream.isatty()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._started = time.monotonic()
        self._phase = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def shows_early_results(self) -> bool:
        """Whether a person is watching who wants the first results at once."""
        return self._terminal and not self._quiet

    def note(self, text: str) -> None:
        """A line on stderr, above the progress bar."""
        if self._quiet:
            return
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            self._stream.write(text + "\n")
            self._stream.flush()

    def detail(self, text: str) -> None:
        """A line for -v only."""
        if self._verbose:
            self.note(text)

    def plan(self, plan: MemoryPlan, *, on_disk: bool) -> None:
        """What the work needs, said when it starts to whoever watches or asked for details."""
        if not (self._terminal or self._verbose):
            return
        needs = [f"{format_bytes(plan.private_bytes)} of memory"]
        if plan.disk_bytes and on_disk:
            needs.append(f"{format_bytes(plan.disk_bytes)} on disk")
        limit = f", limit {format_bytes(plan.limit_bytes)}" if plan.limit_bytes else ""
        self.note(
            f"about {format_count(plan.objects)} objects: needs {' and '.join(needs)}"
            f" (columns in {plan.tier}{limit})"
        )

    def restart(self) -> None:
        """Other work begins, whose progress is worth telling only if it lasts."""
        self._started = time.monotonic()

    def progress(self, snapshot: ProgressSnapshot) -> None:
        """Draw where the work stands; called about ten times a second."""
        if self._quiet or not snapshot.phase:
            return
        if snapshot.phase != self._phase:
            self._next_phase(snapshot.phase)
        if self._terminal and time.monotonic() - self._started >= _SILENT_SECONDS:
            self._draw(snapshot)

    def _next_phase(self, phase: str) -> None:
        self._phase = phase
        if not self._terminal:
            self.detail(f"{phase} ...")
        if self._bar is not None and self._task is not None:
            self._bar.reset(self._task)

    def _draw(self, snapshot: ProgressSnapshot) -> None:
        if self._bar is None:
            self._bar = _progress_bar(self._stream)
            self._task = self._bar.add_task("", total=None)
            self._bar.start()
        assert self._task is not None  # noqa: S101 (made with the bar)
        number, count = snapshot.phase_index + 1, snapshot.phase_count
        self._bar.update(
            self._task,
            # What comes after opening is no part of its phases.
            description=snapshot.phase + (f" ({number} of {count})" if number <= count else ""),
            total=snapshot.total or None,
            completed=snapshot.done,
        )
        self._bar.refresh()

    def early(self, found: FirstPass) -> None:
        """The first results, while the rest is being worked out."""
        from .early import early_lines  # noqa: PLC0415 (only when a person watches)

        for line in early_lines(found, terminal_width(self._stream)):
            self.note(line)

    def warnings(self, warnings: Sequence[DumpWarning]) -> None:
        """What was odd or lost in the dump."""
        for warning in warnings[:_SHOWN_WARNINGS]:
            where = "" if warning.offset is None else f" at byte {warning.offset:,}"
            self.note(f"warning: {printable(warning.message)}{where}")
        if len(warnings) > _SHOWN_WARNINGS:
            self.note(f"warning: {len(warnings) - _SHOWN_WARNINGS} more; --json lists them all")

    def stop(self) -> None:
        """Take the progress bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _progress_bar(stream: TextIO) -> Progress:
    """A bar that vanishes when the work is done; rich is loaded only for work that lasts."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("left in this phase"),
        console=Console(file=stream, no_color=not wants_colour(stream)),
        transient=True,
        auto_refresh=False,
        # What is written to a redirected stdout has no encoding; the bar is stopped before output.
        redirect_stdout=False,
        redirect_stderr=False,
    )
