"""What root may do here: a container's root may lack what attaching takes."""

from __future__ import annotations

import os

from .finding import OK, WARN, Finding
from .subject import Host

__all__ = ["check"]

_ROOT_UID = 0
# Bits by include/uapi/linux/capability.h, and what each is needed for.
_NEEDED = (
    (19, "SYS_PTRACE", "to look into other users' processes"),
    (5, "KILL", "to signal them"),
    (7, "SETUID", "to connect as their user"),
    (6, "SETGID", "to connect as their group"),
    (1, "DAC_OVERRIDE", "to read their files"),
)


def check(host: Host) -> Finding | None:
    """For root only: others need no more than to be the JVM's user."""
    if os.geteuid() != _ROOT_UID:
        return None
    held = _held(host)
    if held is None:
        return None
    lacking = [(name, use) for bit, name, use in _NEEDED if not held >> bit & 1]
    if not lacking:
        return Finding("capabilities", OK, "root has all that attaching to other users takes")
    texts = ", ".join(f"{name} ({use})" for name, use in lacking)
    added = " ".join(f"--cap-add {name}" for name, _ in lacking)
    return Finding(
        "capabilities",
        WARN,
        f"root lacks {texts}: JVMs of root alone can be attached to",
        f"run as the JVM's user, or start the container with: docker run {added}",
    )


def _held(host: Host) -> int | None:
    try:
        text = (host.proc / "self" / "status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    lines = [line.split() for line in text.splitlines() if line.startswith("CapEff:")]
    return int(lines[0][1], 16) if lines else None
