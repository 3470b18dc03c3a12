"""One JVM to ask: the face of `seamew.jvm` for Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .attach import DEFAULT_TIMEOUT_SECONDS, AttachClient
from .capture import CaptureProgress, CaptureSettings, Case, capture_case
from .discover import JvmProcess, find_jvm

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

    def capture(
        self,
        folder: Path,
        settings: CaptureSettings | None = None,
        *,
        on_progress: Callable[[CaptureProgress], None] | None = None,
    ) -> Case:
        """Take the evidence of the JVM, the cheap first, into a new case folder below `folder`.

        What a step cannot get is noted in the case's manifest. Ctrl-C ends the capture: the case
        then says `interrupted`. Raises UsageError where no folder can be made, JvmNotFoundError
        where the JVM has ended.
        """
        return capture_case(
            self.client,
            folder,
            settings or CaptureSettings(),
            timeout_seconds=self.timeout_seconds,
            on_progress=on_progress,
        )


def attach(pid: int, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> Jvm:
    """The JVM of a process number; `timeout_seconds` is for each question.

    Raises JvmNotFoundError or AccessRefusedError. The JVM is not touched yet.
    """
    return Jvm(find_jvm(pid), timeout_seconds=timeout_seconds)
