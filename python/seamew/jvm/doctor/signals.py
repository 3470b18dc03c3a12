"""Whether the JVM catches SIGQUIT, by which it is asked to open its attach socket."""

from __future__ import annotations

import signal

from seamew.jvm.attaching.readiness import has_own_socket

from .finding import FAIL, OK, Finding
from .subject import Subject

__all__ = ["check"]


def check(subject: Subject) -> Finding:
    """A JVM that does not catch it would end; with -Xrs it has a socket from the start."""
    if subject.process.catches(signal.SIGQUIT):
        return Finding("SIGQUIT", OK, "is caught: the JVM can be asked for its socket")
    try:
        is_open = subject.opened is not None and has_own_socket(subject.opened.process)
    except PermissionError:
        is_open = False
    if is_open:
        return Finding("SIGQUIT", OK, "is not caught (-Xrs), but the socket is there already")
    return Finding(
        "SIGQUIT",
        FAIL,
        "is not caught, and there is no socket: it is still starting, or was started with -Xrs",
        f"try again in a second; never kill -QUIT {subject.pid} now, that would end it",
    )
