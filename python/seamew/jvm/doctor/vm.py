"""Which JVM it is, and whether it is one that seamew knows."""

from __future__ import annotations

import re

from seamew.jvm.discover import HOTSPOT

from .finding import FAIL, OK, WARN, Finding
from .subject import Subject

__all__ = ["check"]

_OLDEST, _NEWEST = 8, 25
_FIRST = re.compile(r"(?:1\.)?(\d+)")


def check(subject: Subject) -> Finding | None:
    """HotSpot of Java 8 to 25."""
    if subject.opened is None:
        return None
    status = subject.opened.status
    if status.vm != HOTSPOT:
        return Finding(
            "JVM",
            FAIL,
            f"{status.vm}: only HotSpot can be attached to",
            f"kill -QUIT {subject.pid} makes it write a javacore, for: seamew threads FILE",
        )
    found = _FIRST.match(status.version or "")
    if found is None:
        return Finding("JVM", WARN, "HotSpot of an unknown version")
    major = int(found.group(1))
    evidence = f"HotSpot, Java {status.version}"
    if major < _OLDEST:
        return Finding("JVM", WARN, f"{evidence}: older than {_OLDEST}, never tried")
    if major > _NEWEST:
        return Finding("JVM", WARN, f"{evidence}: newer than {_NEWEST}, never tried")
    return Finding("JVM", OK, evidence)
