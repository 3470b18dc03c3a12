"""A server in the place of a JVM's attach socket: it speaks the protocol as it is told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from .fake_jvm import FakeJvm

Answer: TypeAlias = Callable[[socket.socket, threading.Event], None]
"""What is done with a connection whose request has been read; the event says: the test is over."""

STRINGS_OF_VERSION_1 = 5


def says(*parts: bytes) -> Answer:
    """Send this, then close."""

    def answer(connection: socket.socket, _: threading.Event) -> None:
        for part in parts:
            connection.sendall(part)

    return answer


@dataclass
class FakeAttachServer:
    """Requests as they came, each a list of strings, the version first."""

    path: Path
    answers: Iterator[Answer]
    reads_requests: bool = True
    requests: list[list[str]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        """One connection after the other, until the listener is closed or answers run out."""
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            answer = next(self.answers, None)
            with connection, suppress(OSError):
                if self.reads_requests:
                    self.requests.append(read_request(connection))
                if answer is not None:
                    answer(connection, self.stopping)


def read_request(connection: socket.socket) -> list[str]:
    """The strings of a request of either version, read as HotSpot reads them."""
    version = _string(connection)
    if version == "1":
        return [version, *(_string(connection) for _ in range(STRINGS_OF_VERSION_1 - 1))]
    rest = _bytes(connection, int(_string(connection)))
    return [version, *rest.decode().split("\0")[:-1]]


def _string(connection: socket.socket) -> str:
    found = b""
    while not found.endswith(b"\0"):
        found += _bytes(connection, 1)
    return found[:-1].decode()


def _bytes(connection: socket.socket, length: int) -> bytes:
    found = b""
    while len(found) < length:
        part = connection.recv(length - len(found))
        if not part:
            raise ConnectionError("the client has gone")
        found += part
    return found


@contextmanager
def attach_server(
    jvm: FakeJvm, *answers: Answer, reads_requests: bool = True, tmp: Path | None = None
) -> Iterator[FakeAttachServer]:
    """A server at the attach socket of a JVM; each connection gets the next answer.

    `tmp` is another place for what the JVM knows as /tmp.
    """
    path = jvm.socket_path if tmp is None else tmp / jvm.socket_path.name
    server = FakeAttachServer(path, iter(answers), reads_requests=reads_requests)
    listener = socket.socket(socket.AF_UNIX)
    # Bound under another name and renamed, as a JVM does: it never refuses once it is seen.
    under_way = server.path.with_suffix(".tmp")
    listener.bind(str(under_way))
    listener.listen(5)
    under_way.rename(server.path)
    thread = threading.Thread(target=server.serve, args=(listener,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
        server.path.unlink(missing_ok=True)
