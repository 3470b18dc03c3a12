"""Finding JVMs: every process that maps a JVM's library, also in containers and without jps.

A process is a HotSpot JVM if it maps libjvm.so, an OpenJ9 one if it maps libj9vm*.so. Nothing is
sent to the process and nothing in its namespaces is changed. Costs some 0.2 ms a process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seamew.errors import AccessRefusedError, JvmNotFoundError

from .mappings import HOTSPOT, OPENJ9, JvmMappings, read_mappings, read_maps, vm_of
from .process import PROC, ProcessStatus, read_start_ticks, read_status

__all__ = ["HOTSPOT", "OPENJ9", "HiddenJvm", "JvmProcess", "find_jvm", "find_jvms", "scan"]

_LAUNCHER = b"java\n"
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


@dataclass(frozen=True)
class HiddenJvm:
    """A process named java that is another user's, so that nobody can say what it runs.

    Or one that has ended, and whose parent has not asked for its exit code yet.
    """

    status: ProcessStatus
    start_ticks: int | None
    proc: Path = PROC


def find_jvms(proc: Path = PROC) -> tuple[JvmProcess, ...]:
    """All JVMs that this user may look at, by pid; processes that end meanwhile are left out."""
    return scan(proc)[0]


def scan(proc: Path = PROC) -> tuple[tuple[JvmProcess, ...], tuple[HiddenJvm, ...]]:
    """All JVMs, and the processes that may be some, by pid."""
    found, hidden = [], []
    for pid in _pids(proc):
        try:
            maps = _maps_if_allowed(pid, proc)
            vm = vm_of(maps)
            if vm is None and (maps or not _is_named_java(pid, proc)):
                continue
            status, started = read_status(pid, proc), read_start_ticks(pid, proc)
        except (OSError, JvmNotFoundError, AccessRefusedError):
            continue
        if vm is None:
            hidden.append(HiddenJvm(status, started, proc))
        else:
            found.append(JvmProcess(pid, vm, status, proc, started))
    return tuple(found), tuple(hidden)


def find_jvm(pid: int, proc: Path = PROC) -> JvmProcess:
    """The JVM of a process number.

    Raises JvmNotFoundError for no such process or one that is no JVM, AccessRefusedError where
    another user's process may not be looked at.
    """
    status = read_status(pid, proc)
    try:
        vm = vm_of(read_maps(pid, proc))
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


def _maps_if_allowed(pid: int, proc: Path) -> bytes:
    try:
        return read_maps(pid, proc)
    except PermissionError:
        return b""


def _is_named_java(pid: int, proc: Path) -> bool:
    """Of processes whose mappings are not to be seen: a zombie keeps its name alone."""
    return (proc / str(pid) / "comm").read_bytes() == _LAUNCHER
