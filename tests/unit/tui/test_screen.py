"""The screen of a JVM, played without a terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from threading import Event

import pytest

from seamew.errors import JvmCommandError
from seamew.jvm.histogram import ClassCount, Histogram, growth
from seamew.report.glyphs import ASCII
from seamew.tui.news import Ended, Said
from seamew.tui.view import Classes, ThreadNames
from seamew.tui.work import Say
from support.screen import wait_for

from .conftest import FakeActions, Play, Played, sample, sampled, thread

NOON = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
CLASSES = Classes(NOON, Histogram((ClassCount("byte[]", None, 7, 70),), pause_seconds=0.5), ())


def test_a_sample_fills_the_screen(play: Play) -> None:
    async def scenario(played: Played) -> None:
        assert "waiting for the first sample" in played.text
        await played.tell(sampled(thread("worker-1", 0.5), thread("worker-2", 0.0)))
        text = played.text
        assert "JVM 4711  com.acme.billing.Server" in text
        assert "Java 17.0.15  Serial  up 2 h 03 min" in text
        assert "RSS 200 MB" in text
        assert "heap used 42.0 MB of 300 MB 14%" in text
        assert "1.25 cores" in text
        assert "9, 23 native" in text
        assert "old          30.0 MB of   100 MB [" in text
        assert " 50.0% RUNNABLE      worker-1" in text
        assert "1 of 2 busy" in text
        assert text.splitlines()[-1].startswith("c:capture d:dump")
        assert len(text.splitlines()) == 24

    play(scenario)


def test_names_come_from_a_thread_dump_and_what_it_costs_is_said(play: Play) -> None:
    async def scenario(played: Played) -> None:
        await played.tell(sampled(), ThreadNames(None, why_none="attach is refused"))
        assert "names by Linux: attach is refused" in played.text
        await played.tell(ThreadNames(NOON, 0.0123))
        assert "names of 12:00:00 (12 ms)" in played.text

    play(scenario)


def test_threads_are_sorted_and_scrolled(play: Play) -> None:
    async def scenario(played: Played) -> None:
        rows = [thread(f"t-{number:02}", number / 100, "WAITING") for number in range(40)]
        await played.tell(sampled(*rows, thread("a-runner", 0.2, "RUNNABLE")))
        assert "t-39" in played.text
        assert "t-01" not in played.text
        await played.pilot.press("pagedown", "pagedown", "pagedown", "pagedown", "pagedown")
        assert "t-00" in played.text
        await played.pilot.press("up", "pageup", "pageup", "pageup", "pageup", "pageup")
        assert "t-39" in played.text
        await played.pilot.press("s")
        assert "by name" in played.text
        assert first_thread(played) == "20.0% RUNNABLE      a-runner"
        await played.pilot.press("s")
        assert "by state" in played.text
        await played.pilot.press("s")
        assert "by cpu" in played.text

    play(scenario)


def first_thread(played: Played) -> str:
    lines = played.text.splitlines()
    heading = next(at for at, line in enumerate(lines) if "CPU STATE" in line)
    return lines[heading + 1].strip()


def test_classes_are_counted_by_key_only(play: Play) -> None:
    async def scenario(played: Played) -> None:
        await played.tell(sampled())
        assert played.feed.calls == ["start"]
        await played.pilot.press("h")
        assert played.feed.calls[-1] == "classes"
        await played.tell(CLASSES)
        assert "byte[]" in played.text
        assert "12:00:00, dead ones too, pause 500 ms" in played.text
        grown = Histogram((ClassCount("byte[]", None, 9, 1094),))
        news = Classes(NOON, grown, growth(CLASSES.histogram.rows, grown.rows))
        await played.tell(news)
        assert "+1.00 KB  byte[]" in played.text

    play(scenario)


def test_classes_every_minute_can_be_turned_on_and_off(play: Play) -> None:
    async def scenario(played: Played) -> None:
        await played.pilot.press("H")
        assert "classes every 60 s" in played.text
        await played.pilot.press("H")
        assert "classes every" not in played.text
        assert played.feed.calls == ["start", "classes every 60", "classes every 0"]

    play(scenario)


def test_a_paused_screen_stands_still_and_goes_on_with_all_samples(play: Play) -> None:
    async def scenario(played: Played) -> None:
        await played.tell(sampled())
        await played.pilot.press("p")
        assert "PAUSED" in played.text
        await played.tell(sampled(rss_bytes=1 << 30))
        assert "RSS 200 MB" in played.text
        await played.pilot.press("p")
        assert "RSS 1.00 GB" in played.text
        assert len(played.screen.view.histories.used.columns(80).values) == 2

    play(scenario)


def test_the_pace_changes_in_steps(play: Play) -> None:
    async def scenario(played: Played) -> None:
        await played.pilot.press("minus")
        assert (played.feed.interval_seconds, "every 2 s" in played.text) == (2.0, True)
        await played.pilot.press("plus", "plus", "plus", "plus", "plus")
        assert (played.feed.interval_seconds, "every 0.2 s" in played.text) == (0.2, True)

    play(scenario)


def test_the_end_of_the_jvm_freezes_its_last_figures(play: Play) -> None:
    async def scenario(played: Played) -> None:
        await played.tell(sampled(thread("worker-1", 0.5)))
        await played.pilot.press("p")
        await played.tell(Ended())
        assert "ENDED" in played.text
        assert "these are its last figures" in played.text
        assert "worker-1" in played.text
        assert "heap used 42.0 MB" in played.text
        await played.tell(CLASSES, sampled(thread("too-late", 0.5)))
        assert "too-late" not in played.text
        assert "byte[]" not in played.text
        for key in "dcthH":
            await played.pilot.press(key)
        assert played.feed.calls == ["start"]
        assert played.works.running == []
        assert "there is nothing to ask any more" in played.text

    play(scenario)


def test_without_counters_linux_tells(play: Play) -> None:
    async def scenario(played: Played) -> None:
        bare = replace(sampled(thread("main", 0.1), counted=None), why_no_counters="it has none")
        await played.tell(bare)
        assert "no counters: it has none" in played.text
        assert "23 native" in played.text
        assert "1.25 cores" in played.text
        assert "after GC  -" in played.text
        assert "10.0% RUNNABLE      main" in played.text

    play(scenario)


def test_a_stopped_jvm_and_a_running_collection_are_said(play: Play) -> None:
    counted = sample().counted
    assert counted is not None
    collecting = replace(counted, gc=replace(counted.gc, running_cause="Ergonomics"))

    async def scenario(played: Played) -> None:
        await played.tell(sampled(is_stopped=True))
        assert "STOPPED (SIGSTOP)" in played.text
        await played.tell(sampled(counted=collecting))
        assert "COLLECTING (Ergonomics)" in played.text

    play(scenario)


def test_help_shows_all_keys_and_goes(play: Play) -> None:
    async def scenario(played: Played) -> None:
        await played.pilot.press("question_mark")
        assert "heap dump to here, after a question" in played.text
        assert "--no-attach asks the JVM for nothing" in played.text
        await played.pilot.press("escape")
        assert "heap dump to here" not in played.text

    play(scenario)


@pytest.mark.parametrize(("key", "name"), [("d", "dump"), ("c", "capture")])
def test_what_costs_something_is_asked_first(play: Play, key: str, name: str) -> None:
    fake = FakeActions()

    async def scenario(played: Played) -> None:
        await played.pilot.press(key)
        await played.wait_for("it costs something")
        await played.pilot.press("n")
        assert fake.calls == [f"{name}?"]
        await played.pilot.press(key)
        await played.wait_for("it costs something")
        await played.pilot.press("y")
        await played.wait_for(f"{name} is done")
        assert fake.calls == [f"{name}?", f"{name}?", name]

    play(scenario, actions=fake.actions())


def test_one_piece_of_work_at_a_time_while_samples_go_on(play: Play) -> None:
    begun, go_on = Event(), Event()

    def slow(say: Say) -> str:
        say("half of it")
        begun.set()
        assert go_on.wait(30)
        return "all of it"

    async def scenario(played: Played) -> None:
        await played.pilot.press("t")
        assert begun.wait(30)
        await played.wait_for("half of it")
        await played.tell(sampled(rss_bytes=1 << 30))
        assert "RSS 1.00 GB" in played.text
        await played.pilot.press("d")
        await played.wait_for("the thread dump is not finished yet")
        await played.pilot.press("escape")
        assert played.app.screen is played.screen
        go_on.set()
        await played.wait_for("all of it")

    play(scenario, actions=replace(FakeActions().actions(), save_threads=slow))


def test_what_fails_is_said_with_its_hint(play: Play) -> None:
    def fail(say: Say) -> str:
        del say
        message = "the JVM says no"
        raise JvmCommandError(message, hint="ask again")

    async def scenario(played: Played) -> None:
        await played.pilot.press("t")
        await played.wait_for("the thread dump failed: the JVM says no; ask again")

    play(scenario, actions=replace(FakeActions().actions(), save_threads=fail))


def test_keys_to_leave_and_their_exit_codes(play: Play) -> None:
    async def leave(played: Played) -> None:
        await played.pilot.press("q")

    async def interrupt(played: Played) -> None:
        await played.pilot.press("ctrl+c")

    assert play(leave) == 0
    assert play(interrupt) == 130


def test_leaving_during_work_is_asked_and_ends_it(play: Play) -> None:
    told, never = Event(), Event()

    def patient(say: Say) -> str:
        while not never.wait(0.1):
            say("going on")
            told.set()
        return ""

    async def scenario(played: Played) -> None:
        await played.pilot.press("t")
        assert told.wait(30)
        await played.pilot.press("q")
        await played.wait_for("Quit?")
        await played.pilot.press("n")
        await played.pilot.press("q")
        await played.wait_for("Quit?")
        (work,) = played.works.running
        await played.pilot.press("y")
        work.join()
        assert work.outcome == "the thread dump was ended"

    actions = replace(FakeActions().actions(), save_threads=patient)
    assert play(scenario, actions=actions) == 0


@pytest.mark.parametrize(
    "size", [(80, 24), (160, 40), (60, 16), (40, 10), (30, 6), (20, 3), (4, 1)]
)
def test_every_size_is_drawn_within_its_borders(play: Play, size: tuple[int, int]) -> None:
    async def scenario(played: Played) -> None:
        await played.tell(sampled(thread("worker-1", 0.5)), CLASSES, Said("x" * 300))
        lines = played.text.splitlines()
        assert len(lines) <= size[1]
        assert all(len(line) <= size[0] for line in lines)

    play(scenario, size=size)


def test_a_wide_terminal_shows_threads_and_classes_beside_each_other(play: Play) -> None:
    async def scenario(played: Played) -> None:
        await played.tell(sampled(thread("worker-1", 0.5)), CLASSES)
        assert any("THREAD" in line and "CLASS" in line for line in played.text.splitlines())
        await played.pilot.resize_terminal(80, 24)
        await wait_for(
            played.pilot,
            lambda: (
                not any("THREAD" in line and "CLASS" in line for line in played.text.splitlines())
            ),
            "one above the other",
        )
        assert "worker-1" in played.text

    play(scenario, size=(160, 40))


def test_an_ascii_terminal_gets_ascii(play: Play) -> None:
    async def scenario(played: Played) -> None:
        await played.tell(sampled(thread("größe-\u2028-1", 0.5)), CLASSES)
        assert played.text.isascii()
        assert "gr\\xf6\\xdfe" in played.text

    play(scenario, glyphs=ASCII)


def test_names_of_threads_cannot_move_the_cursor(play: Play) -> None:
    async def scenario(played: Played) -> None:
        await played.tell(sampled(thread("\x1b[2Jevil\nname[bold]", 0.5)))
        assert "\\x1b[2Jevil\\nname[bold]" in played.text

    play(scenario)


def test_only_lines_that_have_changed_are_drawn(play: Play) -> None:
    async def scenario(played: Played) -> None:
        await played.tell(sampled(thread("worker-1", 0.5)))
        await played.tell(sampled(thread("worker-1", 0.5)))
        before = played.screen.drawn_lines
        await played.tell(sampled(thread("worker-1", 0.6), rss_bytes=1 << 30))
        # The facts, the thread, and the sparklines of three figures that there are.
        assert played.screen.drawn_lines - before == 5

    play(scenario)
