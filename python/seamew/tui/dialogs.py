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

__all__ = ["Dialog", "HelpScreen", "QuestionScreen"]

_HELP = """\
c  capture evidence into a new folder here    t  thread dump to a file here
d  heap dump to here, after a question        s  sort by CPU, name or state
h  count the classes now; H every 60 s        p  pause the screen, and go on
+ -  faster, slower   arrows  scroll threads  Esc  back to the list of JVMs

after GC   what the last collection left in the heap: a leak shows here;
           <= an upper bound, all that this collector tells; ! over 90% full
GC share   of the time, in pauses for collections; stopped: for any reason
Sparklines go back to the start of this screen, with the lowest and highest
values at their right.

What it costs the JVM: samples, nothing. The names of threads, a thread dump
every 10 s (--names-every): 0.01 to 0.1 ms a thread. Classes: 1 to 3 s a GB.
Where counters do not tell what is used (Z; Serial and Parallel of Java 25),
GC.heap_info each time: 0.3 ms. --no-attach asks the JVM for nothing.
"""


class Dialog(ModalScreen[bool]):
    """A box of text that closes on a key."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle; background: transparent;
        VerticalScroll {
            width: auto; height: auto; max-width: 100%; max-height: 100%;
            border: ascii ansi_default; padding: 0 1;
        }
        Static { width: auto; height: auto; }
    }
    """

    def __init__(self, title: str, keys: str, lines: Sequence[str]) -> None:
        super().__init__()
        head = Text(f"{printable(title)}   {keys}", style="bold")
        self._text = Text("\n").join([head, Text(), *(Text(printable(line)) for line in lines)])

    def compose(self) -> ComposeResult:
        """The box."""
        with VerticalScroll():
            yield Static(self._text)


class QuestionScreen(Dialog):
    """A question; the answer is yes only for y."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)"),
        Binding("n,escape,q", "answer(False)"),
    ]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__(title, "y: yes   n: no   arrows: scroll", lines)

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 (Textual's way to name a value)
        """Close with the answer."""
        _ = self.dismiss(yes)


class HelpScreen(Dialog):
    """All keys, what the figures are, and what watching costs."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,escape,q,enter,space", "close")]

    def __init__(self) -> None:
        super().__init__("Keys", "Esc: back", _HELP.splitlines())

    def action_close(self) -> None:
        """Close it."""
        _ = self.dismiss()
