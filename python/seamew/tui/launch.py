"""Opening the live screen on a JVM, or on the list of them, and tidying up after it."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import NoReturn

from textual.screen import Screen

from seamew.errors import UsageError
from seamew.jvm.handle import attach
from seamew.jvm.summary import list_summaries as ps
from seamew.report.glyphs import Glyphs, glyphs_for

from .actions import JvmActions
from .app import TopApp
from .asker import AskerOptions, JvmAsker
from .choose import ChooseScreen
from .feed import JvmFeed
from .news import Listener
from .target import read_target
from .view import View
from .watch import Actions, WatchScreen
from .work import Say, Works

__all__ = ["TopOptions", "run_top", "watch_screen"]


@dataclass(frozen=True)
class TopOptions:
    """How often the screen changes, and what the JVM is asked; `asker` None: nothing.

    Files that keys write go into `folder`.
    """

    folder: Path
    interval_seconds: float
    asker: AskerOptions | None


def run_top(pid: int | None, options: TopOptions) -> int:
    """Show a JVM, or the list to choose one from, until the user leaves; the exit code.

    Raises JvmNotFoundError and AccessRefusedError before anything is drawn.
    """
    glyphs, works = glyphs_for(getattr(sys.__stderr__, "encoding", None)), Works()
    if pid is not None:
        first: Screen[None] = watch_screen(pid, options, works, glyphs)
    else:
        first = ChooseScreen(ps, lambda one: watch_screen(one, options, works, glyphs), glyphs)
    app = TopApp(lambda: first, works)
    try:
        code = app.run(mouse=False)
    finally:
        _finish(works)
    if app.ended_by is not None:
        signal.signal(app.ended_by, signal.SIG_DFL)
        os.kill(os.getpid(), app.ended_by)
    return code if code is not None else app.return_code or 0


def _finish(works: Works) -> None:
    """Wait for what was going on: it leaves nothing behind in the JVM."""
    for work in works.cancel():
        with suppress(OSError):  # the terminal may be gone
            sys.stderr.write(f"waiting for the end of {work.name}\n")
        work.join()
        with suppress(OSError):
            sys.stderr.write(f"{work.outcome}\n")


def watch_screen(pid: int, options: TopOptions, works: Works, glyphs: Glyphs) -> WatchScreen:
    """The screen of a JVM. Raises JvmNotFoundError and AccessRefusedError."""
    jvm, lock = attach(pid), Lock()
    view = View(read_target(jvm.process), interval_seconds=options.interval_seconds)
    asked = options.asker
    if asked is not None:
        view.classes_every_seconds = asked.classes_every_seconds
        jvm.timeout_seconds = asked.timeout_seconds
        actions = JvmActions(jvm, options.folder, lock).all()
    else:
        actions = Actions(*[_refuse] * 5)

    def make_feed(listener: Listener) -> JvmFeed:
        asker = JvmAsker(jvm.client, lock, asked, listener) if asked is not None else None
        return JvmFeed(jvm.process, listener, asker, options.interval_seconds)

    return WatchScreen(view, make_feed, actions, works, glyphs)


def _refuse(say: Say) -> NoReturn:
    del say
    raise UsageError("with --no-attach the JVM is asked for nothing")
