"""How long a JVM stands still for what is asked of it, by its own counters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from seamew.errors import AccessRefusedError, JvmNotAnsweringError, JvmNotFoundError

from .discover import JvmProcess
from .perfdata import PerfData

__all__ = ["stopped_seconds"]


@contextmanager
def stopped_seconds(jvm: JvmProcess) -> Iterator[Callable[[], float | None]]:
    """What the `with` block costs the JVM: call the value after the block, for the seconds.

    Pauses for other reasons in the meantime count too. None: the JVM has no counters or has ended.
    """
    before = _stopped(jvm)
    after: list[float | None] = []

    def seconds() -> float | None:
        end = after[0] if after else None
        return None if before is None or end is None else end - before

    yield seconds
    after.append(_stopped(jvm))


def _stopped(jvm: JvmProcess) -> float | None:
    """How long the JVM has stood still since it started."""
    path = jvm.perfdata_path
    if path is None:
        return None
    try:
        with PerfData(path) as counters:
            ticks = counters.number("sun.rt.safepointTime")
            frequency = counters.number("sun.os.hrt.frequency")
    except (AccessRefusedError, JvmNotAnsweringError, JvmNotFoundError):
        return None
    return None if ticks is None or not frequency else ticks / frequency
