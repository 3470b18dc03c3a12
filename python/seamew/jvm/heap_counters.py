"""The heap in a JVM's counters: its spaces, what they hold, and what can be believed of that.

Serial, Parallel and G1 have eden, s0 and s1 in generation 0 and the rest in generation 1; Z and
Shenandoah have one space, or one each for young and old.
"""

from __future__ import annotations

from .perfdata import PerfData

__all__ = ["EDEN", "HeapCounters"]

EDEN = "sun.gc.generation.0.space.0"
_GENERATIONS = ("sun.gc.generation.0", "sun.gc.generation.1")
_SPACES_OF_A_GENERATION = 3
_G1 = "GarbageFirst"
_PADDING_BYTES = 1024


class HeapCounters:
    """Sizes of the heap in bytes; None: this JVM has no such counters."""

    def __init__(self, counters: PerfData) -> None:
        self._counters = counters
        prefixes = [
            f"{generation}.space.{number}"
            for generation in _GENERATIONS
            for number in range(_SPACES_OF_A_GENERATION)
        ]
        self._spaces = [one for one in prefixes if counters.number(f"{one}.used") is not None]
        self.has_eden = counters.text(f"{EDEN}.name") == "eden"
        self.is_used_current = self._is_used_current()

    @property
    def used_bytes(self) -> int | None:
        """What all spaces hold, as of now or of the last collection: see `is_used_current`."""
        return self._sum([f"{space}.used" for space in self._spaces])

    @property
    def used_without_eden_bytes(self) -> int | None:
        """What all spaces hold but eden, which is empty right after a collection."""
        kept = [space for space in self._spaces if not (self.has_eden and space == EDEN)]
        return self._sum([f"{space}.used" for space in kept])

    @property
    def committed_bytes(self) -> int | None:
        """What the heap has of the machine's memory."""
        return self._sum([f"{generation}.capacity" for generation in _GENERATIONS])

    @property
    def max_bytes(self) -> int | None:
        """What the heap may grow to: the sum of its generations, or each may have it all."""
        each = [self._counters.number(f"{one}.maxCapacity") for one in _GENERATIONS]
        sizes = [one for one in each if one is not None]
        if not sizes:
            return None
        in_parts = self.has_eden and self._counters.text("sun.gc.policy.name") != _G1
        total = sum(sizes) if in_parts else max(sizes)
        return total - total % _PADDING_BYTES  # up to Java 17 G1 adds some bytes for each space

    def _sum(self, names: list[str]) -> int | None:
        found = [one for one in map(self._counters.number, names) if one is not None]
        return sum(found) if found else None

    def _is_used_current(self) -> bool:
        """Whether used sizes are those of now.

        G1 writes them as regions fill, Shenandoah ten times a second. Serial and Parallel are
        sampled up to Java 23, by the thread that also counts sun.os.hrt.ticks. Z writes them in
        pauses only.
        """
        names = [self._counters.text(f"sun.gc.collector.{number}.name") for number in range(3)]
        if any((name or "").startswith(("G1", "Shenandoah")) for name in names):
            return True
        return self.has_eden and self._counters.number("sun.os.hrt.ticks") is not None
