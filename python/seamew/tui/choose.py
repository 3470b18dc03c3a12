"""The screen to choose a JVM on: those of the host, looked for again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from seamew.errors import SeamewError
from seamew.jvm.summary import JvmSummary
from seamew.report.glyphs import Glyphs
from seamew.report.jvm.ps import ps_answer
from seamew.report.tables import Table, table_lines

from .drawing import BOLD, PLAIN, Line, cell
from .panel import Panel

__all__ = ["ChooseScreen"]

_REFRESH_SECONDS = 2.0
_STOP_SECONDS = 2.0
_TITLE = "Which JVM?   up, down: choose   Enter: watch it   q: quit"
_NONE = "No JVM runs here, as far as this user may see. They appear here when they start."


class ChooseScreen(Screen[None]):
    """Lists JVMs as `look` finds them, and opens the screen of the one that is chosen."""

    DEFAULT_CSS = """
    ChooseScreen {
        layout: vertical; overflow: hidden;
        Panel { width: 1fr; height: 1fr; }
        #title { height: 1; }
        #trouble { height: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)"),
        Binding("up", "move(-1)"),
        Binding("enter", "choose"),
    ]

    class Found(Message):
        """The JVMs of the host as they are now."""

        def __init__(self, rows: Sequence[JvmSummary]) -> None:
            super().__init__()
            self.rows = rows

    def __init__(
        self,
        look: Callable[[], Sequence[JvmSummary]],
        open_screen: Callable[[int], Screen[None]],
        glyphs: Glyphs,
    ) -> None:
        super().__init__()
        self.rows: Sequence[JvmSummary] = ()
        self.chosen_pid = 0
        self._trouble = ""
        self._look = look
        self._open_screen = open_screen
        self._glyphs = glyphs
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look_again, name="seamew-jvms", daemon=True)

    def compose(self) -> ComposeResult:
        """A title, the list, and what went wrong."""
        glyphs = self._glyphs
        yield Panel(lambda width, _: [Line(cell(_TITLE, width, glyphs), BOLD)], id="title")
        yield Panel(self._lines, id="jvms")
        yield Panel(lambda width, _: [Line(cell(self._trouble, width, glyphs))], id="trouble")

    def on_mount(self) -> None:
        """Begin to look."""
        self._thread.start()

    def on_unmount(self) -> None:
        """Look no longer."""
        self._stopped.set()
        self._thread.join(_STOP_SECONDS)

    def on_choose_screen_found(self, message: Found) -> None:
        """Show them; the chosen one stays chosen as long as it is there."""
        self.rows = message.rows
        pids = [row.pid for row in self.rows]
        if self.chosen_pid not in pids:
            self.chosen_pid = pids[0] if pids else 0
        self._show()

    def action_move(self, rows: int) -> None:
        """Choose another one."""
        pids = [row.pid for row in self.rows]
        if pids:
            at = pids.index(self.chosen_pid) + rows
            self.chosen_pid = pids[min(len(pids) - 1, max(0, at))]
            self._show()

    async def action_choose(self) -> None:
        """Watch the chosen one."""
        if not self.rows:
            return
        try:
            screen = self._open_screen(self.chosen_pid)
        except SeamewError as error:
            self._trouble = error.message
            self._show()
            return
        self._trouble = ""
        await self.app.push_screen(screen)

    def _look_again(self) -> None:
        while not self._stopped.is_set():
            self.post_message(self.Found(self._look()))
            self._stopped.wait(_REFRESH_SECONDS)

    def _show(self) -> None:
        for panel in self.query(Panel):
            panel.update()

    def _lines(self, width: int, height: int) -> list[Line]:
        """The table with a mark before the chosen row, which is always in sight."""
        if not self.rows:
            return [Line(cell(_NONE, width, self._glyphs))]
        blocks = ps_answer(self.rows, len(self.rows)).shown
        table = next(block for block in blocks if isinstance(block, Table))
        head, *body = table_lines(table, width - 2, self._glyphs)
        chosen = [row.pid for row in self.rows].index(self.chosen_pid)
        lines = [
            Line(f"{'>' if at == chosen else ' '} {text}", BOLD if at == chosen else PLAIN)
            for at, text in enumerate(body)
        ]
        start = max(0, min(chosen - (height - 1) // 2, len(lines) - (height - 1)))
        return [Line(f"  {head}", BOLD), *lines[start : start + height - 1]]
