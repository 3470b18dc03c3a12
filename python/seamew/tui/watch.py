"""The screen of one JVM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.screen import Screen

from seamew.report.glyphs import Glyphs

from .asker import COUNTING
from .dialogs import HelpScreen, QuestionScreen
from .lines import (
    class_lines,
    gauge_lines,
    head_lines,
    key_line,
    message_line,
    pool_lines,
    thread_lines,
)
from .news import MakeFeed, News, Said, Sampled
from .panel import Panel
from .view import SORTS, Classes, ThreadNames, View
from .work import Say, Work, Works

__all__ = ["Actions", "WatchScreen"]

_PACES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_CLASSES_EVERY_SECONDS = 60.0
_SCREENS_WITHOUT_LIST = 2  # Textual's own, and this one


@dataclass(frozen=True)
class Actions:
    """What keys start; each is called in a thread beside the screen.

    The questions return lines to read before one says yes.
    """

    save_threads: Callable[[Say], str]
    dump_question: Callable[[Say], Sequence[str]]
    dump: Callable[[Say], str]
    capture_question: Callable[[Say], Sequence[str]]
    capture: Callable[[Say], str]


class WatchScreen(Screen[None]):
    """Shows a view that a feed keeps up to date."""

    DEFAULT_CSS = """
    WatchScreen {
        layout: vertical; overflow: hidden;
        Panel { width: 1fr; height: 1fr; }
        #head { height: 2; }
        #top { height: auto; layout: vertical; }
        #gauges { height: 5; }
        #bottom { height: 1fr; layout: vertical; }
        #message { height: 1; }
        #keys { height: 1; }
        &.-wide #top { layout: horizontal; }
        &.-wide #bottom { layout: horizontal; }
        &.-wide #pools { margin-left: 2; }
        &.-wide #classes { margin-left: 2; }
        &.-low #pools { display: none; }
        &.-lower #pools { display: none; }
        &.-lower #gauges { height: 2; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "capture"),
        Binding("d", "dump"),
        Binding("t", "save_threads"),
        Binding("h", "count_classes"),
        Binding("H,shift+h", "count_classes_often"),
        Binding("s", "sort"),
        Binding("p", "pause"),
        Binding("plus,equals_sign", "pace(-1)"),
        Binding("minus", "pace(1)"),
        Binding("down", "scroll_threads(1)"),
        Binding("up", "scroll_threads(-1)"),
        Binding("pagedown", "scroll_threads(10)"),
        Binding("pageup", "scroll_threads(-10)"),
        Binding("question_mark", "help"),
        Binding("escape", "back"),
    ]

    class Arrived(Message):
        """Something from the feed, or from work."""

        def __init__(self, news: News) -> None:
            super().__init__()
            self.news = news

    class Asked(Message):
        """What to ask, and what to do if the answer is yes."""

        def __init__(self, title: str, lines: Sequence[str], if_yes: Callable[[], None]) -> None:
            super().__init__()
            self.title = title
            self.lines = lines
            self.if_yes = if_yes

    def __init__(
        self, view: View, make_feed: MakeFeed, actions: Actions, works: Works, glyphs: Glyphs
    ) -> None:
        super().__init__()
        self.view = view
        self._works = works
        self._work: Work | None = None
        self._actions = actions
        self._glyphs = glyphs
        self._feed = make_feed(self._tell)
        self._pools = -1

    def compose(self) -> ComposeResult:
        """The panels; where there is room beside each other, two of them are."""
        view, glyphs = self.view, self._glyphs
        yield Panel(lambda width, _: head_lines(view, width, glyphs), id="head")
        with Container(id="top"):
            yield Panel(lambda width, _: gauge_lines(view, width, glyphs), id="gauges")
            yield Panel(lambda width, _: pool_lines(view, width, glyphs), id="pools")
        with Container(id="bottom"):
            yield Panel(lambda wide, high: thread_lines(view, wide, high, glyphs), id="threads")
            yield Panel(lambda wide, high: class_lines(view, wide, high, glyphs), id="classes")
        yield Panel(lambda width, _: [message_line(view, width, glyphs)], id="message")
        yield Panel(lambda width, _: [key_line(width, glyphs)], id="keys")

    def on_mount(self) -> None:
        """Begin to watch."""
        self._fit()
        self._feed.start()

    def on_unmount(self) -> None:
        """Watch no longer."""
        self._feed.stop()

    @property
    def drawn_lines(self) -> int:
        """How many lines were drawn because they had changed."""
        return sum(panel.drawn_lines for panel in self.query(Panel))

    def _tell(self, news: News) -> None:
        """Called by other threads."""
        self.post_message(self.Arrived(news))

    def _say(self, text: str) -> None:
        self._tell(Said(text))

    def on_watch_screen_arrived(self, message: Arrived) -> None:
        """Take it into the view, and show it."""
        self._take(message.news)
        self._show()

    def _take(self, news: News) -> None:
        view = self.view
        if isinstance(news, Said):
            view.message = news.text
        elif view.ended_at is not None:
            return  # an answer that was under way: the last figures stay
        elif isinstance(news, Sampled):
            view.sample, view.threads = news.sample, news.threads
            view.why_no_counters = news.why_no_counters
            view.histories.add(news.sample)
        elif isinstance(news, ThreadNames):
            view.names = news
        elif isinstance(news, Classes):
            view.classes = news
            view.message = "" if view.message == COUNTING else view.message
        else:
            view.ended_at = datetime.now().astimezone()
            view.is_paused, view.message = False, ""

    def _show(self) -> None:
        """Draw what has changed; of a paused screen only the line that says so."""
        self._fit()
        for panel in self.query(Panel):
            if panel.id == "message" or not self.view.is_paused:
                panel.update()

    def _fit(self) -> None:
        """Give the pools the lines that they need, and classes room once there are some."""
        wanted = len(pool_lines(self.view, 1, self._glyphs))
        if wanted != self._pools:
            self._pools = wanted
            self.query_one("#pools").styles.height = wanted
        self.query_one("#classes").display = self.view.classes is not None

    def action_sort(self) -> None:
        """The next order."""
        view = self.view
        view.sort = SORTS[(SORTS.index(view.sort) + 1) % len(SORTS)]
        view.scrolled = 0
        self._show()

    def action_pause(self) -> None:
        """Stop or go on showing; there is nothing to stop after the end."""
        if self.view.ended_at is None:
            self.view.is_paused = not self.view.is_paused
        self._show()

    def action_pace(self, step: int) -> None:
        """A faster or slower pace."""
        nearest = min(_PACES, key=lambda pace: abs(pace - self.view.interval_seconds))
        at = min(len(_PACES) - 1, max(0, _PACES.index(nearest) + step))
        self.view.interval_seconds = self._feed.interval_seconds = _PACES[at]
        self._show()

    def action_scroll_threads(self, rows: int) -> None:
        """Show threads further down or up."""
        room = self.query_one("#threads").size.height - 1
        last = max(0, len(self.view.threads) - room)
        self.view.scrolled = min(last, max(0, self.view.scrolled + rows))
        self._show()

    async def action_help(self) -> None:
        """All keys."""
        await self.app.push_screen(HelpScreen())

    async def action_back(self) -> None:
        """To the list of JVMs, where this screen was opened from it."""
        if self._is_busy():
            return
        if len(self.app.screen_stack) > _SCREENS_WITHOUT_LIST:
            await self.app.pop_screen()

    def action_count_classes(self) -> None:
        """Count the classes now."""
        if not self._is_over():
            self._feed.count_classes()

    def action_count_classes_often(self) -> None:
        """Count them now and every minute, or no more."""
        if self._is_over():
            return
        view = self.view
        view.classes_every_seconds = 0.0 if view.classes_every_seconds else _CLASSES_EVERY_SECONDS
        self._feed.count_classes_every(view.classes_every_seconds)
        self._show()

    def action_save_threads(self) -> None:
        """A thread dump into a file."""
        self._begin("the thread dump", self._actions.save_threads)

    def action_dump(self) -> None:
        """A heap dump, if the answer to what it costs is yes."""
        self._ask("Heap dump?", self._actions.dump_question, "the heap dump", self._actions.dump)

    def action_capture(self) -> None:
        """A case of evidence, if the answer is yes."""
        actions = self._actions
        self._ask("Capture?", actions.capture_question, "the capture", actions.capture)

    def _is_over(self) -> bool:
        """Whether nothing can be asked any more, which is said."""
        if self.view.ended_at is None:
            return False
        self._say("the JVM has ended: there is nothing to ask any more")
        return True

    def _is_busy(self) -> bool:
        """Whether there is work to wait for, which is said."""
        if self._work is None or not self._work.is_running:
            return False
        self._say(f"{self._work.name} is not finished yet")
        return True

    def _begin(self, name: str, do: Callable[[Say], str]) -> None:
        if self._is_over() or self._is_busy():
            return
        self._work = self._works.begin(name, do, self._say)

    def _ask(
        self,
        title: str,
        question: Callable[[Say], Sequence[str]],
        name: str,
        do: Callable[[Say], str],
    ) -> None:
        """Find out beside the screen what to ask, ask it, and do it if the answer is yes."""

        def find_out(say: Say) -> str:
            found = question(say)
            self.post_message(self.Asked(title, found, lambda: self._begin(name, do)))
            return ""

        self._begin(name, find_out)

    async def on_watch_screen_asked(self, message: Asked) -> None:
        """Show a question that has been found out."""

        def answered(yes: bool | None) -> None:  # noqa: FBT001 (Textual calls it)
            if yes:
                if self._work is not None:
                    self._work.join()  # it has posted the question, which was its last act
                message.if_yes()

        await self.app.push_screen(QuestionScreen(message.title, message.lines), answered)
