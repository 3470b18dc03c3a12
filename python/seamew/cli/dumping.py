"""From a wish for a heap dump to the dump: `seamew` and its collector do it alike.

Standard library only, for the collector's sake.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from seamew.jvm.discover import JvmProcess
from seamew.jvm.dump import STREAM, DumpOrder, HeapDump, default_name, dump_heap

__all__ = ["STDOUT", "patience_at_interrupts", "take", "target_path"]

STDOUT = "-"
"""Where --output sends a stream in place of a file."""


def target_path(jvm: JvmProcess, file: str | None) -> Path | None:
    """The file that --output means: a folder gets the usual name; None: standard output."""
    if file == STDOUT:
        return None
    target = Path(file or ".").absolute()
    return target / default_name(jvm) if target.is_dir() else target


def take(order: DumpOrder) -> HeapDump:
    """Take the dump, to standard output where it has no file. Raises what `dump_heap` raises."""
    if order.wish.method != STREAM:
        return dump_heap(order)
    with _not_to_be_suspended():
        return dump_heap(order, sys.stdout.buffer if order.wish.target is None else None)


def patience_at_interrupts(pid: int, say: Callable[[str], None]) -> Callable[[], bool]:
    """The first Ctrl-C waits on, for the JVM cannot stop in the middle; the second leaves it."""
    interrupts: list[bool] = []

    def on_interrupt() -> bool:
        interrupts.append(True)
        if len(interrupts) > 1:
            return False
        say(
            f"JVM {pid} cannot stop in the middle of a dump: waiting for its end."
            " Ctrl-C again leaves it alone with the dump."
        )
        return True

    return on_interrupt


@contextmanager
def _not_to_be_suspended() -> Iterator[None]:
    """While this process reads the stream, stopping it (Ctrl-Z) would stop the JVM too."""
    before = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, before)
