"""Differences of histograms."""

from __future__ import annotations

from collections.abc import Iterable

from seamew.model import HistogramDifference, HistogramRow

__all__ = ["histogram_difference"]

_Sums = tuple[int, int, int]


def histogram_difference(
    before: Iterable[HistogramRow], after: Iterable[HistogramRow]
) -> tuple[HistogramDifference, ...]:
    """Labels whose counts or sizes differ, what has grown most first, then what has shrunk."""
    old, new = _by_label(before), _by_label(after)
    rows = [
        _difference(label, old.get(label, (0, 0, 0)), new.get(label, (0, 0, 0)))
        for label in old.keys() | new.keys()
        if old.get(label) != new.get(label)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.shallow_bytes_grown, row.label)))


def _by_label(rows: Iterable[HistogramRow]) -> dict[str, _Sums]:
    sums: dict[str, _Sums] = {}
    for row in rows:
        objects, shallow, retained = sums.get(row.label, (0, 0, 0))
        sums[row.label] = (
            objects + row.objects,
            shallow + row.shallow_bytes,
            retained + (row.retained_bytes or 0),
        )
    return sums


def _difference(label: str, old: _Sums, new: _Sums) -> HistogramDifference:
    return HistogramDifference(
        label=label,
        objects=new[0],
        shallow_bytes=new[1],
        retained_bytes=new[2],
        objects_grown=new[0] - old[0],
        shallow_bytes_grown=new[1] - old[1],
        retained_bytes_grown=new[2] - old[2],
    )
