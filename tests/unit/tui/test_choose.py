"""The list of JVMs to choose from."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from seamew.errors import JvmNotFoundError
from seamew.jvm.summary import JvmSummary
from seamew.report.glyphs import UNICODE
from seamew.tui import choose
from seamew.tui.app import TopApp
from seamew.tui.choose import ChooseScreen
from seamew.tui.view import View
from seamew.tui.watch import WatchScreen
from seamew.tui.work import Works
from support.screen import screen_text, wait_for

from .conftest import TARGET, FakeActions, FakeFeed

JVM = JvmSummary(
    pid=4711,
    namespace_pid=4711,
    uid=0,
    user="root",
    vm="HotSpot",
    version="17.0.15",
    collector="G1",
    uptime_seconds=60.0,
    main="com.acme.Server",
    heap_used_bytes=1 << 20,
    heap_after_gc_bytes=None,
    is_after_gc_exact=True,
    heap_max_bytes=1 << 30,
    rss_bytes=1 << 20,
    threads=20,
    attach_obstacle=None,
    notes=(),
)


class Host:
    """JVMs that come and go."""

    def __init__(self, *pids: int) -> None:
        self.pids: Sequence[int] = pids
        self.opened: list[int] = []
        self.feeds: list[FakeFeed] = []

    def look(self) -> list[JvmSummary]:
        return [replace(JVM, pid=pid, namespace_pid=pid) for pid in self.pids]

    def open(self, pid: int) -> WatchScreen:
        self.opened.append(pid)
        if pid not in self.pids:
            message = f"there is no process {pid}"
            raise JvmNotFoundError(message)

        def make_feed(listener: object) -> FakeFeed:
            self.feeds.append(FakeFeed(listener))  # type: ignore[arg-type]
            return self.feeds[-1]

        view = View(replace(TARGET, pid=pid))
        return WatchScreen(view, make_feed, FakeActions().actions(), Works(), UNICODE)


def chosen_line(app: TopApp) -> str:
    return next((line for line in screen_text(app).splitlines() if line.startswith(">")), "")


def test_choosing_watching_and_coming_back() -> None:
    host = Host(11, 12, 13)

    async def run() -> None:
        screen = ChooseScreen(host.look, host.open, UNICODE)
        app = TopApp(lambda: screen, Works())
        async with app.run_test(size=(80, 24)) as pilot:
            await wait_for(pilot, lambda: " 11" in chosen_line(app), "the first is chosen")
            await pilot.press("down", "down", "down", "up")
            assert " 12 " in chosen_line(app)
            await pilot.press("enter")
            assert "JVM 12  com.acme.billing.Server" in screen_text(app)
            await pilot.press("escape")
            await wait_for(pilot, lambda: " 12 " in chosen_line(app), "back in the list")
            await pilot.press("escape")
            assert " 12 " in chosen_line(app)
            await pilot.press("q")
        assert app.return_value == 0

    asyncio.run(run())
    assert host.opened == [12]
    assert host.feeds[0].calls == ["start", "stop"]


def test_jvms_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "_REFRESH_SECONDS", 0.01)
    host = Host(11, 12)

    async def run() -> None:
        screen = ChooseScreen(host.look, host.open, UNICODE)
        app = TopApp(lambda: screen, Works())
        async with app.run_test(size=(80, 24)) as pilot:
            await wait_for(pilot, lambda: " 11" in chosen_line(app), "the first is chosen")
            await pilot.press("down")
            host.pids = (5, 12, 13)
            await wait_for(pilot, lambda: " 13 " in screen_text(app), "a new one")
            assert " 12 " in chosen_line(app)
            host.pids = (5,)
            await wait_for(pilot, lambda: " 5 " in chosen_line(app), "another is chosen")
            host.pids = ()
            await wait_for(pilot, lambda: "No JVM runs here" in screen_text(app), "none")
            await pilot.press("enter", "down")

    asyncio.run(run())
    assert host.opened == []


def test_one_that_has_ended_is_said_and_the_list_stays() -> None:
    host = Host(11)

    async def run() -> None:
        screen = ChooseScreen(host.look, host.open, UNICODE)
        app = TopApp(lambda: screen, Works())
        async with app.run_test(size=(80, 24)) as pilot:
            await wait_for(pilot, lambda: " 11" in chosen_line(app), "the first is chosen")
            host.pids = ()
            await pilot.press("enter")
            assert "there is no process 11" in screen_text(app)

    asyncio.run(run())


def test_a_long_list_keeps_the_chosen_one_in_sight() -> None:
    host = Host(*range(100, 200))

    async def run() -> None:
        screen = ChooseScreen(host.look, host.open, UNICODE)
        app = TopApp(lambda: screen, Works())
        async with app.run_test(size=(80, 10)) as pilot:
            await wait_for(pilot, lambda: "100" in chosen_line(app), "the first is chosen")
            await pilot.press(*["down"] * 60)
            assert "160" in chosen_line(app)
            assert len(screen_text(app).splitlines()) <= 10

    asyncio.run(run())
