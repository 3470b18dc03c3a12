"""One JVM to ask: the face of `seamew.jvm` for Python."""

from __future__ import annotations

from .attach import DEFAULT_TIMEOUT_SECONDS, AttachClient
from .discover import JvmProcess, find_jvm
from .threads import TakenDump, ThreadDump, take_dump, take_virtual_dump

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

    def jcmd(self, line: str) -> str:
        """The answer to a diagnostic command as jcmd sends it: `GC.heap_info`, `VM.flags -all`."""
        return self.client.jcmd(line, timeout_seconds=self.timeout_seconds)

    def threads(self, *, virtual: bool = False) -> ThreadDump:
        """The threads with their stacks and locks.

        Stops the JVM's threads for 2 to 160 ms at 2000 threads. `virtual` (JDK 21 and later)
        has virtual threads that no thread carries too, but no CPU times and, before 25, no locks.
        """
        return self.take_threads(virtual=virtual).dump

    def take_threads(self, *, virtual: bool = False) -> TakenDump:
        """The same with the text that the JVM wrote."""
        take = take_virtual_dump if virtual else take_dump
        return take(self.client, timeout_seconds=self.timeout_seconds)


def attach(pid: int, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> Jvm:
    """The JVM of a process number; `timeout_seconds` is for each question.

    Raises JvmNotFoundError or AccessRefusedError. The JVM is not touched yet.
    """
    return Jvm(find_jvm(pid), timeout_seconds=timeout_seconds)
