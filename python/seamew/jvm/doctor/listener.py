"""The attach socket: there, not there yet, or somebody else's in its place."""

from __future__ import annotations

from seamew.jvm.attaching.readiness import has_own_socket, has_socket, socket_path

from .finding import FAIL, OK, WARN, Finding
from .subject import Subject

__all__ = ["check"]

_TMP = "/tmp"  # noqa: S108 (fixed in HotSpot, whatever java.io.tmpdir says)


def check(subject: Subject) -> Finding | None:
    """By the file alone: nobody connects."""
    if subject.opened is None:
        return None
    jvm = subject.opened.process
    path = socket_path(jvm)
    shown = f"{_TMP}/{path.name}"
    try:
        if not has_socket(jvm):
            return Finding("socket", OK, f"no {shown} yet: attaching asks the JVM for it")
        owner = path.stat().st_uid
    except OSError as error:
        return Finding("socket", FAIL, f"{path} cannot be looked at: {error.strerror}")
    uid = subject.process.uid
    if owner != uid:
        return Finding(
            "socket",
            WARN,
            f"{shown} is that of user {owner}, not of {uid}: left by an earlier process, or another"
            " container with the same /tmp",
            f"if no other container uses it: rm {path}",
        )
    if not has_own_socket(jvm):
        return Finding("socket", OK, f"{shown} is older than the JVM: attaching replaces it")
    return Finding("socket", OK, f"{shown} is there: somebody has attached before")
