"""What happens to a JVM that is on the screen, as its feed tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from seamew.jvm.sampling import Sample
from seamew.jvm.threads import BusyThread

from .view import Classes, ThreadNames

__all__ = ["Ended", "Feed", "Listener", "MakeFeed", "News", "Said", "Sampled"]


@dataclass(frozen=True)
class Sampled:
    """A sample, and the threads with the CPU that each has used since the one before."""

    sample: Sample
    threads: Sequence[BusyThread]
    why_no_counters: str = ""


@dataclass(frozen=True)
class Ended:
    """The JVM has ended; nothing else follows."""


@dataclass(frozen=True)
class Said:
    """Something to read in the line of messages."""

    text: str


News: TypeAlias = Sampled | ThreadNames | Classes | Ended | Said
Listener: TypeAlias = Callable[[News], None]


class Feed(Protocol):
    """What watches a JVM. Its own threads call the listener."""

    interval_seconds: float

    def start(self) -> None:
        """Begin to watch."""

    def stop(self) -> None:
        """Watch no longer; nothing is told any more."""

    def count_classes(self) -> None:
        """Ask the JVM for a histogram now."""

    def count_classes_every(self, seconds: float) -> None:
        """Ask for one now and then again and again; 0: no more."""


MakeFeed: TypeAlias = Callable[[Listener], Feed]
