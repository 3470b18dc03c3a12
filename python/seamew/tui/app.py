"""The application: its first screen, and how it is left."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from .dialogs import QuestionScreen
from .work import Works

__all__ = ["TopApp"]

_ENDING = (signal.SIGTERM, signal.SIGHUP)
_KILLED = 128
_INTERRUPTED = 130
_THEME = "ansi-dark"


class TopApp(App[int]):
    """Shows the screen that `first` makes; what it returns is the exit code.

    The terminal keeps its own colours.
    """

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave(0)"),
        Binding("ctrl+c,ctrl+q", f"leave({_INTERRUPTED})", priority=True),
        Binding("ctrl+z", "suspend_process", priority=True),
    ]

    def __init__(self, first: Callable[[], Screen[None]], works: Works) -> None:
        super().__init__(ansi_color=True)
        self.theme = _THEME
        # Screens get classes by their size; the rules of WatchScreen say what fits.
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-lower"), (12, "-low"), (18, "-tall")]
        self.ended_by: signal.Signals | None = None
        """The signal that would have ended the process."""
        self._first = first
        self._works = works

    async def on_mount(self) -> None:
        """Show the first screen. What would end the process leaves the terminal as it was."""
        loop = asyncio.get_running_loop()
        for one in _ENDING:
            loop.add_signal_handler(one, self._end, one)
        await self.push_screen(self._first())

    async def action_leave(self, code: int) -> None:
        """Leave, but ask first where something would be cut short."""
        running = self._works.running
        if not running or isinstance(self.screen, QuestionScreen):
            self._leave(code)
            return

        def answered(yes: bool | None) -> None:  # noqa: FBT001 (Textual calls it)
            if yes:
                self._leave(code)

        names = " and ".join(work.name for work in running)
        lines = [
            f"{names} is not finished. It is told to end, and this command waits until it has.",
            "Heap dumps are written by the JVM, which goes on with them by itself.",
        ]
        await self.push_screen(QuestionScreen("Quit?", lines), answered)

    def _end(self, number: signal.Signals) -> None:
        self.ended_by = number
        self._leave(_KILLED + number)

    def _leave(self, code: int) -> None:
        self._works.cancel()
        self.exit(code)
