"""Whether this process sees the whole host, or one container of it."""

from __future__ import annotations

import os
from pathlib import Path

from .finding import OK, Finding
from .subject import Host

__all__ = ["check"]

_MARKS = ("/.dockerenv", "/run/.containerenv")
_VARIABLES = ("KUBERNETES_SERVICE_HOST", "container")
_INIT = "1"


def check(host: Host) -> Finding:
    """By the marks that container engines leave."""
    marks = [path for path in _MARKS if Path(path).exists()]
    marks += [f"${name}" for name in _VARIABLES if name in os.environ]
    if not marks:
        return Finding("view", OK, "no sign of a container: it sees all processes of the host")
    if _sees_init_of_another(host):
        return Finding("view", OK, f"in a container ({marks[0]}) that sees others' processes")
    return Finding(
        "view",
        OK,
        f"in a container ({marks[0]}): it sees the processes of this container alone",
        "to see others: run it on the host, or kubectl debug POD --target=CONTAINER",
    )


def _sees_init_of_another(host: Host) -> bool:
    """The first process has another root: it is that of the host, or of a shared pod."""
    try:
        return not (host.proc / "self" / "root").samefile(host.proc / _INIT / "root")
    except OSError:
        return False
