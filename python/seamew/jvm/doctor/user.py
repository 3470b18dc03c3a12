"""Whose the JVM is: it answers its own user, and root."""

from __future__ import annotations

import os

from seamew.jvm.discover import JvmProcess
from seamew.jvm.identity import user_name

from .finding import FAIL, OK, Finding
from .subject import Subject

__all__ = ["check"]

_ROOT_UID = 0
_OLD_JAVA = "1."


def check(subject: Subject) -> Finding:
    """Java 8 wants the group to be its own, too."""
    status = subject.process
    name = user_name(status.uid)
    whose = f"{name} ({status.uid})" if name else f"user {status.uid}"
    as_its_user = JvmProcess(subject.pid, "", status).as_its_user
    own = os.geteuid()
    if own not in {_ROOT_UID, status.uid}:
        return Finding("user", FAIL, f"runs as {whose}, seamew as user {own}", as_its_user)
    version = subject.opened.status.version if subject.opened else None
    is_old = (version or "").startswith(_OLD_JAVA)
    if own != _ROOT_UID and is_old and os.getegid() != status.gid:
        return Finding(
            "user",
            FAIL,
            f"runs with group {status.gid}, seamew with {os.getegid()}: Java 8 answers its own",
            f"sudo -u '#{status.uid}' -g '#{status.gid}' seamew ...",
        )
    return Finding("user", OK, f"runs as {whose}, seamew as user {own}")
