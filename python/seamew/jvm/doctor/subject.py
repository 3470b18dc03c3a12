"""What the checks look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seamew.jvm.discover import JvmProcess
from seamew.jvm.process import ProcessStatus
from seamew.jvm.status_values import JvmStatus

__all__ = ["Host", "OpenJvm", "Subject"]


@dataclass(frozen=True)
class Host:
    """This machine, as far as this process sees it."""

    proc: Path


@dataclass(frozen=True)
class OpenJvm:
    """A JVM whose files this user may read, and its figures."""

    process: JvmProcess
    status: JvmStatus


@dataclass(frozen=True)
class Subject:
    """A JVM, or a process that may be one; `opened` is None where it is closed to this user."""

    pid: int
    process: ProcessStatus
    opened: OpenJvm | None
    proc: Path

    @property
    def folder(self) -> Path:
        """Its part of /proc."""
        return self.proc / str(self.pid)
