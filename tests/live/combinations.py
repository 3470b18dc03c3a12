"""Which JVMs, collectors and object layouts the live tests run: a quick set, or all of them.

``SEAMEW_LIVE=all`` chooses all, and lets missing runtimes be fetched.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

from . import jdks

MAJORS = (8, 11, 17, 21, 25)
QUICK_MAJORS = (17, 25)
# Without the archive: its class objects are counted by the JVM and left out of dumps.
NO_ARCHIVE = "-Xshare:off"
HEAP = "-Xmx256m"
START_QUICKLY = "-XX:TieredStopAtLevel=1"

_NO_COMPRESSED_OOPS = "-XX:-UseCompressedOops"
_COMPACT_HEADERS = "-XX:+UseCompactObjectHeaders"
_STOP_THE_WORLD = ("g1", "parallel", "serial")
_WITH_COMPRESSED_OOPS = (*_STOP_THE_WORLD, "shenandoah")


@dataclass(frozen=True)
class Layout:
    """Options that change how objects lie in the heap, and where they are understood."""

    options: tuple[str, ...]
    collectors: tuple[str, ...] = tuple(jdks.COLLECTORS)
    majors: tuple[int, ...] = MAJORS
    heap: str = HEAP
    archive: str = NO_ARCHIVE


LAYOUTS: dict[str, Layout] = {
    "default": Layout(()),
    "archive": Layout((), archive="-Xshare:auto"),
    "no-compressed-oops": Layout((_NO_COMPRESSED_OOPS,), _WITH_COMPRESSED_OOPS),
    "no-compressed-classes": Layout(("-XX:-UseCompressedClassPointers",)),
    "nothing-compressed": Layout(
        ("-XX:-UseCompressedClassPointers", _NO_COMPRESSED_OOPS), _WITH_COMPRESSED_OOPS
    ),
    "align-16": Layout(("-XX:ObjectAlignmentInBytes=16",)),
    # Reserves address space without touching it, which turns compressed references off.
    "heap-40g": Layout((), _STOP_THE_WORLD, heap="-Xmx40g"),
    "compact-headers": Layout((_COMPACT_HEADERS,), majors=(25,)),
    "compact-headers-no-oops": Layout(
        (_COMPACT_HEADERS, _NO_COMPRESSED_OOPS), _WITH_COMPRESSED_OOPS, (25,)
    ),
    "generational-z": Layout(("-XX:+ZGenerational",), ("z",), (21,)),
    "generational-shenandoah": Layout(
        ("-XX:ShenandoahGCMode=generational",), ("shenandoah",), (25,)
    ),
}
_QUICK_LAYOUTS = ("archive", "no-compressed-oops", "no-compressed-classes", "align-16", "heap-40g")


@dataclass(frozen=True)
class Combination:
    """One way to run a JVM."""

    major: int
    collector: str
    layout: str

    def __str__(self) -> str:
        return f"{self.major}-{self.collector}-{self.layout}"

    @property
    def has_archive(self) -> bool:
        """Whether class objects come from the class data archive."""
        return LAYOUTS[self.layout].archive != NO_ARCHIVE

    def options(self) -> list[str]:
        """Options of the JVM."""
        layout = LAYOUTS[self.layout]
        collector = jdks.COLLECTORS[self.collector]
        return [*collector, *layout.options, layout.heap, layout.archive, START_QUICKLY]


def everything() -> bool:
    """Whether all combinations are asked for."""
    return os.environ.get("SEAMEW_LIVE") == "all"


def combinations() -> list[Combination]:
    """The combinations to run."""
    return _all_combinations() if everything() else _quick_combinations()


def layouts() -> list[Combination]:
    """Each layout once, under the serial collector: it leaves no holes and is quick."""
    chosen = [one for one in _all_combinations() if one.collector == "serial"]
    if everything():
        return chosen
    return [
        one
        for one in chosen
        if one.major in QUICK_MAJORS and one.layout in {"default", "compact-headers"}
    ]


def majors() -> tuple[int, ...]:
    """The versions to run."""
    return MAJORS if everything() else QUICK_MAJORS


@cache
def matrix() -> jdks.JdkMatrix:
    """The runtimes there are; fetched only where all combinations are asked for."""
    return jdks.find_jdks(fetch=everything())


def _all_combinations() -> list[Combination]:
    return [
        Combination(major, collector, name)
        for name, layout in LAYOUTS.items()
        for major in layout.majors
        for collector in layout.collectors
    ]


def _quick_combinations() -> list[Combination]:
    default = [
        Combination(major, collector, "default")
        for major in QUICK_MAJORS
        for collector in jdks.COLLECTORS
    ]
    layouts = [Combination(major, "g1", name) for name in _QUICK_LAYOUTS for major in QUICK_MAJORS]
    compact = [Combination(25, collector, "compact-headers") for collector in ("parallel", "z")]
    return [*default, *layouts, *compact]
