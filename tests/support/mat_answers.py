"""What Eclipse MAT 1.17 answered about a reference dump, read from the files beside the dump."""

from __future__ import annotations

import csv
import gzip
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

__all__ = ["CORPUS", "FOLDERS", "MatAnswers", "MatDominator", "MatObject", "Sums", "number", "sums"]

CORPUS = Path(os.environ.get("SEAMEW_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
FOLDERS = sorted(path.parent.name for path in CORPUS.glob("*/objects.csv.gz"))

Sums = tuple[int, int]
"""How many objects, and their shallow bytes."""

_LABEL = re.compile(
    r"(?P<name>.+?) @ (?P<address>0x[0-9a-f]+)(?:  (?P<text>.*))?", re.DOTALL | re.ASCII
)
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
_HALF_ESCAPE = re.compile(r"\\(u[0-9a-f]{0,3})?$")
_CUT = "..."


@dataclass(frozen=True, slots=True)
class MatObject:
    """One reachable object."""

    address: int
    shallow_bytes: int
    retained_bytes: int
    class_name: str


@dataclass(frozen=True, slots=True)
class MatDominator:
    """A row of the dominator tree's first level.

    `name` is that of the class, `class ...` for a class object and with the length for an array;
    `text` the readable value, without the dots that MAT puts where it cuts one.
    """

    name: str
    address: int
    text: str | None
    shallow_bytes: int
    retained_bytes: int
    share: float


class MatAnswers:
    """The answers about one dump. Those that MAT was not asked for skip the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def dump(self) -> Path:
        return next(self.folder.glob("dump.hprof*"))

    def table(self, name: str) -> list[dict[str, str]]:
        path = self.folder / name
        if not path.exists():
            pytest.skip(f"no {name} for {self.folder.name}")
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
            return list(csv.DictReader(file))

    @cached_property
    def objects(self) -> list[MatObject]:
        """By address, so that the place in the list is MAT's object id."""
        rows = self.table("objects.csv.gz")
        found = (
            MatObject(int(row["addr"], 16), int(row["shallow"]), int(row["retained"]), row["cls"])
            for row in rows
        )
        return sorted(found, key=lambda one: one.address)

    @cached_property
    def by_address(self) -> Mapping[int, MatObject]:
        return {one.address: one for one in self.objects}

    @cached_property
    def by_class(self) -> Mapping[str, list[MatObject]]:
        found: defaultdict[str, list[MatObject]] = defaultdict(list)
        for one in self.objects:
            found[one.class_name].append(one)
        return dict(found)

    @cached_property
    def heap_bytes(self) -> int:
        return sum(one.shallow_bytes for one in self.objects)

    @cached_property
    def overview(self) -> Mapping[str, str]:
        return {row["Property Name"]: row["Property Value"] for row in self.table("overview.csv")}

    @cached_property
    def histogram(self) -> list[tuple[str, int, int]]:
        """Class name, objects, shallow bytes of each class; classes may have one name."""
        return [
            (row["Class Name"], number(row["Objects"]), number(row["Shallow Heap"]))
            for row in self.table("histogram.csv")
        ]

    @cached_property
    def dominators(self) -> list[MatDominator]:
        """The 200 biggest, biggest first."""
        return [_dominator(row) for row in self.table("dominators-top200.csv")]

    @cached_property
    def threads(self) -> list[dict[str, str]]:
        return self.table("threads.csv")

    @cached_property
    def array_header_bytes(self) -> int:
        """What MAT counts for mark word, class pointer and length, filled up to a whole pointer."""
        if self.overview["Identifier size"] == "32-bit":
            return 12
        return 16 if self.has_short_references else 24

    @cached_property
    def has_short_references(self) -> bool:
        return self.overview.get("Compressed object pointers", "true") == "true"


def number(text: str) -> int:
    return int(text.replace(",", ""))


def sums(objects: Iterable[MatObject]) -> Sums:
    sizes = [one.shallow_bytes for one in objects]
    return len(sizes), sum(sizes)


def _dominator(row: Mapping[str, str]) -> MatDominator:
    label = _LABEL.fullmatch(row["Class Name"])
    assert label, row
    text = label["text"]
    if text is not None:
        whole = _HALF_ESCAPE.sub("", text.removesuffix(_CUT))
        text = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), whole)
    return MatDominator(
        label["name"],
        int(label["address"], 16),
        text,
        number(row["Shallow Heap"]),
        number(row["Retained Heap"]),
        float(row["Percentage"]),
    )
