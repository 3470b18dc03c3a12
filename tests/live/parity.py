"""A JVM's class histogram beside the one of its dump, class by class."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import seamew
from seamew.model import HistogramRow

Figures: TypeAlias = tuple[int, int]
"""Objects and shallow bytes."""

_LINE = re.compile(r"^\s*\d+:\s+(?P<objects>\d+)\s+(?P<bytes>\d+)\s+(?P<name>\S+)")
_PRIMITIVES = {
    "Z": "boolean",
    "C": "char",
    "F": "float",
    "D": "double",
    "B": "byte",
    "S": "short",
    "I": "int",
    "J": "long",
}
# The JVM writes a hidden class as Name/0xADDRESS, dumps have it as Name+0xADDRESS (15 and later)
# or as Name alone. What came before hidden classes is Name/NUMBER in Java 8.
_HIDDEN_SUFFIX = re.compile(r"[/+.]0x0*(?P<address>[0-9a-f]+)$")
_ANONYMOUS_SUFFIX = re.compile(r"/(0x[0-9a-f]+|\d+)$")
_HIDDEN_IN_DUMPS_SINCE = 15
# Arrays that fill holes in the heap are of a class of their own, but dumped as what they are.
_FILLER_ARRAY = "jdk.internal.vm.FillerElement[]"


def figures_of_jvm(histogram: str, major: int) -> dict[str, Figures]:
    """Class -> figures as ``GC.class_histogram`` prints them; equal names are added."""
    rows = (match for match in map(_LINE.match, histogram.splitlines()) if match)
    found = (
        (_class_name(row["name"], major), int(row["objects"]), int(row["bytes"])) for row in rows
    )
    return _sums(found)


def figures_of_dump(dump: Path) -> dict[str, Figures]:
    """Class -> figures of all objects of a dump, reachable or not, as Seamew has them.

    Unreachable ones count, because what the JVM holds alive by itself is no root in a dump.
    """
    with seamew.open(dump, use_index=False) as heap:
        rows: list[HistogramRow] = [*heap.histogram(), *heap.unreachable_histogram()]
    return _sums((_hidden_name(row.label), row.objects, row.shallow_bytes) for row in rows)


def _sums(rows: Iterable[tuple[str, int, int]]) -> dict[str, Figures]:
    sums: dict[str, Figures] = {}
    for name, objects, size in rows:
        if objects:
            before = sums.get(name, (0, 0))
            sums[name] = (before[0] + objects, before[1] + size)
    return sums


def _class_name(name: str, major: int) -> str:
    """``[Ljava.lang.Object;`` as ``java.lang.Object[]``."""
    dimensions = len(name) - len(name.lstrip("["))
    if dimensions:
        element = name[dimensions:]
        plain = _PRIMITIVES.get(element) or element.removeprefix("L").removesuffix(";")
        name = plain + "[]" * dimensions
    if name == _FILLER_ARRAY:
        return "int[]"
    return (
        _hidden_name(name) if major >= _HIDDEN_IN_DUMPS_SINCE else _ANONYMOUS_SUFFIX.sub("", name)
    )


def _hidden_name(name: str) -> str:
    return _HIDDEN_SUFFIX.sub(r"/0x\g<address>", name)


def bytes_of_one_object(figures: dict[str, Figures]) -> dict[str, float]:
    """Shallow bytes an object, for all but arrays and class objects: these vary in size."""
    return {
        name: size / objects
        for name, (objects, size) in figures.items()
        if not name.endswith("[]") and name != "java.lang.Class"
    }


@dataclass(frozen=True)
class Allowance:
    """How far a class may differ because histogram and dump are not of the very same moment.

    Without ``slack_bytes`` the bytes of one object must be the same on both sides.
    """

    objects: int
    reason: str
    slack_bytes: int | None = None

    def covers(self, of_jvm: Figures, of_dump: Figures) -> bool:
        """Whether the difference is that small."""
        if abs(of_dump[0] - of_jvm[0]) > self.objects:
            return False
        if self.slack_bytes is not None:
            return abs(of_dump[1] - of_jvm[1]) <= self.slack_bytes
        return 0 in {of_jvm[0], of_dump[0]} or of_jvm[1] * of_dump[0] == of_dump[1] * of_jvm[0]


@dataclass(frozen=True)
class Comparison:
    """Classes of either side: how many are equal, which differ as foreseen, which are wrong."""

    classes: int
    excused: dict[str, tuple[Figures, Figures]]
    wrong: dict[str, tuple[Figures, Figures]]

    @property
    def equal(self) -> int:
        """Classes whose objects and bytes are the same."""
        return self.classes - len(self.excused) - len(self.wrong)

    @property
    def wrong_share(self) -> float:
        """Share of classes that differ without an excuse."""
        return len(self.wrong) / max(1, self.classes)


def compare(
    of_jvm: dict[str, Figures], of_dump: dict[str, Figures], allowances: dict[str, Allowance]
) -> Comparison:
    """Compare two histograms. ``allowances`` are by class name, without a hidden class's suffix."""
    names = sorted(of_jvm.keys() | of_dump.keys())
    absent = (0, 0)
    differing = {
        name: (of_jvm.get(name, absent), of_dump.get(name, absent))
        for name in names
        if of_jvm.get(name) != of_dump.get(name)
    }
    excused = {
        name: figures for name, figures in differing.items() if _covered(name, figures, allowances)
    }
    wrong = {name: figures for name, figures in differing.items() if name not in excused}
    return Comparison(len(names), excused, wrong)


def _covered(name: str, figures: tuple[Figures, Figures], allowances: dict[str, Allowance]) -> bool:
    allowance = allowances.get(re.sub(r"(\$\$Lambda).*", r"\1", name))
    return allowance is not None and allowance.covers(*figures)
