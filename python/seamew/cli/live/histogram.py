"""The live side of `seamew histogram`: what fills the heap of a running JVM."""

from __future__ import annotations

import time
from dataclasses import dataclass

from seamew.cli.exit_codes import ExitCode
from seamew.cli.talk import Talk
from seamew.jvm.handle import Jvm
from seamew.jvm.histogram import Histogram, read_histogram
from seamew.report import Answer
from seamew.report.jvm.histogram import growth_answer, histogram_answer

from .session import LiveOptions, answer_on_jvm

__all__ = ["LiveHistogram", "answer_live_histogram"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveHistogram:
    """What is to be counted: `live` after a full collection.

    `diff_seconds` asks for the growth in so many seconds, `before` for that since a saved text.
    """

    by: str
    live: bool
    diff_seconds: float | None
    before: str | None


def answer_live_histogram(options: LiveOptions, wish: LiveHistogram) -> ExitCode:
    """Count in the JVM of `options.pid` and write the answer."""
    saved = None if wish.before is None else read_histogram(wish.before)
    talk = Talk(quiet=options.quiet, verbose=options.verbose)
    if wish.live:
        talk.note("each count does a full collection first; the JVM stands still for both")

    def ask(jvm: Jvm) -> Answer:
        before = saved
        if wish.diff_seconds is not None:
            before = jvm.histogram(live=wish.live)
            talk.note(f"counted once; again in {wish.diff_seconds:g} s")
            time.sleep(wish.diff_seconds)
        return _answer(before, jvm.histogram(live=wish.live), options, wish)

    return answer_on_jvm(options, ask)


def _answer(
    before: Histogram | None, now: Histogram, options: LiveOptions, wish: LiveHistogram
) -> Answer:
    if before is None:
        return histogram_answer(now, by=wish.by, sort=options.sort, limit=options.limit)
    return growth_answer(before, now, by=wish.by, sort=options.sort, limit=options.limit)
