"""Dumps that `Thread.dump_to_file` writes (JDK 21 and later): JSON and plain text.

Only these have virtual threads that no thread carries. JDK 21 to 24 write neither states nor
locks. Source: jdk.internal.vm.ThreadDumper of OpenJDK 21 to 25.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import IO, Any

from .frames import FrameReader, read_lock
from .json_stream import CutOffError, JsonStream
from .model import (
    LOCKED,
    PARKING,
    WAITING_ON,
    WAITING_TO_LOCK,
    JavaThread,
    LockLine,
    StackFrame,
    ThreadDump,
)

__all__ = ["JSON", "PLAIN", "is_plain_start", "json_dump", "plain_dumps"]

JSON = "Thread.dump_to_file -format=json"
PLAIN = "Thread.dump_to_file"

_VIRTUAL_BOTTOM = "java.lang.VirtualThread.run("
_WAITS = (("blockedOn", WAITING_TO_LOCK), ("waitingOn", WAITING_ON), ("parkBlocker", PARKING))
_PROCESS = re.compile(r"\d+$")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z$")
_HEADER = re.compile(
    r'#(?P<number>\d+) "(?P<name>.*)"(?P<virtual> virtual)?'
    r"(?: (?P<state>[A-Z_]+))?(?: \d{4}-\d\d-\d\dT[\d:.]+Z)?$",
    re.DOTALL,
)
_MOST_HEADER_LINES = 20


def json_dump(file: IO[str]) -> ThreadDump:
    """The dump of a JSON file; of one that is cut off what is whole, and `losses` say so."""
    reader = _JsonReader()
    losses: tuple[str, ...] = ()
    try:
        reader.read(JsonStream(file))
    except CutOffError:
        losses = ("the dump's end is missing: the file is cut off",)
    return ThreadDump(
        form=JSON,
        threads=tuple(reader.threads),
        taken_at=reader.facts.get("time"),
        vm=reader.facts.get("runtimeVersion"),
        process_id=_number(reader.facts.get("processId")),
        line=1,
        losses=losses,
    )


class _JsonReader:
    """Takes a dump out of a stream, thread by thread; keeps what it has when the stream ends."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self.threads: list[JavaThread] = []
        self._frames = FrameReader()

    def read(self, stream: JsonStream) -> None:
        for name in stream.members():
            if name == "threadDump":
                self._read_dump(stream)
            else:
                stream.value()

    def _read_dump(self, stream: JsonStream) -> None:
        for name in stream.members():
            if name != "threadContainers":
                self.facts[name] = stream.value()
                continue
            for _ in stream.items():
                self._read_container(stream)

    def _read_container(self, stream: JsonStream) -> None:
        container: str | None = None
        first = len(self.threads)
        for name in stream.members():
            if name == "container":
                container = stream.value()
            elif name == "threads":
                for _ in stream.items():
                    self.threads.append(self._thread(stream.value(), container))
            else:
                stream.value()
        # Its name may come last in a file that another tool has written again.
        self.threads[first:] = [
            thread if thread.container == container else replace(thread, container=container)
            for thread in self.threads[first:]
        ]

    def _thread(self, record: dict[str, Any], container: str | None) -> JavaThread:
        frames = [self._frames.frame_of(str(text)) for text in record.get("stack") or ()]
        is_virtual = record.get("virtual")
        if is_virtual is None:
            # JDK 21 to 24 do not say; there is no state in their dumps either.
            is_virtual = "state" not in record and _is_virtual(frames)
        _add_locks(frames, record)
        return JavaThread(
            name=str(record.get("name", "")),
            number=_number(record.get("tid")),
            is_virtual=bool(is_virtual),
            state=record.get("state"),
            frames=tuple(frames),
            carrier=_number(record.get("carrier")),
            container=container,
        )


def _add_locks(frames: list[StackFrame], record: dict[str, Any]) -> None:
    if not frames:
        return
    for name, action in _WAITS:
        said = record.get(name)
        if isinstance(said, dict):
            owner = _number(said.get("owner"))
            _add_lock(frames, 0, action, said.get("object"), owner)
        elif said is not None:
            _add_lock(frames, 0, action, said)
    for held in record.get("monitorsOwned") or ():
        for lock in held.get("locks") or ():
            _add_lock(frames, int(held.get("depth", 0)), LOCKED, lock)


def _add_lock(
    frames: list[StackFrame], depth: int, action: str, lock_id: str | None, owner: int | None = None
) -> None:
    if lock_id is None or not 0 <= depth < len(frames):
        return
    class_name = lock_id.rpartition("@")[0] or None
    line = LockLine(action, lock_id, class_name, None if owner is None else f"#{owner}")
    frames[depth] = StackFrame(frames[depth].text, (*frames[depth].locks, line))


def is_plain_start(lines: list[str]) -> bool:
    """Whether three lines are the first of a plain dump: process, time, version of the JVM."""
    if len(lines) < 3:  # noqa: PLR2004 (three lines)
        return False
    process, time, version = (line.strip() for line in lines[:3])
    return bool(_PROCESS.match(process) and _TIME.match(time) and version)


def plain_dumps(lines: Iterable[str]) -> Iterator[ThreadDump]:
    """The dumps of a text file, one after the other."""
    dump: _PlainReader | None = None
    last: list[str] = []
    for number, line in enumerate(lines, 1):
        last = [*last[-2:], line]
        if is_plain_start(last):
            if dump is not None:
                yield dump.finished()
            dump = _PlainReader(last, number - 2)
        elif dump is not None:
            dump.feed(line)
    if dump is not None:
        yield dump.finished()


class _PlainReader:
    """A plain dump whose lines are being read."""

    def __init__(self, start: list[str], line: int) -> None:
        self._start = [text.strip() for text in start]
        self._line = line
        self._threads: list[JavaThread] = []
        self._header: list[str] = []
        self._facts: dict[str, Any] | None = None
        self._stack: list[StackFrame] = []
        self._frames = FrameReader()

    def feed(self, line: str) -> None:
        """Take the next line in."""
        text = line.strip()
        if self._header or line.startswith("#"):
            self._feed_header(line)
        elif not text:
            self._end_thread()
        elif self._facts is None:
            return
        elif text.startswith("- "):
            lock = read_lock(text)
            if lock is not None and self._stack:
                last = self._stack[-1]
                self._stack[-1] = StackFrame(last.text, (*last.locks, lock))
        else:
            self._stack.append(self._frames.frame(text) or self._frames.frame_of(text))

    def finished(self) -> ThreadDump:
        """The dump as far as it was read."""
        self._end_thread()
        process, time, version = self._start
        return ThreadDump(
            form=PLAIN,
            threads=tuple(self._threads),
            taken_at=time,
            vm=version,
            process_id=int(process),
            line=self._line,
        )

    def _feed_header(self, line: str) -> None:
        """A header may have line breaks in the name; one that never ends is no header."""
        self._header = [*self._header, line] if len(self._header) < _MOST_HEADER_LINES else []
        found = _HEADER.match("\n".join(self._header))
        if found is None:
            return
        self._end_thread()
        self._header = []
        self._facts = {
            "name": found.group("name"),
            "number": int(found.group("number")),
            "state": found.group("state"),
            "is_virtual": found.group("virtual") is not None,
        }

    def _end_thread(self) -> None:
        if self._facts is not None:
            self._threads.append(JavaThread(frames=tuple(self._stack), **self._facts))
        self._facts, self._stack = None, []


def _is_virtual(frames: list[StackFrame]) -> bool:
    return bool(frames) and frames[-1].text.startswith(_VIRTUAL_BOTTOM)


def _number(value: object) -> int | None:
    try:
        return None if value is None else int(str(value))
    except ValueError:
        return None
