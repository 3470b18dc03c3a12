"""The JVM's /tmp, where its attach socket goes and the file that triggers it."""

from __future__ import annotations

import os

from seamew.jvm.attaching.readiness import has_socket
from seamew.jvm.file_system import path_from_here, why_not_writable
from seamew.units import format_bytes

from .finding import FAIL, OK, WARN, Finding
from .subject import Subject

__all__ = ["check"]

_TMP = "/tmp"  # noqa: S108 (fixed in HotSpot, whatever java.io.tmpdir says)
_NAME = f"its {_TMP}"


def check(subject: Subject) -> Finding | None:
    """It must be writable for the JVM's user, as long as there is no socket."""
    if subject.opened is None:
        return None
    jvm = subject.opened.process
    folder = path_from_here(jvm, _TMP)
    trouble = why_not_writable(jvm, folder)
    try:
        found = os.statvfs(str(folder))
        is_open = has_socket(jvm)
    except OSError:
        return Finding(_NAME, FAIL, f"the JVM's {_TMP} {trouble or 'cannot be looked at'}")
    if trouble is None and found.f_files and not found.f_favail:
        trouble = "has no room for another file"
    if trouble is None:
        free = format_bytes(found.f_bavail * found.f_frsize)
        return Finding(_NAME, OK, f"the JVM can write to its {_TMP}: {free} free")
    return Finding(
        _NAME,
        WARN if is_open else FAIL,
        f"the JVM's {_TMP} {trouble}" + ("; the socket is there already" if is_open else ""),
        f"make it writable for user {subject.process.uid}",
    )
