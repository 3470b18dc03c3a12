"""Sending a request and taking the reply in, part by part, until a deadline."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from itertools import chain

from .protocol import CODE_LINE_BYTES, result_code

__all__ = ["Reply", "read_reply", "send"]

_CHUNK_BYTES = 1 << 16
_BEGINNING_BYTES = 1 << 12


class Reply:
    """What a JVM answers: `code` is None where it is no reply, and `parts` are the rest of it."""

    def __init__(self, code: int | None, parts: Iterator[bytes]) -> None:
        self.code = code
        self.parts = parts

    def beginning(self) -> str:
        """A few kilobytes of the text at most: enough for an error."""
        found = b""
        for part in self.parts:
            found += part
            if len(found) >= _BEGINNING_BYTES:
                break
        return found[:_BEGINNING_BYTES].decode("utf-8", "replace")


def send(connection: socket.socket, request: bytes, deadline: float) -> None:
    """Send a request. A JVM that wants no more of it may have answered all the same."""
    try:
        connection.settimeout(_left(deadline))
        connection.sendall(request)
    except (BrokenPipeError, ConnectionResetError):
        return


def read_reply(connection: socket.socket, deadline: float) -> Reply:
    """A reply whose code is read, the rest being read as it is asked for.

    Raises socket.timeout after the deadline, OSError where the JVM breaks off.
    """
    received = _received(connection, deadline)
    head = b""
    for part in received:
        head += part
        if b"\n" in head or len(head) >= CODE_LINE_BYTES:
            break
    line, newline, text = head.partition(b"\n")
    code = result_code(line) if newline else None
    return Reply(code, chain([text if code is not None else head], received))


def _received(connection: socket.socket, deadline: float) -> Iterator[bytes]:
    while True:
        connection.settimeout(_left(deadline))
        part = connection.recv(_CHUNK_BYTES)
        if not part:
            return
        yield part


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise socket.timeout("the time is over")
    return left
