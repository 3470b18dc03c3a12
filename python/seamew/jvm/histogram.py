"""Class histograms: how many objects of each class a JVM's heap holds, and their bytes.

The text is that of `inspectheap`, `GC.class_histogram`, `jmap -histo` and -XX:+PrintClassHistogram:
a line for each class with rank, instances, bytes, the JVM's own name of the class and since JDK 9
its module, then a line `Total`. Two loaders' classes of one name have a line each.
Source: src/hotspot/share/memory/heapInspection.cpp of OpenJDK.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from seamew.errors import DumpNotFoundError, JvmCommandError

from .attaching import DEFAULT_TIMEOUT_SECONDS, AttachClient
from .pauses import stopped_seconds

__all__ = [
    "FILLER_CLASSES",
    "ClassCount",
    "ClassGrowth",
    "Histogram",
    "by_package",
    "growth",
    "java_class_name",
    "parse_histogram",
    "read_histogram",
    "take_histogram",
]

FILLER_CLASSES = frozenset(
    {
        "jdk.internal.vm.FillerElement[]",
        "jdk.internal.vm.FillerObject",
        "jdk.internal.vm.FillerArray",
    }
)
"""What the collectors of JDK 20 and later fill gaps with: no object of the program."""

_LOG_DECORATIONS = r"(?:\[[^\]]*\]\s*)*(?:GC\(\d+\)\s+)?"
_ROW = re.compile(
    _LOG_DECORATIONS + r"\s*\d+:\s+(?P<objects>\d+)\s+(?P<bytes>\d+)\s+"
    r"(?P<name>\S.*?)(?: \((?P<module>[^()]+)\))?\s*"
)
_TOTAL = re.compile(_LOG_DECORATIONS + r"\s*Total\s+(?P<objects>\d+)\s+(?P<bytes>\d+)\s*")
_RANK = re.compile(_LOG_DECORATIONS + r"\s*\d+:\s+\d")
_UNDERCOUNTED = re.compile(r"undercounted (?P<objects>\d+) total instances")
_ARRAY = re.compile(r"(?P<dimensions>\[+)(?:L(?P<name>.+);|(?P<primitive>[ZCFDBSIJ]))")
_HIDDEN = re.compile(r"/(?=0x[0-9a-f]+$)")
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
_NO_PACKAGE = "<default>"


@dataclass(frozen=True)
class ClassCount:
    """The objects of a class or package. `label` is its name as Java source writes it.

    `module` is None before JDK 9, and for packages; it may carry a version: java.base@17.0.15.
    """

    label: str
    module: str | None
    objects: int
    shallow_bytes: int


@dataclass(frozen=True)
class Histogram:
    """What a heap holds, in the JVM's order: most bytes first.

    `is_live`: only objects that a full collection has left; else dead ones are counted too. None:
    not known, for a saved text. `pause_seconds` is how long the JVM stood still for it; None: it
    does not tell. `losses` say in words what is missing.
    """

    rows: tuple[ClassCount, ...]
    is_live: bool | None = None
    pause_seconds: float | None = None
    losses: tuple[str, ...] = ()

    @property
    def objects(self) -> int:
        """The number of all objects."""
        return sum(row.objects for row in self.rows)

    @property
    def shallow_bytes(self) -> int:
        """The bytes of all objects."""
        return sum(row.shallow_bytes for row in self.rows)

    @property
    def filler_bytes(self) -> int:
        """The bytes in gaps that the collector has filled: see FILLER_CLASSES."""
        return sum(row.shallow_bytes for row in self.rows if row.label in FILLER_CLASSES)


@dataclass(frozen=True)
class ClassGrowth:
    """A label in two histograms: what it has in the second, and how much more than before."""

    label: str
    objects: int
    shallow_bytes: int
    objects_grown: int
    shallow_bytes_grown: int


def take_histogram(
    client: AttachClient, *, live: bool = False, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
) -> Histogram:
    """The histogram of a JVM's heap, which stands still meanwhile.

    With `live` it does a full collection first, which may take seconds; without, dead objects
    are counted too. Raises JvmCommandError where the JVM counts nothing.
    """
    with stopped_seconds(client.jvm) as stopped:
        option = "-live" if live else "-all"
        text = client.execute("inspectheap", option, timeout_seconds=timeout_seconds)
    histogram = parse_histogram(text)
    if not histogram.rows:
        said = text.strip().splitlines() or ["nothing"]
        raise JvmCommandError(f"JVM {client.jvm.pid} gives no histogram, but says: {said[0]}")
    return replace(histogram, is_live=live, pause_seconds=stopped())


def read_histogram(path: str) -> Histogram:
    """The histogram in a file that jmap, jcmd or a log has written.

    Raises DumpNotFoundError where there is no such file or no histogram in it.
    """
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError as error:
        raise DumpNotFoundError("no such file", path=path) from error
    histogram = parse_histogram(text)
    if not histogram.rows:
        hint = "save one with: seamew jcmd PID GC.class_histogram > FILE"
        raise DumpNotFoundError("there is no class histogram in the file", hint=hint, path=path)
    return histogram


def parse_histogram(text: str) -> Histogram:
    """The histogram in a text; other lines, and what a log writes before a line, are passed over.

    A text may hold no histogram, then there are no rows; of several histograms, as in a log, it is
    the last. What was cut off or makes no sense is said in `losses`.
    """
    rows: list[ClassCount] = []
    losses: list[str] = []
    total = None
    for line in text.splitlines():
        row, end = _ROW.fullmatch(line), _TOTAL.fullmatch(line)
        if row is not None:
            if total is not None:
                rows, losses, total = [], [], None
            rows.append(_count(row))
        elif end is not None:
            total = (int(end["objects"]), int(end["bytes"]))
        elif _RANK.match(line):
            losses.append(f"a line makes no sense: {line.strip()}")
        else:
            losses += _undercounted(line)
    if rows and total is None:
        losses.append("the end is missing: there is no line Total")
    histogram = Histogram(tuple(rows))
    if total is not None and total != (histogram.objects, histogram.shallow_bytes):
        objects, size = total[0] - histogram.objects, total[1] - histogram.shallow_bytes
        losses.append(f"{objects} objects with {size} bytes of the total are in no line")
    return replace(histogram, losses=tuple(losses))


def _count(row: re.Match[str]) -> ClassCount:
    label = java_class_name(row["name"])
    return ClassCount(label, row["module"], int(row["objects"]), int(row["bytes"]))


def _undercounted(line: str) -> list[str]:
    found = _UNDERCOUNTED.search(line)
    return [f"the JVM had no memory to count {found['objects']} objects"] if found else []


def java_class_name(name: str) -> str:
    """A class name of the JVM as Java source and heap dumps have it.

    `[B` is byte[], `[[Ljava.lang.String;` is java.lang.String[][]. A hidden class, as of a lambda,
    has a plus sign before its number, as in dumps: App$$Lambda+0x0000000082040210.
    """
    array = _ARRAY.fullmatch(name)
    if array is None:
        return _HIDDEN.sub("+", name)
    element = array["name"] or _PRIMITIVES[array["primitive"]]
    return _HIDDEN.sub("+", element) + "[]" * len(array["dimensions"])


def by_package(rows: Iterable[ClassCount]) -> tuple[ClassCount, ...]:
    """The rows summed up by package, of arrays by that of their elements; most bytes first."""
    return tuple(
        ClassCount(label, None, objects, size)
        for label, (objects, size) in sorted(
            _sums(rows, _package).items(), key=lambda item: (-item[1][1], item[0])
        )
    )


def growth(before: Iterable[ClassCount], after: Iterable[ClassCount]) -> tuple[ClassGrowth, ...]:
    """Labels whose counts or bytes differ, what has grown most first, then what has shrunk."""
    old, new = _sums(before), _sums(after)
    rows = [
        _growth(label, old.get(label, (0, 0)), new.get(label, (0, 0)))
        for label in old.keys() | new.keys()
        if old.get(label) != new.get(label)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.shallow_bytes_grown, row.label)))


def _sums(
    rows: Iterable[ClassCount], key: Callable[[str], str] = str
) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for row in rows:
        label = key(row.label)
        objects, size = sums.get(label, (0, 0))
        sums[label] = (objects + row.objects, size + row.shallow_bytes)
    return sums


def _growth(label: str, old: tuple[int, int], new: tuple[int, int]) -> ClassGrowth:
    return ClassGrowth(label, new[0], new[1], new[0] - old[0], new[1] - old[1])


def _package(label: str) -> str:
    package, dot, _ = label.rstrip("[]").rpartition(".")
    return package if dot else _NO_PACKAGE
