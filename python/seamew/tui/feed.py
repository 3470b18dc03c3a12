"""Watching a JVM for the screen: its samples, with the CPU of each thread, and what it is asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from seamew.errors import JvmNotFoundError, SeamewError
from seamew.jvm.discover import JvmProcess
from seamew.jvm.sampling import Sampler, samples
from seamew.jvm.tasks import NativeThread, read_threads
from seamew.jvm.threads import BusyThread, ThreadDump, busy_by_tasks

from .asker import JvmAsker
from .news import Ended, Listener, Said, Sampled

__all__ = ["JvmFeed"]

_TASKS_MOST_SHARE = 0.02
_STOP_SECONDS = 2.0
_NO_DUMP = ThreadDump("none", ())


class JvmFeed:
    """Watches one JVM until it ends or `stop` is called, in threads of its own.

    Without an asker the JVM is asked for nothing: then threads have the names that Linux knows, cut
    to 15 letters, and there are no histograms.
    """

    def __init__(
        self,
        process: JvmProcess,
        listener: Listener,
        asker: JvmAsker | None,
        interval_seconds: float,
    ) -> None:
        self.interval_seconds = interval_seconds
        self._process = process
        self._tell = listener
        self._asker = asker
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="seamew-samples", daemon=True)
        self._tasks: tuple[float, Sequence[NativeThread]] | None = None
        self._rows: Sequence[BusyThread] = ()
        self._tasks_due = 0.0

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()
        if self._asker is not None:
            self._asker.start()

    def stop(self) -> None:
        """Watch no longer; a question that the JVM has not answered yet is left behind."""
        self._stopped.set()
        if self._asker is not None:
            self._asker.stop(_STOP_SECONDS)
        self._thread.join(_STOP_SECONDS)

    def count_classes(self) -> None:
        """Ask the JVM for a histogram now."""
        if self._asker is None:
            self._tell(Said("with --no-attach the JVM is asked for nothing"))
        else:
            self._asker.count_classes()

    def count_classes_every(self, seconds: float) -> None:
        """Ask for one now and then again and again; 0: no more."""
        if self._asker is None:
            self.count_classes()
        else:
            self._asker.count_classes_every(seconds)

    def _watch(self) -> None:
        ask = self._asker.heap_used if self._asker is not None else None
        try:
            with Sampler(self._process, ask_heap_used=ask) as sampler:
                for sample in samples(
                    sampler, interval_seconds=lambda: self.interval_seconds, stop=self._stopped
                ):
                    rows = self._busy_threads()
                    self._tell(Sampled(sample, rows, sampler.why_no_counters))
        except JvmNotFoundError:
            self._tell(Ended())
        except SeamewError as error:
            self._tell(Said(error.message))

    def _busy_threads(self) -> Sequence[BusyThread]:
        """Read less often where there are so many threads that reading them takes long."""
        now = time.monotonic()
        if now < self._tasks_due:
            return self._rows
        process = self._process
        tasks = read_threads(process.pid, process.status.namespace_pid, process.proc)
        if not tasks:  # it is ending: its last figures stay
            return self._rows
        self._tasks_due = now + (time.monotonic() - now) / _TASKS_MOST_SHARE
        before, self._tasks = self._tasks, (now, tasks)
        if before is None:
            return ()
        dump = self._asker.dump if self._asker is not None else _NO_DUMP
        self._rows = busy_by_tasks(before[1], tasks, dump, now - before[0])
        return self._rows
