"""Whether a JVM is still the one that a capture began with."""

from __future__ import annotations

from seamew.errors import JvmNotFoundError
from seamew.jvm.discover import JvmProcess
from seamew.jvm.process import read_start_ticks, read_status

__all__ = ["check_same", "is_same"]

_ENDED = frozenset("ZX")


def check_same(jvm: JvmProcess) -> None:
    """Raises JvmNotFoundError where the JVM has ended, even if its number was used again."""
    is_same_process = read_start_ticks(jvm.pid, jvm.proc) == jvm.start_ticks
    if not is_same_process or read_status(jvm.pid, jvm.proc).state in _ENDED:
        raise JvmNotFoundError(
            f"JVM {jvm.pid} has ended", hint="`seamew ps` lists the JVMs of this host"
        )


def is_same(jvm: JvmProcess) -> bool:
    """Whether the JVM still runs."""
    try:
        check_same(jvm)
    except JvmNotFoundError:
        return False
    return True
