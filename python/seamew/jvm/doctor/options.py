"""Options of the JVM that forbid attaching, or change what it takes."""

from __future__ import annotations

from .finding import FAIL, OK, WARN, Finding
from .subject import Subject

__all__ = ["check"]

_DISABLED = "DisableAttachMechanism"
_NO_SIGNALS = "ReduceSignalUsage"


def check(subject: Subject) -> Finding | None:
    """By the options with which it was started."""
    if subject.opened is None:
        return None
    flags = subject.opened.status.flags
    if flags.get(_DISABLED) == "true":
        return Finding(
            "options",
            FAIL,
            f"-XX:+{_DISABLED}: nobody can attach, and no heap dump can be asked for",
            "start it without; on its own it can dump with -XX:+HeapDumpOnOutOfMemoryError",
        )
    if flags.get(_NO_SIGNALS) == "true":
        return Finding("options", WARN, "-Xrs: kill -QUIT would end it")
    return Finding("options", OK, "none that forbids attaching")
