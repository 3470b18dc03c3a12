"""Who runs this: what others' JVMs may be asked depends on it."""

from __future__ import annotations

import os

from seamew.jvm.identity import user_name

from .finding import OK, Finding
from .subject import Host

__all__ = ["check"]

_ROOT_UID = 0


def check(_: Host) -> Finding:
    """Root may attach to all JVMs, others to their own."""
    uid = os.geteuid()
    if uid == _ROOT_UID:
        return Finding("this user", OK, "root: may attach to the JVMs of all users")
    name = user_name(uid) or str(uid)
    evidence = f"{name}: may attach to the JVMs of this user, and to no others"
    return Finding("this user", OK, evidence)
