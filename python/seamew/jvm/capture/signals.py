"""Signals during a capture: a lost terminal ends it as Ctrl-C does; tidying up goes on.

Both need Python's main thread; in another one nothing is changed.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["interruptible", "undisturbed"]

# What a broken connection and a tidy shutdown send: neither would let anything be tidied up.
_ENDING = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible() -> Iterator[None]:
    """Make what would end this process at once a KeyboardInterrupt, unless it is ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    changed = [one for one in _ENDING if signal.getsignal(one) is signal.SIG_DFL]
    for one in changed:
        signal.signal(one, _interrupt)
    try:
        yield
    finally:
        for one in changed:
            signal.signal(one, signal.SIG_DFL)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let no signal interrupt what must be done; those that come meanwhile are forgotten."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, signal.SIG_IGN) for one in (*_ENDING, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt
