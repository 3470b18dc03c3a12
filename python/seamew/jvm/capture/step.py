"""A step of a capture, and what it is given: a JVM to ask, a folder to write to, time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from seamew.errors import JvmCommandError, JvmNotFoundError, SeamewError
from seamew.jvm.attaching import AttachClient
from seamew.jvm.attaching.connection import check_alive
from seamew.jvm.discover import JvmProcess
from seamew.jvm.dump import Watcher
from seamew.masking import masked_text

from .case import CaseFolder
from .line import Line
from .manifest import SentCommand
from .settings import CaptureSettings
from .signals import undisturbed

__all__ = ["Evidence", "NotAvailableError", "Step"]

_POLL_SECONDS = 0.2
_UNDO_SECONDS = 10.0


class NotAvailableError(Exception):
    """This JVM, or this machine, has no such evidence; the message is the reason."""


@dataclass(frozen=True)
class Step:
    """A kind of evidence: `run` collects it. `name` is what --only and --skip take.

    `cost` says what it does to the JVM (empty: nothing to speak of), `wait` how long it lasts.
    Steps that are not `asks_jvm` read files alone, and work while the JVM hangs or is stopped.
    """

    name: str
    what: str
    cost: str
    run: Callable[[Evidence], None]
    asks_jvm: bool = True
    wait: Callable[[CaptureSettings], float] = lambda _: 0.0
    on_request: bool = False


class Evidence:
    """What one step works with, and what it has found so far."""

    def __init__(
        self, name: str, jvm: JvmProcess, line: Line, case: CaseFolder, settings: CaptureSettings
    ) -> None:
        self.jvm = jvm
        self.settings = settings
        self.problems: list[str] = []
        self.commands: list[SentCommand] = []
        self.timeout_seconds = 0.0
        self.watcher = Watcher()
        self._name = name
        self._line = line
        self._case = case

    @property
    def has_files(self) -> bool:
        """Whether something was written, if only in part."""
        return any(one.step == self._name for one in self._case.files)

    def ask(self, command: str, *arguments: str, patience: float = 1.0) -> str:
        """The JVM's answer to an attach command; `patience` multiplies the time limit.

        Raises JvmCommandError, JvmNotAnsweringError, AttachRefusedError or JvmNotFoundError.
        """
        started, problem = time.monotonic(), ""
        seconds = self.timeout_seconds * patience
        try:
            return self._line.ask(command, *arguments, timeout_seconds=seconds)
        except SeamewError as error:
            problem = error.message
            raise
        finally:
            words = arguments if command == "jcmd" else (command, *arguments)
            self._note(" ".join(words), started, problem)

    def jcmd(self, line: str, *, patience: float = 1.0) -> str:
        """The answer to a diagnostic command.

        Raises as `ask`, and NotAvailableError where this JVM does not know the command.
        """
        try:
            return self.ask("jcmd", line, patience=patience)
        except JvmCommandError as error:
            if "Unknown diagnostic command" in error.message:
                raise NotAvailableError(f"this JVM has no {line.split(maxsplit=1)[0]}") from error
            raise

    def undo(self, line: str, *, patience: float = 1.0) -> bool:
        """Put something back in the JVM, also after Ctrl-C and where the line was given up.

        False: it may still be as it was; the case says what to type.
        """
        started, problem = time.monotonic(), ""
        with undisturbed():
            try:
                self._line.insist(line, timeout_seconds=_UNDO_SECONDS * patience)
            except JvmNotFoundError as error:
                problem = error.message
            except SeamewError as error:
                problem = error.message
                self.miss(f"{problem}; to put it back type: seamew jcmd {self.jvm.pid} {line}")
                return False
            finally:
                self._note(line, started, problem)
        return True

    def _note(self, command: str, started: float, problem: str) -> None:
        duration = round(time.monotonic() - started, 4)
        self.commands.append(SentCommand(command, duration, problem))

    def client(self) -> AttachClient:
        """The line to the JVM, for what takes longer than an answer.

        Raises JvmNotAnsweringError where it was given up.
        """
        return self._line.client()

    def folder(self, name: str) -> Path:
        """A folder of the case, for what is written by something else."""
        return self._case.folder(name)

    def adopt(self, name: str, *, is_whole: bool) -> None:
        """Make a file that something else has written part of the case."""
        self._case.adopt(self._name, name, is_whole=is_whole)

    def save(self, name: str, data: str | bytes | Iterable[bytes]) -> None:
        """Write a file of the case. One that the limit cuts off is a problem of the step."""
        if isinstance(data, str):
            data = data.encode("utf-8", "backslashreplace")
        parts = [data] if isinstance(data, bytes) else data
        found = self._case.write(self._name, name, parts)
        if not found.is_whole:
            self.miss(f"{name} is cut off: the case has reached its limit")

    def save_text(self, name: str, text: str) -> None:
        """Write a text that may have secrets in it: left out unless they were asked for."""
        self.save(name, text if self.settings.show_secrets else masked_text(text))

    def save_json(self, name: str, value: object) -> None:
        """Write a value made of dicts, lists and scalars."""
        self.save(name, json.dumps(value, indent=2) + "\n")

    def copy(self, path: Path, name: str) -> None:
        """Copy a file of /proc or /sys; one that is closed to this user is a problem of the step.

        Files that this kernel has not got are passed over.
        """
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            self.check_alive()
            return
        except OSError as error:
            self.check_alive()
            self.miss(f"{path.name}: {error.strerror}")
            return
        self.save(name, data)

    def miss(self, problem: str) -> None:
        """Note why something is missing, once."""
        if problem not in self.problems:
            self.problems.append(problem)

    def pause(self, seconds: float) -> None:
        """Let time pass. Raises JvmNotFoundError as soon as the JVM has ended."""
        until = time.monotonic() + seconds
        while True:
            self.check_alive()
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, _POLL_SECONDS))

    def check_alive(self) -> None:
        """Raises JvmNotFoundError where the JVM has ended."""
        check_alive(self.jvm)
