"""Whether the process runs at all."""

from __future__ import annotations

from .finding import FAIL, OK, WARN, Finding
from .subject import Subject

__all__ = ["check"]

_STATES = {
    "R": "running",
    "S": "sleeping, which is usual",
    "D": "waiting for a disk or a file server that does not answer",
    "T": "stopped by a signal",
    "t": "stopped by a debugger",
    "Z": "ended; its parent has not noticed yet",
    "I": "idle",
}
_STOPPED = frozenset("Tt")
_ENDED = frozenset("ZX")


def check(subject: Subject) -> Finding:
    """By the letter in /proc/PID/status."""
    letter = subject.process.state
    evidence = f"{letter}: {_STATES.get(letter, 'unknown')}"
    if letter in _STOPPED:
        return Finding("state", FAIL, evidence, f"kill -CONT {subject.pid}")
    if letter in _ENDED:
        return Finding("state", FAIL, evidence)
    return Finding("state", WARN if letter == "D" else OK, evidence)
