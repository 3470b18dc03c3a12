"""Whether /proc hides other users' processes. Source: proc(5), the mount options."""

from __future__ import annotations

import os

from .finding import OK, WARN, Finding
from .subject import Host

__all__ = ["check"]

_ROOT_UID = 0
_SHOWN = ("hidepid=0", "hidepid=off")


def check(host: Host) -> Finding | None:
    """By the options with which it is mounted."""
    options = _options(host)
    if options is None:
        return None
    hiding = [one for one in options if one.startswith("hidepid=") and one not in _SHOWN]
    hiding += [one for one in options if one == "subset=pid"]
    if not hiding:
        return Finding("/proc", OK, "shows the processes of all users")
    evidence = f"is mounted with {', '.join(hiding)}"
    if os.geteuid() == _ROOT_UID:
        return Finding("/proc", OK, f"{evidence}, which does not concern root")
    return Finding(
        "/proc", WARN, f"{evidence}: other users' JVMs are not seen", "run seamew as root"
    )


def _options(host: Host) -> list[str] | None:
    try:
        text = (host.proc / "self" / "mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        if before.split(" ")[4] == "/proc" and after.startswith("proc "):
            return after.split(" ")[2].split(",")
    return None
