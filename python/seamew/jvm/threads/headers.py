"""The first line of a thread in a dump: its name and what HotSpot prints behind it.

Source: JavaThread::print_on and OSThread::print_on of OpenJDK 8 to 25. The name is printed as it
is: quotes, line breaks and all.
"""

from __future__ import annotations

import re
from typing import Any

from seamew.units import parse_bytes

__all__ = ["HEADER", "begins_header", "header_start", "read_header"]

_FACTS = (
    r"(?P<facts>(?: (?:#\d+|\[\d+\]|daemon|[a-z_]+=[^\s\"]+))*"
    r" tid=(?P<jvm_id>0x[0-9a-f]+)(?P<after>[^\"\n]*))"
)
HEADER = re.compile(
    rf'"(?P<name>.*)"(?:{_FACTS}| - Thread t@(?P<number>\d+))$'
    r"|Thread (?P<native>\d+): \(state = (?P<activity>\w+)\)$",
    re.DOTALL,
)
"""A whole header, which may have line breaks in its name; jstack -F of JDK 8 has no names."""

_NAMELESS = re.compile(r"Thread \d+: \(state = ")
_ADDRESS = " tid=0x"
_NUMBER = re.compile(r" #(\d+)")
_NATIVE = re.compile(r" \[(\d+)\]")
_FACT = re.compile(r" ([a-z_]+)=(\S+)")
_ACTIVITY = re.compile(r"^(?: nid=\S+)?(?P<activity>[^\[]*)")
_MILLISECONDS = 1000
_DIGITS = 9


def begins_header(line: str) -> bool:
    """Whether a line may be a thread's first, whole or not."""
    return line.startswith('"') or bool(_NAMELESS.match(line))


def header_start(line: str) -> int | None:
    """Where in a line of a log a whole header begins, behind what the log writes before it."""
    if _ADDRESS not in line:
        return None
    start = line.find('"')
    return start if start >= 0 and HEADER.match(line, start) else None


def read_header(text: str) -> dict[str, Any] | None:
    """Fields of a JavaThread out of a header; None: it is none, or not whole."""
    found = HEADER.match(text)
    if found is None:
        return None
    if found.group("native"):
        native = found.group("native")
        return {
            "name": f"Thread {native}",
            "native_id": int(native),
            "activity": found.group("activity"),
        }
    if found.group("number"):
        return {"name": found.group("name"), "number": int(found.group("number"))}
    head, after = found.group("facts").split(" tid=", 1)[0], found.group("after")
    facts = dict(_FACT.findall(head + after))
    number, native = _NUMBER.search(head), _NATIVE.search(head)
    activity = _ACTIVITY.match(after)
    return {
        "name": found.group("name"),
        "number": int(number.group(1)) if number else None,
        "native_id": int(native.group(1)) if native else _integer(facts.get("nid")),
        "jvm_id": found.group("jvm_id"),
        "is_daemon": " daemon" in head,
        "priority": _integer(facts.get("prio")),
        "cpu_seconds": _seconds(facts.get("cpu")),
        "elapsed_seconds": _seconds(facts.get("elapsed")),
        "allocated_bytes": _bytes(facts.get("allocated")),
        "activity": (activity.group("activity").strip() or None) if activity else None,
    }


def _integer(text: str | None) -> int | None:
    try:
        return None if text is None else int(text, 0)
    except ValueError:
        return None


def _seconds(text: str | None) -> float | None:
    """Of `53.13ms` or `0.22s`."""
    if text is None:
        return None
    try:
        if text.endswith("ms"):
            return round(float(text[:-2]) / _MILLISECONDS, _DIGITS)
        return float(text.rstrip("s"))
    except ValueError:
        return None


def _bytes(text: str | None) -> int | None:
    try:
        return None if text is None else parse_bytes(text)
    except ValueError:
        return None
