"""Asking a JVM: one request a connection, as its attach listener wants it."""

from __future__ import annotations

import socket
import time
from pathlib import Path

from seamew.errors import (
    AttachRefusedError,
    JvmCommandError,
    JvmNotAnsweringError,
    JvmNotFoundError,
)
from seamew.jvm.discover import JvmProcess, find_jvm

from .handshake import open_socket
from .protocol import parse_reply, request_bytes

__all__ = ["DEFAULT_TIMEOUT_SECONDS", "AttachClient"]

DEFAULT_TIMEOUT_SECONDS = 30.0
_HANDSHAKE_SECONDS = 10.0
_CHUNK_BYTES = 1 << 16


class AttachClient:
    """A JVM that answers requests. The JVM takes one at a time; a second one waits.

    Closing a connection early, as a time limit or Ctrl-C does, is safe for the JVM: it finishes
    the command and finds nobody to tell.
    """

    def __init__(self, jvm: JvmProcess) -> None:
        self.jvm = jvm
        self._path: Path | None = None

    def execute(
        self, command: str, *arguments: str, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    ) -> str:
        """The text of the JVM's answer to an attach command (threaddump, inspectheap, jcmd, ...).

        Raises JvmCommandError where the JVM says no; some commands say it in the text only, with
        a result code of success: that is for the caller to find.
        """
        deadline = time.monotonic() + timeout_seconds
        with self._connected(timeout_seconds) as connection:
            try:
                connection.sendall(request_bytes(command, *arguments))
                reply = _read_to_end(connection, deadline)
            except socket.timeout as error:
                raise JvmNotAnsweringError(
                    f"JVM {self.jvm.pid} did not answer {command} within {timeout_seconds:g} s",
                    hint="it finishes the command by itself; --timeout allows more time",
                ) from error
            except OSError as error:
                find_jvm(self.jvm.pid, self.jvm.proc)  # raises when it has ended
                raise JvmNotAnsweringError(
                    f"JVM {self.jvm.pid} broke off while answering {command}: {error}",
                    hint="try again",
                ) from error
        code, text = parse_reply(reply)
        if code != 0:
            said = text.strip().splitlines() or [f"result code {code}"]
            raise JvmCommandError(f"JVM {self.jvm.pid} refuses {command}: {said[0]}")
        return text

    def jcmd(self, line: str, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> str:
        """The answer to a diagnostic command as jcmd sends it: `GC.heap_info`, `VM.flags -all`."""
        return self.execute("jcmd", line, timeout_seconds=timeout_seconds)

    def _connected(self, timeout_seconds: float) -> socket.socket:
        if self._path is None:
            self._path = open_socket(self.jvm, min(timeout_seconds, _HANDSHAKE_SECONDS))
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout_seconds)
        try:
            connection.connect(str(self._path))
        except FileNotFoundError as error:
            connection.close()
            raise JvmNotFoundError(f"JVM {self.jvm.pid} has ended") from error
        except PermissionError as error:
            connection.close()
            raise AttachRefusedError(
                f"the attach socket of JVM {self.jvm.pid} belongs to user {self.jvm.status.uid}",
                hint=self.jvm.as_its_user,
            ) from error
        except OSError as error:
            connection.close()
            raise JvmNotAnsweringError(
                f"the attach socket of JVM {self.jvm.pid} takes no connection: {error}",
                hint="the JVM may be stuck or ending: try again",
            ) from error
        return connection


def _read_to_end(connection: socket.socket, deadline: float) -> bytes:
    parts: list[bytes] = []
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise socket.timeout
        connection.settimeout(left)
        part = connection.recv(_CHUNK_BYTES)
        if not part:
            return b"".join(parts)
        parts.append(part)
