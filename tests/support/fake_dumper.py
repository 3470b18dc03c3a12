"""A JVM in a container of its own that takes heap dumps, by files and an attach server alone."""

from __future__ import annotations

import os
import shlex
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from seamew.jvm.attaching import AttachClient
from seamew.testing import HeapBuilder

from .fake_attach import FakeAttachServer, attach_server
from .fake_jvm import FakeJvm

MOST_REQUESTS = 40
_OPTIONS = {"11.0.13": "-all -overwrite", "17.0.15": "-all -gz -overwrite"}
_USED_KILOBYTES = 1439


def small_dump() -> bytes:
    """A dump of a few objects."""
    heap = HeapBuilder()
    heap.root(heap.string("held"))
    return heap.content()


@dataclass
class FakeDumper:
    """What the JVM says and does.

    `write` is given the path of the file that it is to write, and returns what the JVM answers;
    without it the JVM writes `content`.
    """

    fake: FakeJvm
    java: str = "17.0.15"
    dump_path_flag: str = ""
    used_kilobytes: int = _USED_KILOBYTES
    content: bytes = field(default_factory=small_dump)
    write: Callable[[Path], str] | None = None
    server: FakeAttachServer | None = None

    @property
    def client(self) -> AttachClient:
        return AttachClient(self.fake.build())

    @property
    def requests(self) -> list[list[str]]:
        """Commands and their arguments, as they came."""
        assert self.server is not None
        return [[word for word in request[1:] if word] for request in self.server.requests]

    def answer(self, connection: socket.socket, _: threading.Event) -> None:
        text = self._text(self.requests[-1])
        connection.sendall(b"0\n" + text.encode())

    def _text(self, request: list[str]) -> str:
        command, argument = request[0], request[1]
        if command == "printflag":
            return f"-XX:HeapDumpPath={self.dump_path_flag}\n"
        if command == "dumpheap":
            return self._dump(argument)
        if argument == "VM.version":
            return f"OpenJDK 64-Bit Server VM version {self.java}+6\nJDK {self.java}\n"
        if argument == "GC.heap_info":
            used = f"used {self.used_kilobytes}K [0x00000000fc000000, 0x0000000100000000)"
            return f" garbage-first heap   total 65536K, {used}\n"
        if argument == "help GC.heap_dump":
            return f"GC.heap_dump\nOptions: {_OPTIONS.get(self.java, _OPTIONS['17.0.15'])}\n"
        assert argument.startswith("GC.heap_dump "), argument
        return self._dump(shlex.split(argument)[-1])

    def _dump(self, path: str) -> str:
        here = self.fake.home / "root" / path.lstrip("/")
        said = self.content_written(here) if self.write is None else self.write(here)
        return f"Dumping heap to {path} ...\n{said}\n"

    def content_written(self, path: Path) -> str:
        """Write all, as HotSpot does: not over another file, but for a FIFO."""
        if path.exists() and not path.is_fifo():
            return f"Unable to create {path}: File exists"
        flags = os.O_WRONLY | os.O_CREAT
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(self.content)
        return f"Heap dump file created [{len(self.content)} bytes in 0.017 secs]"


@contextmanager
def fake_dumper(folder: Path) -> Iterator[FakeDumper]:
    """The JVM below `folder`, with this process behind its socket."""
    fake = FakeJvm(folder, pid=os.getpid())
    fake.build()
    (fake.home / "ns").mkdir()
    (fake.home / "ns" / "mnt").symlink_to("mnt:[4026531841000]")
    dumper = FakeDumper(fake)
    with attach_server(fake, *[dumper.answer] * MOST_REQUESTS) as server:
        dumper.server = server
        yield dumper
