"""Whether the JVM's files can be reached, through /proc/PID."""

from __future__ import annotations

from seamew.jvm.discover import JvmProcess

from .finding import FAIL, OK, Finding
from .subject import Subject

__all__ = ["check"]


def check(subject: Subject) -> Finding:
    """A JVM with capabilities, or one that changed its user, is closed even to that user."""
    remedy = JvmProcess(subject.pid, "", subject.process).as_its_user
    if subject.opened is None:
        return Finding("access", FAIL, f"{subject.folder} is closed to this user", remedy)
    root = subject.folder / "root"
    tmp = root / "tmp"
    try:
        tmp.stat()
    except PermissionError:
        return Finding("access", FAIL, f"{root} is closed to this user", remedy)
    except OSError as error:
        return Finding("access", FAIL, f"{tmp} cannot be opened: {error.strerror}")
    return Finding("access", OK, f"{root} is open")
