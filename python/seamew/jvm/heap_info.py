"""The JVM's heap as `GC.heap_info` describes it: every collector of JDK 8 to 25.

The wording is each collector's own (print_on of the CollectedHeap classes of OpenJDK) and changed
in 25. Sizes are as exact as the JVM prints them, mostly to a kilobyte; those of spaces come from
their addresses and are exact. It costs the JVM a fraction of a millisecond, without a pause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from seamew.errors import JvmCommandError

__all__ = ["COMMAND", "HeapArea", "HeapInfo", "parse_heap_info", "parse_metaspace"]

COMMAND = "GC.heap_info"

_UNITS = {"": 0, "B": 0, "K": 10, "M": 20, "G": 30, "T": 40}
_SIZE = r"(\d+) ?([BKMGT]?)"
_GENERATION = re.compile(rf"\s*(\S.*?)\s+total {_SIZE}, used {_SIZE}(?: \[(.*)\))?")
_COMMITTED = re.compile(rf"\s*(\S.*?)\s+total reserved {_SIZE}, committed {_SIZE}, used {_SIZE}")
_Z_HEAP = re.compile(rf"\s*ZHeap\s+used {_SIZE}, capacity {_SIZE}, max capacity {_SIZE}")
_SHENANDOAH = re.compile(
    rf"\s*{_SIZE} (?:max|total), (?:{_SIZE} soft max, )?{_SIZE} committed, {_SIZE} used"
)
_SPACE = re.compile(rf"\s*(?:(\S+) +)?space {_SIZE},\s+\d+% used \[(.*)\)")
_META = re.compile(
    rf"\s*(Metaspace|class space)\s+used {_SIZE},(?: capacity {_SIZE},)? committed {_SIZE}"
    rf"(?:, reserved {_SIZE})?"
)
_REGIONS = re.compile(rf"\s*(?:region size {_SIZE}\b|\d+ x {_SIZE} regions)")
_EPSILON = "Epsilon"
_SHENANDOAH_NAME = "Shenandoah"
_Z_NAME = "ZHeap"


@dataclass(frozen=True)
class HeapArea:
    """A generation, a space or the whole, by the collector's name for it; None: not said."""

    name: str
    used_bytes: int
    committed_bytes: int
    reserved_bytes: int | None = None


@dataclass(frozen=True)
class HeapInfo:
    """A heap right now, garbage included.

    `generations` make up the whole (one for collectors without generations), `spaces` are those
    of Serial, Parallel, CMS and Epsilon. `metaspace` includes `class_space`; 25 says neither.
    """

    generations: tuple[HeapArea, ...]
    spaces: tuple[HeapArea, ...] = ()
    metaspace: HeapArea | None = None
    class_space: HeapArea | None = None
    region_bytes: int | None = None

    @property
    def used_bytes(self) -> int:
        """Bytes in use."""
        return sum(area.used_bytes for area in self.generations)

    @property
    def committed_bytes(self) -> int:
        """Bytes that the JVM has from the system; Serial and Parallel leave one survivor out."""
        return sum(area.committed_bytes for area in self.generations)

    @property
    def reserved_bytes(self) -> int | None:
        """Bytes that the heap may grow to; None: not said."""
        sizes = [area.reserved_bytes for area in self.generations]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None


def parse_heap_info(text: str) -> HeapInfo:
    """The heap by the answer to GC.heap_info; raises JvmCommandError where it makes no sense."""
    lines = text.splitlines()
    spaces = tuple(area for area in map(_space, lines) if area)
    generations = tuple(area for area in map(_generation, lines) if area)
    if not generations and _EPSILON in text:
        generations = tuple(_renamed(area, _EPSILON) for area in spaces)
    if not generations:
        first = lines[0] if lines else "nothing"
        raise JvmCommandError(
            f"the JVM's answer to {COMMAND} describes no heap: {first}",
            hint="`seamew jcmd PID GC.heap_info` shows all of it",
        )
    metaspace, class_space = parse_metaspace(text)
    return HeapInfo(
        generations,
        spaces,
        metaspace,
        class_space,
        region_bytes=next((size for size in map(_region_bytes, lines) if size), None),
    )


def parse_metaspace(text: str) -> tuple[HeapArea | None, HeapArea | None]:
    """Metaspace and the class space in it: up to 24 by GC.heap_info, since 25 by VM.metaspace."""
    found = {area.name: area for area in map(_meta, text.splitlines()) if area}
    return found.get("Metaspace"), found.get("class space")


def _generation(line: str) -> HeapArea | None:
    found = _COMMITTED.match(line)
    if found:
        reserved, committed, used = _sizes(found.groups()[1:])
        return HeapArea(found.group(1), used, committed, reserved)
    found = _Z_HEAP.match(line)
    if found:
        used, committed, reserved = _sizes(found.groups())
        return HeapArea(_Z_NAME, used, committed, reserved)
    found = _SHENANDOAH.match(line)
    if found:
        reserved, _, committed, used = _sizes(found.groups())
        return HeapArea(_SHENANDOAH_NAME, used, committed, reserved)
    found = _GENERATION.match(line)
    if found:
        committed, used = _sizes(found.groups()[1:5])
        return HeapArea(found.group(1), used, committed, _span(found.group(6)))
    return None


def _space(line: str) -> HeapArea | None:
    found = _SPACE.match(line)
    if found is None:
        return None
    (committed,) = _sizes(found.groups()[1:3])
    addresses = _addresses(found.group(4))
    # Start, top (the end of what is used), then marks of the collector's own, and the end.
    used = addresses[1] - addresses[0] if len(addresses) > 1 else 0
    return HeapArea(found.group(1) or "space", used, committed, _span(found.group(4)))


def _meta(line: str) -> HeapArea | None:
    found = _META.match(line)
    if found is None:
        return None
    used, _, committed, reserved = _sizes(found.groups()[1:])
    return HeapArea(found.group(1), used, committed, reserved or None)


def _region_bytes(line: str) -> int | None:
    found = _REGIONS.match(line)
    return max(_sizes(found.groups())) if found else None


def _renamed(area: HeapArea, name: str) -> HeapArea:
    return HeapArea(name, area.used_bytes, area.committed_bytes, area.reserved_bytes)


def _sizes(groups: Sequence[str | None]) -> list[int]:
    """Bytes of pairs of a number and a unit; 0 for a part of the line that is not there."""
    numbers, units = groups[::2], groups[1::2]
    return [int(number or 0) << _UNITS[unit or ""] for number, unit in zip(numbers, units)]  # noqa: B905 (pairs, and Python 3.6)


def _addresses(text: str | None) -> list[int]:
    return [int(word, 16) for word in re.split(r",\s*", text)] if text else []


def _span(text: str | None) -> int | None:
    """The bytes between the first address and the last."""
    addresses = _addresses(text)
    return addresses[-1] - addresses[0] if addresses else None
