"""A dump that is to be taken now, with all that the steps need to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seamew.jvm.attaching import AttachClient
from seamew.jvm.discover import JvmProcess

from .costs import DumpPreflight
from .wish import DumpWish

__all__ = ["DumpOrder", "Watcher"]

_LEAST_LIMIT_SECONDS = 600.0
_LIMIT_PER_ESTIMATE = 10


def _say_nothing(phase: str, done: int, total: int) -> None:
    del phase, done, total


def _leave() -> bool:
    return False


@dataclass(frozen=True)
class Watcher:
    """Who is told how a dump goes on, and asked what to do at Ctrl-C.

    `on_progress` is told the phase (dump, fetch, check, compress), bytes done and their total, ten
    times a second; the total of a dump is an estimate. `on_interrupt` is asked while the JVM
    writes: True waits for its end, False leaves it alone with the dump.
    """

    on_progress: Callable[[str, int, int], None] = _say_nothing
    on_interrupt: Callable[[], bool] = _leave


@dataclass(frozen=True)
class DumpOrder:
    """What is wanted, what the preflight has found, and who watches.

    What the JVM could not write to its end is removed unless `keep_part`.
    """

    client: AttachClient
    wish: DumpWish
    found: DumpPreflight
    watcher: Watcher
    keep_part: bool = False

    @property
    def jvm(self) -> JvmProcess:
        """The JVM to be dumped."""
        return self.client.jvm

    @property
    def limit_seconds(self) -> float:
        """How long to wait for the JVM: far beyond the estimate, for a stuck one only."""
        estimate = self.found.estimate.most_pause_seconds
        return max(_LEAST_LIMIT_SECONDS, _LIMIT_PER_ESTIMATE * estimate)
