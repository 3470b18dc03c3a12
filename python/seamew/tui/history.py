"""What a figure was since the screen was opened, in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

__all__ = ["Columns", "History"]

_MOST_VALUES = 1024


@dataclass(frozen=True)
class Columns:
    """A value for each column, the newest last; None where it is not known.

    A column stands for `samples_each` samples, the last one for what there is so far.
    """

    values: tuple[float | None, ...]
    samples_each: int


@dataclass
class History:
    """The values of a figure, the newest last.

    Columns stand for 1, 2, 4, ... samples each, so that all of the history fits: a leak shows over
    hours. `merge` makes one value of several: a lowest one shows what collections cannot free.
    After 1024 values pairs of them are merged for good.
    """

    merge: Callable[[Sequence[float]], float] = fmean
    _values: list[float | None] = field(default_factory=list)
    _samples_each: int = 1
    _waiting: list[float | None] = field(default_factory=list)

    def add(self, value: float | None) -> None:
        """The next sample's value."""
        self._waiting.append(value)
        if len(self._waiting) < self._samples_each:
            return
        self._values.append(self._merged(self._waiting))
        self._waiting = []
        if len(self._values) >= _MOST_VALUES:
            self._values = self._in_groups(self._values, 2)
            self._samples_each *= 2

    def columns(self, width: int) -> Columns:
        """All values, in at most `width` columns."""
        values = self._values + ([self._merged(self._waiting)] if self._waiting else [])
        group = 1
        while len(values) > width * group > 0:
            group *= 2
        return Columns(tuple(self._in_groups(values, group)), group * self._samples_each)

    def _in_groups(self, values: list[float | None], size: int) -> list[float | None]:
        if size == 1:
            return values
        return [self._merged(values[at : at + size]) for at in range(0, len(values), size)]

    def _merged(self, values: Sequence[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return self.merge(known) if known else None
