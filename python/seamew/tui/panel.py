"""A part of the screen that is lines of text; only lines that have changed are drawn again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from .drawing import BOLD, Line

__all__ = ["Panel"]

_STYLES = {BOLD: Style(bold=True)}


class Panel(Widget):
    """Shows what `lines_of(width, height)` returns; `drawn_lines` counts lines drawn since."""

    def __init__(
        self,
        lines_of: Callable[[int, int], Sequence[Line]],
        *,
        id: str,  # noqa: A002 (Textual's)
    ) -> None:
        super().__init__(id=id)
        self._lines_of = lines_of
        self._lines: list[Line] = []
        self.drawn_lines = 0

    def update(self) -> None:
        """Make the lines again and draw those that differ."""
        width, height = self.size
        if not width or not height:
            return
        before, self._lines = self._lines, list(self._lines_of(width, height))[:height]
        blank = Line("")
        for row in range(max(len(before), len(self._lines))):
            old = before[row] if row < len(before) else blank
            new = self._lines[row] if row < len(self._lines) else blank
            if old != new:
                self.drawn_lines += 1
                self.refresh(Region(0, row, width, 1))

    def on_resize(self) -> None:
        """Other room: other lines."""
        self._lines = []
        self.update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line for Textual; the text is safe and as wide as the panel."""
        width = self.size.width
        line = self._lines[y] if y < len(self._lines) else Line("")
        style = self.visual_style.rich_style + _STYLES.get(line.style, Style.null())
        return Strip([Segment(line.text, style)]).adjust_cell_length(width, style)
