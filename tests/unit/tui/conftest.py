"""A screen on a feed that the tests play, without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from textual.pilot import Pilot

from seamew.jvm.counted import CountersWatch
from seamew.jvm.sampling import Sample
from seamew.jvm.threads import BusyThread
from seamew.report.glyphs import UNICODE, Glyphs
from seamew.tui.app import TopApp
from seamew.tui.news import Listener, Sampled
from seamew.tui.target import Target
from seamew.tui.view import View
from seamew.tui.watch import Actions, WatchScreen
from seamew.tui.work import Say, Works
from support.fake_counters import serial
from support.screen import screen_text, wait_for

TARGET = Target(4711, "HotSpot", "com.acme.billing.Server", "17.0.15", "Serial")


def sample(**changes: Any) -> Sample:  # noqa: ANN401 (fields of a Sample)
    """A second of a JVM with the serial collector."""
    values = {
        "at_seconds": 1000.0,
        "uptime_seconds": 7384.0,
        "is_stopped": False,
        "native_threads": 23,
        "rss_bytes": 200 << 20,
        "cpu_cores": 1.25,
        "counted": CountersWatch(serial()).look(),
    }
    return Sample(**{**values, **changes})


def thread(name: str, share: float, state: str | None = "RUNNABLE") -> BusyThread:
    """A thread that has used that much of a core for a second."""
    return BusyThread(name, 1, 100, state, share, share, ("com.acme.Work.run(Work.java:7)",))


@dataclass
class FakeFeed:
    """Remembers what it is asked for; `listener` is what it would tell."""

    listener: Listener
    interval_seconds: float = 1.0
    calls: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")

    def count_classes(self) -> None:
        self.calls.append("classes")

    def count_classes_every(self, seconds: float) -> None:
        self.calls.append(f"classes every {seconds:g}")


@dataclass
class Played:
    """A screen that is played with."""

    pilot: Pilot[int]
    app: TopApp
    screen: WatchScreen
    feed: FakeFeed
    works: Works

    @property
    def text(self) -> str:
        """What can be read on the terminal."""
        return screen_text(self.app)

    async def tell(self, *news: Any) -> None:  # noqa: ANN401 (News)
        """Let the feed tell something, and wait until it is shown."""
        for one in news:
            self.feed.listener(one)
        await self.pilot.pause()

    async def wait_for(self, text: str) -> None:
        """Wait until the terminal shows a text."""
        await wait_for(self.pilot, lambda: text in self.text, text)


@dataclass
class FakeActions:
    """What keys would start; `asks` and `says` are what the questions and outcomes are."""

    calls: list[str] = field(default_factory=list)
    question: Sequence[str] = ("it costs something",)

    def actions(self) -> Actions:
        return Actions(
            save_threads=lambda say: self._done("threads", say),
            dump_question=lambda say: self._asked("dump?", say),
            dump=lambda say: self._done("dump", say),
            capture_question=lambda say: self._asked("capture?", say),
            capture=lambda say: self._done("capture", say),
        )

    def _asked(self, name: str, say: Say) -> Sequence[str]:
        say("looking")
        self.calls.append(name)
        return self.question

    def _done(self, name: str, say: Say) -> str:
        say("at it")
        self.calls.append(name)
        return f"{name} is done"


Scenario = Callable[[Played], Awaitable[None]]
Play = Callable[..., int | None]


@pytest.fixture
def play() -> Play:
    """Play a scenario on a screen; returns the exit code that the user has left with."""

    def played(
        scenario: Scenario,
        size: tuple[int, int] = (80, 24),
        actions: Actions | None = None,
        glyphs: Glyphs = UNICODE,
    ) -> int | None:
        feeds: list[FakeFeed] = []
        works = Works()

        def make_feed(listener: Listener) -> FakeFeed:
            feeds.append(FakeFeed(listener))
            return feeds[0]

        screen = WatchScreen(
            View(TARGET), make_feed, actions or FakeActions().actions(), works, glyphs
        )
        app = TopApp(lambda: screen, works)

        async def run() -> None:
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                await scenario(Played(pilot, app, screen, feeds[0], works))

        asyncio.run(run())
        assert feeds[0].calls[0] == "start"
        assert feeds[0].calls[-1] == "stop"
        return app.return_value

    return played


def sampled(*threads: BusyThread, **changes: Any) -> Sampled:  # noqa: ANN401
    """A sample with threads."""
    return Sampled(sample(**changes), threads)
