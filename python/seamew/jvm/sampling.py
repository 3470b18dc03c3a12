"""A JVM as it goes on: a sample every second or so, from its counters and /proc alone.

The JVM is not disturbed and need not answer; a stopped or stuck one can be watched as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event
from types import TracebackType
from typing import Self

from seamew.errors import AccessRefusedError, JvmNotAnsweringError, JvmNotFoundError

from .counted import Counted, CountersWatch
from .discover import JvmProcess
from .perfdata import PerfData
from .process import ProcessStatus, read_status
from .tasks import read_process_times

__all__ = ["POLL_SECONDS", "Sample", "Sampler", "samples"]

POLL_SECONDS = 0.02
_ENDED = frozenset({"Z", "X", "x"})


@dataclass(frozen=True)
class Sample:
    """A JVM at a moment, as Linux and as its own counters see it.

    `uptime_seconds` is that of the process. `cpu_cores` is 1 for one busy core, since the sample
    before; None in the first one. `counted` is None where the JVM's counters cannot be read.
    """

    at_seconds: float
    uptime_seconds: float | None
    is_stopped: bool
    native_threads: int
    rss_bytes: int | None
    cpu_cores: float | None
    counted: Counted | None


class Sampler:
    """Watches one JVM: poll it at least ten times a second, and take a sample now and then.

    A poll costs some 20 us, a sample 200. Not for several threads at once. Use it in a `with`
    block, or close it.
    """

    def __init__(
        self, jvm: JvmProcess, *, ask_heap_used: Callable[[], int | None] | None = None
    ) -> None:
        """`ask_heap_used` asks the JVM itself; it is called where the counters do not tell."""
        self.jvm = jvm
        self.why_no_counters = ""
        self._ask_heap_used = ask_heap_used
        self._watch: CountersWatch | None = None
        self._cpu: tuple[float, float] | None = None
        self._age_seconds = 0.0
        self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the counters."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def poll(self) -> None:
        """See whether a collection has ended, and how eden has filled."""
        if self._watch is None:
            return
        try:
            self._watch.poll()
        except JvmNotAnsweringError as error:
            self._lose_counters(error)

    def sample(self) -> Sample:
        """The JVM now. Raises JvmNotFoundError where it has ended."""
        status = self._living_status()
        if self._watch is None:
            self._open()
        uptime, cores = self._times()
        return Sample(
            at_seconds=time.time(),
            uptime_seconds=uptime,
            is_stopped=status.state in {"T", "t"},
            native_threads=status.threads,
            rss_bytes=status.rss_bytes,
            cpu_cores=cores,
            counted=self._counted(),
        )

    def _open(self) -> None:
        path = self.jvm.perfdata_path
        if path is None:
            self.why_no_counters = "-XX:-UsePerfData, or closed to this user"
            return
        try:
            self._watch = CountersWatch(PerfData(path), self._ask_heap_used)
            self.why_no_counters = ""
        except (AccessRefusedError, JvmNotAnsweringError, JvmNotFoundError) as error:
            self.why_no_counters = error.message

    def _counted(self) -> Counted | None:
        if self._watch is None:
            return None
        try:
            return self._watch.look()
        except JvmNotAnsweringError as error:
            self._lose_counters(error)
            return None

    def _lose_counters(self, error: JvmNotAnsweringError) -> None:
        """Somebody has cut the file."""
        self.why_no_counters = error.message
        self.close()

    def _living_status(self) -> ProcessStatus:
        status = read_status(self.jvm.pid, self.jvm.proc)
        if status.state in _ENDED or status.namespace_pid != self.jvm.status.namespace_pid:
            raise self._ended()
        return status

    def _times(self) -> tuple[float | None, float | None]:
        """The age of the process, and the cores that it has used since the last look."""
        times = read_process_times(self.jvm.pid, self.jvm.proc)
        if times is None:
            return None, None
        if times.age_seconds < self._age_seconds:  # another process has got the number
            raise self._ended()
        self._age_seconds = times.age_seconds
        before, self._cpu = self._cpu, (time.monotonic(), times.cpu_seconds)
        if before is None or before[0] == self._cpu[0]:
            return times.age_seconds, None
        return times.age_seconds, (self._cpu[1] - before[1]) / (self._cpu[0] - before[0])

    def _ended(self) -> JvmNotFoundError:
        return JvmNotFoundError(f"JVM {self.jvm.pid} has ended")


def samples(
    sampler: Sampler,
    *,
    interval_seconds: Callable[[], float] = lambda: 1.0,
    stop: Event | None = None,
    poll_seconds: float = POLL_SECONDS,
) -> Iterator[Sample]:
    """A sample now and then one each interval, polling in between, until `stop` is set.

    Raises JvmNotFoundError when the JVM has ended.
    """
    stop = stop or Event()
    while not stop.is_set():
        taken_at = time.monotonic()
        yield sampler.sample()
        while not stop.is_set() and time.monotonic() - taken_at < interval_seconds():
            stop.wait(poll_seconds)
            sampler.poll()
