"""`seamew top` on running JVMs: the screen without a terminal, and in a real one."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import re
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from live.combinations import majors
from live.conftest import jdk_of
from live.running import RunningJvm, running_jvm
from seamew.report.glyphs import UNICODE
from seamew.tui.app import TopApp
from seamew.tui.asker import AskerOptions
from seamew.tui.launch import TopOptions, watch_screen
from seamew.tui.work import Works
from support.screen import screen_text, wait_for
from support.terminal import Terminal

pytestmark = pytest.mark.live

PATIENCE_SECONDS = 60
ASKER = AskerOptions()
OPTIONS = ("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
ALTERNATE_SCREEN_OFF = "\x1b[?1049l"
CURSOR_ON = "\x1b[?25h"

Shown = Callable[[str], Awaitable[None]]
Scenario = Callable[[Pilot[int], Shown], Awaitable[None]]


@pytest.fixture(params=majors(), ids=lambda major: f"java-{major}")
def churn(
    request: pytest.FixtureRequest, zoo_classes: Path, tmp_path: Path
) -> Iterator[RunningJvm]:
    """A JVM with a busy thread, which collects now and then."""
    with churning(request.param, zoo_classes, tmp_path) as jvm:
        yield jvm


@contextmanager
def churning(major: int, classes: Path, folder: Path, *options: str) -> Iterator[RunningJvm]:
    home = folder / "jvm"
    home.mkdir()
    with running_jvm(jdk_of(major), classes, home, ("Churn",), (*OPTIONS, *options)) as jvm:
        jvm.tell("burn a-busy-thread-with-a-long-name")
        jvm.tell("rate 20 0")
        yield jvm


def play(
    jvm: RunningJvm, folder: Path, scenario: Scenario, asker: AskerOptions | None = ASKER
) -> TopApp:
    """Play a scenario on the screen of a JVM; files go into a folder."""
    works = Works()
    screen = watch_screen(jvm.pid, TopOptions(folder, 0.2, asker), works, UNICODE)
    app = TopApp(lambda: screen, works)

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:

            async def shown(text: str) -> None:
                await wait_for(pilot, lambda: text in screen_text(app), text, PATIENCE_SECONDS)

            await scenario(pilot, shown)

    gc.collect()  # what others left open goes now, not meanwhile
    handles = len(list(Path("/proc/self/fd").iterdir()))
    asyncio.run(run())
    for work in works.running:
        work.join()
    assert len(list(Path("/proc/self/fd").iterdir())) <= handles
    return app


def test_figures_names_classes_and_what_is_left_behind(churn: RunningJvm, tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[int], shown: Shown) -> None:
        await shown("Churn")
        await shown(f"Java {churn.jdk.version}  Serial  up")
        await shown("RUNNABLE      a-busy-thread-with-a-long-name")
        await shown("names of")
        await shown("of 64.0 MB")
        churn.tell("collect")
        await shown("1 full")
        await pilot.press("h")
        await shown("dead ones too, pause")
        assert " byte[]" in screen_text(pilot.app)

    play(churn, tmp_path, scenario)

    assert [path.name for path in churn.folder.iterdir()] == ["stderr.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["jvm"]
    assert set(churn.lines) == {"READY", "DONE"}
    assert not Path(f"/tmp/.attach_pid{churn.pid}").exists()  # noqa: S108 (where JVMs look)


def test_a_thread_dump_and_a_heap_dump_by_keys(churn: RunningJvm, tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[int], shown: Shown) -> None:
        await pilot.press("t")
        await shown("threads are in")
        await pilot.press("d")
        await shown("verdict")
        await pilot.press("y")
        await shown("are in /")
        await wait_for(pilot, lambda: bool(list(tmp_path.glob("*.gz"))), "dump", PATIENCE_SECONDS)

    play(churn, tmp_path, scenario)

    (threads,), (dump,) = tmp_path.glob("threads-*.txt"), tmp_path.glob("*.hprof.gz")
    assert "a-busy-thread-with-a-long-name" in threads.read_text(encoding="utf-8")
    assert {path.stat().st_mode & 0o777 for path in (threads, dump)} == {0o600}
    assert not list(tmp_path.glob("*.part"))


def test_leaving_during_a_capture_ends_it_tidily(churn: RunningJvm, tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[int], shown: Shown) -> None:
        await pilot.press("c")
        await shown("what they cost the JVM")
        await pilot.press("y")
        await shown(" ...")
        await pilot.press("q")
        await shown("Quit?")
        await pilot.press("y")

    app = play(churn, tmp_path, scenario)

    (case,) = tmp_path.glob("case-*")
    assert app.return_value == 0
    assert json.loads((case / "manifest.json").read_text())["state"] == "interrupted"


def test_the_death_of_the_jvm_freezes_the_screen(churn: RunningJvm, tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[int], shown: Shown) -> None:
        await shown("a-busy-thread-with-a-long-name")
        os.kill(churn.pid, signal.SIGKILL)
        await shown("ENDED")
        assert "a-busy-thread-with-a-long-name" in screen_text(pilot.app)
        assert "of 64.0 MB" in screen_text(pilot.app)

    play(churn, tmp_path, scenario)


def test_without_attaching_linux_names_the_threads(churn: RunningJvm, tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[int], shown: Shown) -> None:
        await shown("-             a-busy-thread-w")
        await pilot.press("h")
        await shown("with --no-attach the JVM is asked for nothing")
        await pilot.press("d")
        await shown("the heap dump failed: with --no-attach")

    play(churn, tmp_path, scenario, asker=None)

    assert not Path(f"/tmp/.java_pid{churn.pid}").exists()  # noqa: S108 (where JVMs have it)


def test_a_jvm_without_counters(zoo_classes: Path, tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[int], shown: Shown) -> None:
        await shown("no counters: -XX:-UsePerfData")
        await shown("RUNNABLE      a-busy-thread-with-a-long-name")
        assert "after GC  -" in screen_text(pilot.app)

    with churning(majors()[-1], zoo_classes, tmp_path, "-XX:-UsePerfData") as jvm:
        play(jvm, tmp_path, scenario)


def test_where_counters_keep_no_use_the_jvm_is_asked(zoo_classes: Path, tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[int], shown: Shown) -> None:
        await shown("names of")
        await wait_for(
            pilot,
            lambda: re.search(r"heap used [0-9.]+ MB of", screen_text(app_of(pilot))) is not None,
            "the heap's use",
            PATIENCE_SECONDS,
        )

    with churning(25, zoo_classes, tmp_path) as jvm:
        play(jvm, tmp_path, scenario)


def app_of(pilot: Pilot[int]) -> TopApp:
    assert isinstance(pilot.app, TopApp)
    return pilot.app


def test_a_real_terminal_shows_reacts_and_is_restored(churn: RunningJvm) -> None:
    with Terminal("top", str(churn.pid), "--interval", "0.2") as terminal:
        before = terminal.modes
        terminal.wait_for("Churn")
        terminal.wait_for("a-busy-thread-with-a-long-name")
        assert terminal.modes != before
        terminal.press("s")
        terminal.wait_for("by name")
        terminal.press("?")
        terminal.wait_for("heap dump to here, after a question")
        terminal.press("\x1b")
        terminal.resize(120, 40)
        terminal.wait_for("Churn.burn(Churn.java")
        terminal.press("q")
        assert terminal.end() == 0
        assert ALTERNATE_SCREEN_OFF in terminal.shown
        assert CURSOR_ON in terminal.shown
        assert terminal.modes == before


def test_a_signal_leaves_the_terminal_as_it_was(churn: RunningJvm) -> None:
    with Terminal("top", str(churn.pid)) as terminal:
        before = terminal.modes
        terminal.wait_for("a-busy-thread-with-a-long-name")
        terminal.kill(signal.SIGTERM)
        assert terminal.end() == -signal.SIGTERM
        assert ALTERNATE_SCREEN_OFF in terminal.shown
        assert terminal.modes == before


def test_a_list_to_choose_from_and_no_colours(churn: RunningJvm) -> None:
    with Terminal("top", NO_COLOR="1") as terminal:
        terminal.wait_for("Which JVM?")
        terminal.wait_for(str(churn.pid))
        terminal.press("\x03")
        assert terminal.end() == 130
        colours = re.findall(r"\x1b\[[0-9;]*(?:3[0-7]|4[0-7]|9[0-7]|38|48)[0-9;]*m", terminal.shown)
        assert colours == []


def test_the_jvm_ends_under_a_real_terminal(churn: RunningJvm) -> None:
    with Terminal("top", str(churn.pid), "--interval", "0.2") as terminal:
        terminal.wait_for("a-busy-thread-with-a-long-name")
        os.kill(churn.pid, signal.SIGKILL)
        terminal.wait_for("ENDED")
        terminal.press("q")
        assert terminal.end() == 0
