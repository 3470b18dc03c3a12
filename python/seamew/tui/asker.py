"""Asking the JVM on the screen: thread dumps for names, class histograms, the heap's use.

One question at a time, for the JVM answers one at a time. Dumps and histograms stop its threads for
a moment; where that takes long they are asked for less often. A JVM that has let nobody attach is
not asked again by itself: each attempt sends it a signal.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from math import inf

from seamew.errors import JvmNotFoundError, SeamewError
from seamew.jvm.attaching import AttachClient
from seamew.jvm.attaching.readiness import attach_obstacle
from seamew.jvm.discover import find_jvm
from seamew.jvm.heap_info import COMMAND as HEAP_INFO
from seamew.jvm.heap_info import parse_heap_info
from seamew.jvm.histogram import Histogram, growth, take_histogram
from seamew.jvm.pauses import stopped_seconds
from seamew.jvm.threads import ThreadDump, take_dump

from .news import Listener, Said
from .view import Classes, ThreadNames

__all__ = ["COUNTING", "AskerOptions", "JvmAsker"]

COUNTING = "counting all objects: the JVM stands still meanwhile"
_DUMP_MOST_SHARE = 0.005
_HISTOGRAM_MOST_SHARE = 0.02
_HEAP_INFO_SECONDS = 0.5
_AFTER_FAILURE_SECONDS = 60.0
_BUSY_SECONDS = 1.0
_NO_DUMP = ThreadDump("none", ())


@dataclass(frozen=True)
class AskerOptions:
    """How often the JVM is asked; 0: never, but for histograms that are wished for."""

    names_every_seconds: float = 10.0
    classes_every_seconds: float = 0.0
    timeout_seconds: float = 30.0


class JvmAsker:
    """Asks one JVM, in a thread of its own, until `stop`."""

    def __init__(
        self, client: AttachClient, lock: threading.Lock, options: AskerOptions, listener: Listener
    ) -> None:
        """The lock is held while the JVM is asked; whoever else asks it takes it meanwhile."""
        self.dump = _NO_DUMP
        self._client = client
        self._lock = lock
        self._options = options
        self._tell = listener
        self._is_attached = False
        self._heap_info_from = 0.0
        self._before: Histogram | None = None
        self._names_due = 0.0 if options.names_every_seconds else inf
        self._classes_due = 0.0 if options.classes_every_seconds else inf
        self._classes_every = options.classes_every_seconds
        self._wake = threading.Event()
        self._is_stopped = False
        self._thread = threading.Thread(target=self._work, name="seamew-questions", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self, patience_seconds: float) -> None:
        """Ask no more; an answer that has not come within the patience is left behind."""
        self._is_stopped = True
        self._wake.set()
        self._thread.join(patience_seconds)

    def count_classes(self) -> None:
        """Ask for a histogram now."""
        self._classes_due = 0.0
        self._wake.set()

    def count_classes_every(self, seconds: float) -> None:
        """Ask for a histogram now, and again and again; 0: no more."""
        self._classes_every = seconds
        self._classes_due = 0.0 if seconds else inf
        self._wake.set()

    def heap_used(self) -> int | None:
        """What the heap holds now, by the JVM's own answer; None: it is not asked now.

        Costs the JVM 0.3 ms without a pause. It is asked once it has answered something else.
        """
        now = time.monotonic()
        if not self._is_attached or now < self._heap_info_from:
            return None
        if not self._lock.acquire(blocking=False):
            return None
        try:
            text = self._client.jcmd(HEAP_INFO, timeout_seconds=_HEAP_INFO_SECONDS)
            return parse_heap_info(text).used_bytes
        except SeamewError:
            self._heap_info_from = now + _AFTER_FAILURE_SECONDS
            return None
        finally:
            self._lock.release()

    def _work(self) -> None:
        while not self._is_stopped:
            self._ask_what_is_due()
            due = min(self._names_due, self._classes_due)
            self._wake.wait(None if due == inf else max(0.0, due - time.monotonic()))
            self._wake.clear()

    def _ask_what_is_due(self) -> None:
        now = time.monotonic()
        due = min(self._names_due, self._classes_due)
        if due > now:
            return
        if not self._lock.acquire(blocking=False):
            self._names_due = max(self._names_due, now + _BUSY_SECONDS)
            self._classes_due = max(self._classes_due, now + _BUSY_SECONDS)
            return
        try:
            if self._classes_due <= now:
                self._count_classes()
            else:
                self._name_threads()
        finally:
            self._lock.release()

    def _name_threads(self) -> None:
        every = self._options.names_every_seconds
        try:
            obstacle = attach_obstacle(find_jvm(self._client.jvm.pid, self._client.jvm.proc))
            if obstacle is not None:  # nothing is sent, so that looking again does no harm
                self._names_due = time.monotonic() + every
                self._tell(ThreadNames(None, why_none=f"the JVM {obstacle}"))
                return
            with stopped_seconds(self._client.jvm) as stopped:
                taken = take_dump(self._client, timeout_seconds=self._options.timeout_seconds)
        except JvmNotFoundError:
            self._names_due = inf
            return
        except SeamewError as error:
            self._names_due = self._after_failure()
            self._tell(ThreadNames(None, why_none=error.message))
            self._tell(Said("; ".join(part for part in (error.message, error.hint) if part)))
            return
        self._is_attached = True
        self.dump = taken.dump
        pause = stopped()
        self._names_due = time.monotonic() + max(every, (pause or 0.0) / _DUMP_MOST_SHARE)
        self._tell(ThreadNames(datetime.now().astimezone(), pause))

    def _count_classes(self) -> None:
        every = self._classes_every
        self._classes_due = inf
        self._tell(Said(COUNTING))
        try:
            counted = take_histogram(self._client, timeout_seconds=self._options.timeout_seconds)
        except SeamewError as error:
            self._classes_due = self._after_failure() if every else inf
            self._tell(Said(f"no histogram: {error.message}"))
            return
        self._is_attached = True
        before, self._before = self._before or counted, counted
        if every:
            pause = counted.pause_seconds or 0.0
            self._classes_due = time.monotonic() + max(every, pause / _HISTOGRAM_MOST_SHARE)
        grown = growth(before.rows, counted.rows)
        self._tell(Classes(datetime.now().astimezone(), counted, grown))

    def _after_failure(self) -> float:
        return time.monotonic() + _AFTER_FAILURE_SECONDS if self._is_attached else inf
