"""Files below /proc/PID: what may be missing, closed to this user, or gone with the process."""

from __future__ import annotations

from pathlib import Path

from seamew.errors import JvmNotFoundError

__all__ = ["PROC", "check_alive", "proc_text", "seconds_since_boot"]

PROC = Path("/proc")


def proc_text(pid: int, name: str, proc: Path = PROC) -> str | None:
    """The text of a file below /proc/PID; None: this user may not, or this kernel has none.

    Raises JvmNotFoundError where the process has ended.
    """
    try:
        return (proc / str(pid) / name).read_bytes().decode("utf-8", "replace")
    except OSError:
        check_alive(pid, proc)
        return None


def check_alive(pid: int, proc: Path = PROC) -> None:
    """Raises JvmNotFoundError where the process has ended."""
    if not (proc / str(pid)).exists():
        raise JvmNotFoundError(
            f"process {pid} has ended", hint="`seamew ps` lists the JVMs of this host"
        )


def seconds_since_boot(proc: Path = PROC) -> float:
    """How long the machine has been up: the clock by which processes start."""
    return float((proc / "uptime").read_text(encoding="ascii").split()[0])
