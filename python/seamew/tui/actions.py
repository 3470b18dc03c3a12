"""What keys start: a thread dump to a file, a heap dump, a case of evidence.

Files go into one folder, the working directory of the command. While one of these asks the JVM, the
feed does not: the lock says so.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from seamew.jvm.capture import CaptureProgress, CaptureSettings, choose_steps
from seamew.jvm.dump import DumpOrder, DumpWish, Watcher, default_name, dump_heap
from seamew.jvm.dump.files import new_file
from seamew.jvm.handle import Jvm
from seamew.jvm.threads import take_dump
from seamew.report import text_lines
from seamew.report.jvm.capture import plan_answer, progress_line
from seamew.report.jvm.dump import preflight_answer
from seamew.units import format_bytes, format_pause

from .watch import Actions
from .work import Say

__all__ = ["JvmActions"]

_WIDTH = 74
_PHASES = {
    "dump": "the JVM writes the dump and stands still",
    "fetch": "fetching the dump",
    "check": "checking the dump",
    "compress": "compressing the dump",
}


class JvmActions:
    """The actions for one JVM."""

    def __init__(self, jvm: Jvm, folder: Path, lock: Lock) -> None:
        self._jvm = jvm
        self._folder = folder
        self._lock = lock
        self._order: DumpOrder | None = None

    def all(self) -> Actions:
        """What the keys of the screen do."""
        return Actions(
            save_threads=self._save_threads,
            dump_question=self._dump_question,
            dump=self._dump,
            capture_question=self._capture_question,
            capture=self._capture,
        )

    def _save_threads(self, say: Say) -> str:
        path = self._folder / f"threads-{self._jvm.pid}-{time.strftime('%Y%m%dT%H%M%S')}.txt"
        say("asking for the threads")
        with self._lock:
            taken = take_dump(self._jvm.client, timeout_seconds=self._jvm.timeout_seconds)
        with new_file(path) as file:
            file.write(taken.text.encode("utf-8", "backslashreplace"))
        return f"{len(taken.dump.threads)} threads are in {path}"

    def _dump_question(self, say: Say) -> Sequence[str]:
        say("looking what a heap dump would cost")
        jvm = self._jvm
        wish = DumpWish(self._folder / default_name(jvm.process))
        with self._lock:
            found = jvm.dump_preflight(wish)
        found.require_room()
        self._order = DumpOrder(jvm.client, wish, found, Watcher())
        return list(text_lines(preflight_answer(found), _WIDTH, colour=False))

    def _dump(self, say: Say) -> str:
        order = self._order
        assert order is not None  # noqa: S101 (the question comes first)

        def tell(phase: str, done: int, total: int) -> None:
            share = f" {done / total:.0%}" if total else ""
            say(f"{_PHASES[phase]}: {format_bytes(done)}{share}")

        with self._lock:
            dump = dump_heap(replace(order, watcher=Watcher(on_progress=tell)))
        pause = "" if dump.pause_seconds is None else f", pause {format_pause(dump.pause_seconds)}"
        return f"{format_bytes(dump.file_bytes)} are in {dump.path}{pause}"

    def _capture_question(self, say: Say) -> Sequence[str]:
        del say
        planned = plan_answer(choose_steps(), CaptureSettings(), self._folder)
        return list(text_lines(planned, _WIDTH, colour=False))

    def _capture(self, say: Say) -> str:
        def tell(progress: CaptureProgress) -> None:
            text = progress_line(progress)
            if text:
                say(text.splitlines()[0])

        with self._lock:
            case = self._jvm.capture(self._folder, CaptureSettings(), on_progress=tell)
        return f"the capture is {case.manifest.state}: {case.path}"
