"""Which namespaces of its own the JVM has: a container's are no obstacle."""

from __future__ import annotations

import os

from .finding import OK, WARN, Finding
from .subject import Subject

__all__ = ["check"]

_NAMES = (("pid", "pid"), ("mnt", "mount"), ("net", "network"), ("ipc", "ipc"), ("user", "user"))


def check(subject: Subject) -> Finding | None:
    """By the links below /proc/PID/ns."""
    own = []
    for file, name in _NAMES:
        try:
            its = os.readlink(str(subject.folder / "ns" / file))
            ours = os.readlink(str(subject.proc / "self" / "ns" / file))
        except OSError:
            if subject.opened is None:
                return None
            return Finding("namespaces", WARN, f"its {name} namespace cannot be told")
        if its != ours:
            own.append(name)
    if not own:
        return Finding("namespaces", OK, "the same as those of seamew")
    inside = subject.process.namespace_pid
    number = f"; there it is process {inside}" if inside != subject.pid else ""
    return Finding("namespaces", OK, f"its own: {', '.join(own)}{number}")
