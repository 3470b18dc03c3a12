"""Opening the live screen on a JVM, or on the list of them, and tidying up after it."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import NoReturn

from seamew.errors import UsageError
from seamew.jvm import attach, ps
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
from .work import Say

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
    glyphs = glyphs_for(getattr(sys.__stderr__, "encoding", None))
    first = watch_screen(pid, options, glyphs) if pid is not None else _list(options, glyphs)
    app = TopApp(lambda: first)
    code = app.run(mouse=False)
    for work in app.unfinished:
        sys.stderr.write(f"waiting for the end of {work.name}\n")
        work.join()
        sys.stderr.write(f"{work.outcome}\n")
    if app.ended_by is not None:
        signal.signal(app.ended_by, signal.SIG_DFL)
        os.kill(os.getpid(), app.ended_by)
    return code or 0


def _list(options: TopOptions, glyphs: Glyphs) -> ChooseScreen:
    return ChooseScreen(ps, lambda pid: watch_screen(pid, options, glyphs), glyphs)


def watch_screen(pid: int, options: TopOptions, glyphs: Glyphs) -> WatchScreen:
    """The screen of a JVM. Raises JvmNotFoundError and AccessRefusedError."""
    jvm, lock = attach(pid), Lock()
    view = View(read_target(jvm.process), interval_seconds=options.interval_seconds)
    asked = options.asker
    if asked is not None:
        jvm.timeout_seconds = asked.timeout_seconds
        actions = JvmActions(jvm, options.folder, lock).all()
    else:
        actions = Actions(*[_refuse] * 5)

    def make_feed(listener: Listener) -> JvmFeed:
        asker = JvmAsker(jvm.client, lock, asked, listener) if asked is not None else None
        return JvmFeed(jvm.process, listener, asker, options.interval_seconds)

    return WatchScreen(view, make_feed, actions, glyphs)


def _refuse(say: Say) -> NoReturn:
    del say
    raise UsageError("with --no-attach the JVM is asked for nothing")
