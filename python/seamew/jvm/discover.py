"""Finding JVMs: every process that maps a JVM's library, also in containers and without jps.

A process is a HotSpot JVM if it maps libjvm.so, an OpenJ9 one if it maps libj9vm*.so. Nothing is
sent to the process and nothing in its namespaces is changed. Costs some 0.2 ms a process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seamew.errors import AccessRefusedError, JvmNotFoundError

from .mappings import HOTSPOT, OPENJ9, JvmMappings, read_mappings
from .process import PROC, ProcessStatus, read_start_ticks, read_status

__all__ = ["HOTSPOT", "OPENJ9", "JvmProcess", "find_jvm", "find_jvms"]

_HINT = "`seamew ps` lists the JVMs of this host"


@dataclass(frozen=True)
class JvmProcess:
    """A running JVM.

    `pid` is the host's, `status.namespace_pid` the one that the JVM itself knows and names its
    files by. `root` is its file system as this process may reach it. `start_ticks` tells it from
    a later process of the same number.
    """

    pid: int
    vm: str
    status: ProcessStatus
    proc: Path = PROC
    start_ticks: int | None = None

    @property
    def root(self) -> Path:
        """The root of the JVM's file system: /proc/PID/root."""
        return self.proc / str(self.pid) / "root"

    @property
    def as_its_user(self) -> str:
        """What to type where this user may not."""
        return f"run it as the JVM's user: sudo -u '#{self.status.uid}' seamew ..., or as root"

    def is_alive(self) -> bool:
        """Whether the JVM still runs: its number may be another process's by now."""
        started = read_start_ticks(self.pid, self.proc)
        return started is not None and self.start_ticks in {None, started}

    @property
    def mappings(self) -> JvmMappings | None:
        """What it maps right now; None: it has ended, or is closed to this user."""
        try:
            return read_mappings(self.pid, self.proc)
        except OSError:
            return None

    @property
    def perfdata_path(self) -> Path | None:
        """The file of the JVM's counters, or None (see `JvmMappings`)."""
        found = self.mappings
        return found.counters if found else None


def find_jvms(proc: Path = PROC) -> tuple[JvmProcess, ...]:
    """All JVMs that this user may look at, by pid; processes that end meanwhile are left out."""
    found = []
    for pid in _pids(proc):
        try:
            vm = _vm_of(pid, proc)
            if vm is not None:
                status = read_status(pid, proc)
                found.append(JvmProcess(pid, vm, status, proc, read_start_ticks(pid, proc)))
        except (OSError, JvmNotFoundError, AccessRefusedError):
            continue
    return tuple(found)


def find_jvm(pid: int, proc: Path = PROC) -> JvmProcess:
    """The JVM of a process number.

    Raises JvmNotFoundError for no such process or one that is no JVM, AccessRefusedError where
    another user's process may not be looked at.
    """
    status = read_status(pid, proc)
    try:
        vm = _vm_of(pid, proc)
    except PermissionError as error:
        raise AccessRefusedError(
            f"process {pid} belongs to user {status.uid}, who is not this user",
            hint=f"run it as that user: sudo -u '#{status.uid}' seamew ..., or as root",
        ) from error
    except (FileNotFoundError, ProcessLookupError) as error:
        raise JvmNotFoundError(f"process {pid} has ended", hint=_HINT) from error
    if vm is None:
        ended = status.state in {"Z", "X"}
        what = "has ended" if ended else f"({status.name}) is no JVM"
        raise JvmNotFoundError(f"process {pid} {what}", hint=_HINT)
    return JvmProcess(pid, vm, status, proc, read_start_ticks(pid, proc))


def _pids(proc: Path) -> Iterator[int]:
    return iter(sorted(int(entry.name) for entry in proc.iterdir() if entry.name.isdigit()))


def _vm_of(pid: int, proc: Path) -> str | None:
    """Which JVM a process is; None: it is none."""
    found = read_mappings(pid, proc)
    return found.vm if found else None
