"""Java dumps of OpenJ9 ("javacores"): a tag before each line says what it is.

Source: the OpenJ9 user documentation, "Java dump" (dump_javadump.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .frames import FrameReader
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

__all__ = ["JAVACORE", "is_javacore_line", "javacore_dumps"]

JAVACORE = "javacore"
_TITLE = "0SECTION       TITLE"
_TAG = re.compile(r"(?P<tag>\d[A-Z0-9]+)\s+(?P<text>.*)")
_THREAD = re.compile(
    r'"(?P<name>.*)" (?:J9VMThread|TID):(?P<jvm_id>0x[0-9A-Fa-f]+),.* state:(?P<state>[A-Z]+)'
    r"(?:,| )\s*prio=(?P<priority>\d+)"
)
_JAVA = re.compile(r"getId:(?P<number>0x[0-9A-Fa-f]+), isDaemon:(?P<daemon>true|false)")
_NATIVE = re.compile(r"native thread ID:(?P<id>0x[0-9A-Fa-f]+)")
_CPU = re.compile(r"CPU usage total: (?P<seconds>[\d.]+) secs")
_BLOCK = re.compile(
    r"(?P<action>Blocked|Waiting|Parked) on: (?P<class>\S+)@(?P<id>0x[0-9A-Fa-f]+)"
    r'(?: Owned by: (?:"(?P<name>.*)" \(J9VMThread:(?P<owner>0x[0-9A-Fa-f]+)|<))?'
)
_ENTERED = re.compile(r"\(entered lock: (?P<class>\S+)@(?P<id>0x[0-9A-Fa-f]+)")
_DATE = re.compile(r"Date:\s+(?P<date>\S+) at (?P<time>[\d:]+)")
_PROCESS = re.compile(r"Process ID: (?P<id>\d+)")
_STATES = {
    "R": ("RUNNABLE", None),
    "CW": ("WAITING", "condition wait"),
    "P": ("WAITING", "parking"),
    "B": ("BLOCKED", "on object monitor"),
    "S": ("RUNNABLE", "suspended"),
    "Z": ("TERMINATED", None),
}
_ACTIONS = {"Blocked": WAITING_TO_LOCK, "Waiting": WAITING_ON, "Parked": PARKING}


def is_javacore_line(line: str) -> bool:
    """Whether a Java dump begins with this line."""
    return line.startswith((_TITLE, "1TISIGINFO"))


def javacore_dumps(lines: Iterable[str]) -> Iterator[ThreadDump]:
    """The dumps of a text, one after the other."""
    dump: _Dump | None = None
    for number, line in enumerate(lines, 1):
        if line.startswith(_TITLE) or dump is None:
            if dump is not None:
                yield dump.finished()
            dump = _Dump(number)
        found = _TAG.match(line)
        if found:
            dump.feed(found.group("tag"), found.group("text"))
    if dump is not None:
        yield dump.finished()


class _Dump:
    """A Java dump whose lines are being read."""

    def __init__(self, line: int) -> None:
        self._line = line
        self._facts: dict[str, Any] = {}
        self._threads: dict[str, JavaThread] = {}
        self._thread: dict[str, Any] | None = None
        self._stack: list[StackFrame] = []
        self._wait: LockLine | None = None
        self._frames = FrameReader()
        self._ended = False
        self._read: dict[str, Callable[[str], None]] = {
            "1TIDATETIME": self._feed_date,
            "1CIJAVAVERSION": lambda text: self._facts.update(vm=text.strip()),
            "1CIPROCESSID": self._feed_process,
            "3XMTHREADINFO": self._feed_thread,
            "3XMJAVALTHREAD": self._feed_java,
            "3XMTHREADINFO1": self._feed_native,
            "3XMCPUTIME": self._feed_cpu,
            "3XMTHREADBLOCK": self._feed_block,
            "4XESTACKTRACE": self._feed_frame,
            "5XESTACKTRACE": self._feed_lock,
            "1XMTHDSUMMARY": self._feed_end,
        }

    def feed(self, tag: str, text: str) -> None:
        """Take the next line in."""
        read = self._read.get(tag)
        if read is not None:
            read(text)

    def finished(self) -> ThreadDump:
        """The dump as far as it was read."""
        self._end_thread()
        losses = () if self._ended else ("the dump's end is missing",)
        threads = tuple(self._threads.values())
        return ThreadDump(JAVACORE, threads, line=self._line, losses=losses, **self._facts)

    def _feed_end(self, _text: str) -> None:
        self._ended = True

    def _feed_date(self, text: str) -> None:
        found = _DATE.search(text)
        if found:
            self._facts["taken_at"] = f"{found.group('date')} {found.group('time')}"

    def _feed_process(self, text: str) -> None:
        found = _PROCESS.search(text)
        if found:
            self._facts["process_id"] = int(found.group("id"))

    def _feed_thread(self, text: str) -> None:
        self._end_thread()
        found = _THREAD.match(text)
        if found is None:
            return  # "Anonymous native thread": no Java
        state, detail = _STATES.get(found.group("state"), (None, None))
        self._thread = {
            "name": found.group("name"),
            "jvm_id": found.group("jvm_id"),
            "priority": int(found.group("priority")),
            "state": state,
            "state_detail": detail,
        }

    def _feed_java(self, text: str) -> None:
        found = _JAVA.search(text)
        if found and self._thread is not None:
            self._thread["number"] = int(found.group("number"), 16)
            self._thread["is_daemon"] = found.group("daemon") == "true"

    def _feed_native(self, text: str) -> None:
        found = _NATIVE.search(text)
        if found and self._thread is not None:
            self._thread["native_id"] = int(found.group("id"), 16)

    def _feed_cpu(self, text: str) -> None:
        found = _CPU.search(text)
        if found and self._thread is not None:
            self._thread["cpu_seconds"] = float(found.group("seconds"))

    def _feed_block(self, text: str) -> None:
        found = _BLOCK.match(text)
        if found:
            action = _ACTIONS[found.group("action")]
            self._wait = LockLine(
                action, found.group("id"), _dotted(found.group("class")), found.group("owner")
            )

    def _feed_frame(self, text: str) -> None:
        frame = self._frames.frame(_dotted(text.strip()))
        if frame is None:
            return
        if not self._stack and self._wait is not None:
            frame = StackFrame(frame.text, (self._wait,))
        self._stack.append(frame)

    def _feed_lock(self, text: str) -> None:
        found = _ENTERED.search(text)
        if found and self._stack:
            lock = LockLine(LOCKED, found.group("id"), _dotted(found.group("class")))
            last = self._stack[-1]
            self._stack[-1] = StackFrame(last.text, (*last.locks, lock))

    def _end_thread(self) -> None:
        """The current thread stands in a section of its own and once more among all."""
        if self._thread is not None:
            thread = JavaThread(frames=tuple(self._stack), **self._thread)
            self._threads[str(thread.jvm_id)] = thread
        self._thread, self._stack, self._wait = None, [], None


def _dotted(name: str) -> str:
    """A class or a frame with dots; the brackets may hold a file, which has no slash."""
    return name.replace("/", ".")
