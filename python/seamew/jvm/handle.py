"""One JVM to ask: the face of `seamew.jvm` for Python."""

from __future__ import annotations

from seamew.errors import JvmCommandError

from .attach import DEFAULT_TIMEOUT_SECONDS, AttachClient
from .discover import JvmProcess, find_jvm
from .identity import open_counters
from .perfdata import PerfData
from .status import read_jvm_status
from .status_values import JvmStatus

__all__ = ["Jvm", "attach"]


class Jvm:
    """A running JVM. Nothing is sent to it before the first question that needs an answer."""

    def __init__(
        self, process: JvmProcess, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    ) -> None:
        self.process = process
        self.client = AttachClient(process)
        self.timeout_seconds = timeout_seconds

    @property
    def pid(self) -> int:
        """The process number on this host."""
        return self.process.pid

    def status(self) -> JvmStatus:
        """Its figures at this moment, from files alone: the JVM is not asked."""
        return read_jvm_status(self.process)

    def counters(self) -> PerfData:
        """Its performance counters, to be closed by the caller.

        Raises JvmCommandError where it has none, and what `PerfData` raises.
        """
        counters = open_counters(self.process)
        if counters is None:
            raise JvmCommandError(
                f"JVM {self.pid} has no counters: -XX:-UsePerfData or -XX:+PerfDisableSharedMem",
                hint=f"it can be asked instead: seamew jcmd {self.pid} GC.heap_info",
            )
        return counters

    def check_alive(self) -> None:
        """Raises JvmNotFoundError where it has ended."""
        find_jvm(self.pid, self.process.proc)

    def jcmd(self, line: str) -> str:
        """The answer to a diagnostic command as jcmd sends it: `GC.heap_info`, `VM.flags -all`."""
        return self.client.jcmd(line, timeout_seconds=self.timeout_seconds)


def attach(pid: int, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> Jvm:
    """The JVM of a process number; `timeout_seconds` is for each question.

    Raises JvmNotFoundError or AccessRefusedError. The JVM is not touched yet.
    """
    return Jvm(find_jvm(pid), timeout_seconds=timeout_seconds)
