"""What covers the screen for a moment: a question with yes and no, and the help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from seamew.report.text import printable

__all__ = ["HelpScreen", "QuestionScreen"]

_HELP = """\
c      capture evidence into a new folder here: what is cheap for the JVM first
d      heap dump into this folder: says what it costs, then asks
t      thread dump into a file here
h      count the classes now: the JVM stands still meanwhile
H      count them every 60 s, or no more
s      sort the threads by CPU, name or state
p      pause the screen; samples go on, a second p shows them
+ -    a faster or slower pace
arrows scroll the threads
Esc    back to the list of JVMs
q      quit

after GC  what the heap held right after the last collection: a leak shows here.
          <= where this collector tells an upper bound only.
GC share  of the time, in pauses for collections; `stopped` counts all stops.
The sparklines show all of the time since the start; at their right, lowest
and highest. ! marks a heap that is over 90% full after a collection.

What it costs the JVM: samples nothing; the threads' names a thread dump every
10 s (--names-every), which stops it for some 0.01 to 0.1 ms a thread; a count
of classes some 1 to 3 s for each GB. --no-attach asks the JVM nothing at all.
"""


class _Dialog(ModalScreen[bool]):
    """A box of text that closes on a key."""

    CSS = """
    _Dialog { align: center middle; background: transparent; }
    _Dialog VerticalScroll {
        width: auto; height: auto; max-width: 100%; max-height: 100%;
        border: ascii; padding: 0 1;
    }
    _Dialog Static { width: auto; height: auto; }
    """

    def __init__(self, title: str, lines: Sequence[str], keys: str) -> None:
        super().__init__()
        self._text = Text("\n").join(
            [
                Text(printable(title), style="bold"),
                *(Text(printable(line)) for line in lines),
                Text(keys, style="bold"),
            ]
        )

    def compose(self) -> ComposeResult:
        """The box."""
        with VerticalScroll():
            yield Static(self._text)


class QuestionScreen(_Dialog):
    """A question; the answer is yes only for y."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)"),
        Binding("n,escape,q", "answer(False)"),
    ]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__(title, lines, "y: yes   n: no")

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 (Textual's way to name a value)
        """Close with the answer."""
        self.dismiss(yes)


class HelpScreen(_Dialog):
    """All keys, what the figures are, and what watching costs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,escape,q,enter,space", "close")
    ]

    def __init__(self) -> None:
        super().__init__("Keys", _HELP.splitlines(), "Esc: back")

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(False)
