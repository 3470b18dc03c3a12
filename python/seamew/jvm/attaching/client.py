"""Asking a JVM: one request a connection, as its attach listener wants it."""

from __future__ import annotations

import socket
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import BinaryIO

from seamew.errors import JvmCommandError, JvmNotAnsweringError, MemoryLimitError
from seamew.jvm.discover import JvmProcess
from seamew.jvm.modified_utf8 import decode_jvm_text
from seamew.units import format_bytes

from .connection import check_alive
from .handshake import check_answerable, open_connection
from .protocol import agent_error, check_request, fits_version_1, reply_error, request_bytes
from .reply import Reply, read_reply, send

__all__ = ["DEFAULT_MOST_BYTES", "DEFAULT_TIMEOUT_SECONDS", "AttachClient"]

DEFAULT_TIMEOUT_SECONDS = 30.0
DEFAULT_MOST_BYTES = 64 << 20
_HANDSHAKE_SECONDS = 10.0
_VERSION_2 = "2"


class AttachClient:
    """A JVM that answers requests. The JVM takes one at a time; a second one waits.

    Closing a connection early, as a time limit or Ctrl-C does, is safe for the JVM: it finishes
    the command and finds nobody to tell. All methods raise AttachRefusedError,
    JvmNotAnsweringError and JvmNotFoundError, and JvmCommandError where the JVM says no; some
    commands say it in their text only, with a result code of success: the caller has to look.
    """

    def __init__(self, jvm: JvmProcess) -> None:
        self.jvm = jvm
        self._takes_version_2: bool | None = None

    def execute(
        self,
        command: str,
        *arguments: str,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        most_bytes: int = DEFAULT_MOST_BYTES,
    ) -> str:
        """The text of the JVM's answer to an attach command (threaddump, inspectheap, jcmd, ...).

        Raises MemoryLimitError for an answer of more than `most_bytes`.
        """
        found = bytearray()
        with closing(self._parts(command, arguments, timeout_seconds)) as parts:
            for part in parts:
                found += part
                if len(found) > most_bytes:
                    raise MemoryLimitError(
                        f"JVM {self.jvm.pid} answers {_name(command, arguments)} with more than"
                        f" {format_bytes(most_bytes)}",
                        hint="a file takes any length: seamew jcmd PID COMMAND --output FILE",
                    )
        text = decode_jvm_text(bytes(found))
        trouble = agent_error(text) if command == "load" else None
        if trouble is not None:
            raise JvmCommandError(f"JVM {self.jvm.pid} does not start the agent: {trouble}")
        return text

    def execute_to(
        self,
        file: BinaryIO,
        command: str,
        *arguments: str,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> int:
        """Write the JVM's answer to a file as it comes, however long; returns its bytes."""
        length = 0
        with closing(self._parts(command, arguments, timeout_seconds)) as parts:
            for part in parts:
                file.write(part)
                length += len(part)
        return length

    def jcmd(
        self,
        line: str,
        *,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        most_bytes: int = DEFAULT_MOST_BYTES,
    ) -> str:
        """The answer to a diagnostic command as jcmd sends it: `GC.heap_info`, `VM.flags -all`."""
        return self.execute("jcmd", line, timeout_seconds=timeout_seconds, most_bytes=most_bytes)

    def _parts(
        self, command: str, arguments: Sequence[str], timeout_seconds: float
    ) -> Generator[bytes, None, None]:
        """The text of an answer in parts, once its code has said that all is well."""
        check_request(command, arguments)
        if not fits_version_1(arguments):
            self._check_version_2(command, timeout_seconds)
        name = _name(command, arguments)
        deadline = time.monotonic() + timeout_seconds
        with open_connection(self.jvm, min(timeout_seconds, _HANDSHAKE_SECONDS)) as connection:
            with self._stated(name, timeout_seconds):
                send(connection, request_bytes(command, arguments), deadline)
                reply = read_reply(connection, deadline)
                self._check(reply, name)
            parts = iter(reply.parts)
            while True:
                with self._stated(name, timeout_seconds):
                    part = next(parts, None)
                if part is None:
                    break
                yield part
        # The end of a stream does not tell a whole answer from that of a JVM which has died.
        check_alive(self.jvm, f" while answering {name}")

    @contextmanager
    def _stated(self, name: str, timeout_seconds: float) -> Iterator[None]:
        """What went wrong on the connection, in words."""
        try:
            yield
        except socket.timeout as error:
            check_answerable(self.jvm)
            raise JvmNotAnsweringError(
                f"JVM {self.jvm.pid} did not answer {name} within {timeout_seconds:g} s",
                hint="it finishes the command by itself; --timeout allows more time",
            ) from error
        except OSError as error:
            check_alive(self.jvm, f" while answering {name}")
            raise JvmNotAnsweringError(
                f"JVM {self.jvm.pid} broke off while answering {name}: {error.strerror}",
                hint="try again",
            ) from error

    def _check(self, reply: Reply, name: str) -> None:
        """Raise for a reply that is none, or that says no."""
        if reply.code == 0:
            return
        text = reply.beginning()
        if reply.code is not None:
            raise reply_error(f"JVM {self.jvm.pid}", name, reply.code, text)
        check_alive(self.jvm, f" while answering {name}")
        if not text:
            raise JvmNotAnsweringError(
                f"JVM {self.jvm.pid} closed the connection without an answer to {name}",
                hint="it may be ending; one of JDK 8 wants the caller's group to be its own, too:"
                f" {self.jvm.as_its_user}",
            )
        raise JvmNotAnsweringError(
            f"JVM {self.jvm.pid} answered {name} with something that is no reply, or cut off",
            hint="try again",
        )

    def _check_version_2(self, command: str, timeout_seconds: float) -> None:
        """Long or many arguments: JDK 24 and later take them, unless told to be compatible."""
        if self._takes_version_2 is None:
            try:
                said = self.execute("getversion", timeout_seconds=timeout_seconds)
            except JvmCommandError:
                said = ""
            self._takes_version_2 = said.strip() == _VERSION_2
        if not self._takes_version_2:
            raise JvmCommandError(
                f"JVM {self.jvm.pid} takes no {command} with more than three arguments, or one"
                " that is longer than 1024 bytes",
                hint="use a shorter path or name",
            )


def _name(command: str, arguments: Sequence[str]) -> str:
    """What was asked, for messages: of a diagnostic command its own name."""
    words = " ".join(arguments).split() if command == "jcmd" else []
    return words[0] if words else command
