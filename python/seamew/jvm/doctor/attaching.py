"""The answer in short: whether attaching should work."""

from __future__ import annotations

from seamew.jvm.attaching.readiness import find_obstacle

from .finding import FAIL, OK, Finding
from .subject import Subject

__all__ = ["check"]


def check(subject: Subject) -> Finding:
    """By what attaching itself looks at; the other checks tell the details."""
    if subject.opened is None:
        return Finding("attaching", FAIL, "will not work: the JVM is closed to this user")
    obstacle = find_obstacle(subject.opened.process)
    if obstacle is None:
        return Finding("attaching", OK, "should work")
    return Finding("attaching", FAIL, f"will not work: the JVM {obstacle.reason}", obstacle.hint)
