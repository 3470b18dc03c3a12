"""Thread dumps as HotSpot prints them: jstack, jcmd Thread.print, kill -3, also in logs.

Source: Thread::print_on, JavaThread::print_on, javaVFrame::print_lock_info_on and
DeadlockCycle::print_on_with of OpenJDK 8 to 25. VisualVM writes nearly the same, and so does the
serviceability agent (jstack -F, jhsdb jstack): StackTrace.java of jdk.hotspot.agent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from .frames import FrameReader, dotted, read_lock
from .headers import HEADER, begins_header, header_start, read_header
from .model import JavaThread, LockLine, PrintedDeadlock, PrintedWait, StackFrame, ThreadDump
from .prefixes import LinePrefix, unwrapped

__all__ = ["PRINTED", "printed_dumps"]

PRINTED = "Thread.print"
"""The form of these dumps."""

_START = "Full thread dump"
_AGENT_START = "Debugger attached successfully."
_AGENT_DEADLOCKS_END = "Found a total of"
_AGENT_PROCESS = re.compile(r"Attaching to process ID (\d+), please wait")
_AGENT_VERSION = re.compile(r"JVM version is (\S+)")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
_PROCESS = re.compile(r"(\d+):$")
_LISTED = re.compile(r"_java_thread_list=\S+ length=(\d+),")
_STATE = re.compile(r"java\.lang\.Thread\.State: (?P<state>[A-Z_]+)(?: \((?P<detail>[^)]*)\))?")
_REFERENCES = re.compile(r"JNI global ref(?:erence)?s: (\d+)(?:, weak refs: (\d+))?")
_DEADLOCK = "Java-level deadlock"
_DEADLOCK_STACKS = "Java stack information for the threads listed above"
_WAIT = re.compile(
    r'^"(?P<name>.*?)":\n\s+waiting (?:to lock|for ownable synchronizer)(?P<what>[^\n]*)\n'
    r'(?:\s+in JNI, )?\s*which is held by (?:"(?P<owner>.*?)"$|[^\n]*)',
    re.DOTALL | re.MULTILINE,
)
_LOCK_OF_WAIT = re.compile(
    r"(?:\((?:object |Object@)(?P<object>0x[0-9a-f]+), a (?P<class>[^)]+)\)"
    r"|(?P<synchronizer>0x[0-9a-f]+), \(a (?P<its_class>[^)]+)\))"
)
_EXCEPTION = re.compile(r"\s*(?:Caused by: |Exception in thread |[\w.$]+(?:Exception|Error)\b)")
_CARRYING = re.compile(r"Carrying virtual thread #(\d+)")
_MOST_HEADER_LINES = 20
_MOST_DEADLOCK_LINES = 10_000


class _Part(Enum):
    THREADS = auto()
    AFTER = auto()
    DEADLOCK = auto()
    STACKS = auto()


def printed_dumps(lines: Iterable[str]) -> Iterator[ThreadDump]:
    """The dumps among the lines of a text, each as soon as the next one begins or the text ends.

    Everything else between is passed over. A dump without its beginning or its end is read as far
    as it goes and says so in `losses`.
    """
    dump: _Dump | None = None
    before = ["", ""]
    for number, written in enumerate(lines, 1):
        for line in unwrapped(written):
            begun = _begun(line, number, before, dump)
            if begun is not None:
                if dump is not None:
                    yield dump.finished()
                dump = begun
            elif dump is not None:
                dump.feed(line)
            before = [before[1], line]
    if dump is not None:
        yield dump.finished()


def _begun(line: str, number: int, before: list[str], running: _Dump | None) -> _Dump | None:
    """A new dump, if one begins with this line: at its title, or at a thread without a dump."""
    at = line.find(_START)
    if at >= 0:
        prefix = LinePrefix(line[:at])
        process, time = map(prefix.strip, before)
        made = _Dump(prefix, number)
        made.vm = line[at + len(_START) :].strip(" :") or None
        made.taken_at = time if _TIME.match(time) else None
        found = _PROCESS.match(process)
        made.process_id = int(found.group(1)) if found else None
        return made
    if line.startswith(_AGENT_START):
        made = _Dump(LinePrefix(""), number, has_end=False)
        found = _AGENT_PROCESS.match(before[1])
        made.process_id = int(found.group(1)) if found else None
        return made
    if running is not None and not running.is_over:
        return None
    start = header_start(line)
    if start is None:
        return None
    made = _Dump(LinePrefix(line[:start]), number)
    made.losses.append("the dump's beginning is missing")
    made.feed(line)
    return made


@dataclass
class _Thread:
    """A thread whose lines are being read."""

    facts: dict[str, Any]
    frames: list[StackFrame] = field(default_factory=list)
    mounted: list[StackFrame] = field(default_factory=list)
    owned: list[LockLine] = field(default_factory=list)
    takes_frames: bool = True
    in_mounted: bool = False
    in_owned: bool = False

    def finished(self) -> JavaThread:
        return JavaThread(
            frames=tuple(self.frames),
            mounted_frames=tuple(self.mounted),
            owned_synchronizers=tuple(self.owned),
            **self.facts,
        )


class _Dump:
    """A dump whose lines are being read."""

    def __init__(self, prefix: LinePrefix, line: int, *, has_end: bool = True) -> None:
        self.vm: str | None = None
        self.taken_at: str | None = None
        self.process_id: int | None = None
        self.losses: list[str] = []
        self._prefix = prefix
        self._line = line
        self._has_end = has_end
        self._part = _Part.THREADS
        self._threads: list[JavaThread] = []
        self._thread: _Thread | None = None
        self._header: list[str] = []
        self._listed: int | None = None
        self._references: tuple[int, int | None] | None = None
        self._deadlock: list[str] = []
        self._deadlocks: list[PrintedDeadlock] = []
        self._reader = FrameReader()

    @property
    def is_over(self) -> bool:
        """Whether all threads are behind, so that another thread belongs to another dump."""
        return self._part is not _Part.THREADS

    def feed(self, line: str) -> None:
        """Take the next line of the text in."""
        bare = self._prefix.strip(line)
        if self._begins_deadlock(bare):
            self._end_deadlock()
            self._part = _Part.DEADLOCK
        elif self._part is _Part.THREADS:
            self._feed_thread(bare)
        elif self._part is _Part.DEADLOCK:
            if bare.startswith(_DEADLOCK_STACKS):
                self._end_deadlock()
                self._part = _Part.STACKS
            elif bare.startswith(_AGENT_DEADLOCKS_END):
                self._end_deadlock()
                self._part = _Part.THREADS
            elif len(self._deadlock) < _MOST_DEADLOCK_LINES:
                self._deadlock.append(bare)

    def _begins_deadlock(self, line: str) -> bool:
        """The JVM prints its deadlocks behind the threads, the serviceability agent before."""
        if not (line.startswith("Found") and _DEADLOCK in line):
            return False
        return self.is_over or not (self._has_end or self._threads or self._thread)

    def finished(self) -> ThreadDump:
        """The dump as far as it was read."""
        self._end_thread()
        self._end_deadlock()
        if self._part is _Part.THREADS and self._should_end():
            self.losses.append("the dump's end is missing")
        read = len(self._threads)
        if self._listed is not None and read < self._listed:
            self.losses.append(f"of {self._listed} threads {read} could be read")
        references, weak = self._references or (None, None)
        return ThreadDump(
            form=PRINTED,
            threads=tuple(self._threads),
            taken_at=self.taken_at,
            vm=self.vm,
            process_id=self.process_id,
            line=self._line,
            deadlocks=tuple(self._deadlocks),
            global_references=references,
            weak_references=weak,
            losses=tuple(self.losses),
        )

    def _should_end(self) -> bool:
        """Others than the JVM write no line at the end; VisualVM's threads have no addresses."""
        own = any(thread.jvm_id for thread in self._threads) or not self._threads
        return self._has_end and own

    def _feed_thread(self, line: str) -> None:
        text = line.strip()
        if self._header and self._continues_header(line):
            return
        if begins_header(line):
            self._end_thread()
            self._header = [line]
            self._begin_thread()
        elif text.startswith("JNI global ref"):
            self._end_thread()
            self._part = _Part.AFTER
            found = _REFERENCES.match(text)
            if found:
                weak = found.group(2)
                self._references = int(found.group(1)), int(weak) if weak else None
        elif self._thread is not None:
            self._feed_body(self._thread, text)
        else:
            self._feed_title(text)

    def _feed_title(self, text: str) -> None:
        listed, version = _LISTED.match(text), _AGENT_VERSION.match(text)
        if listed:
            self._listed = int(listed.group(1))
        elif version:
            self.vm = version.group(1)

    def _continues_header(self, line: str) -> bool:
        """Whether the line belongs to a header that a line break in the name has cut."""
        if HEADER.match(line) or len(self._header) >= _MOST_HEADER_LINES:
            self._header = []
            return False
        self._header.append(line)
        self._begin_thread()
        return True

    def _begin_thread(self) -> None:
        facts = read_header("\n".join(self._header))
        if facts is not None:
            self._thread = _Thread(facts)
            self._header = []

    def _end_thread(self) -> None:
        self._header = []
        if self._thread is not None:
            self._threads.append(self._thread.finished())
            self._thread = None

    def _feed_body(self, thread: _Thread, text: str) -> None:
        frame = self._reader.frame(text)
        if frame is not None:
            if thread.takes_frames:
                (thread.mounted if thread.in_mounted else thread.frames).append(frame)
        elif text.startswith("- "):
            self._feed_lock(thread, text)
        elif not text:
            thread.takes_frames = False
        elif text.startswith("Locked ownable synchronizers"):
            thread.in_owned = True
        elif text.startswith("Mounted virtual thread"):
            thread.in_mounted = True
        elif _EXCEPTION.match(text):
            thread.takes_frames = False  # what follows is the exception's stack, not the thread's
        else:
            _feed_state(thread, text)

    def _feed_lock(self, thread: _Thread, text: str) -> None:
        lock = read_lock(text)
        if lock is None:
            return
        if thread.in_owned:
            thread.owned.append(lock)
        elif thread.takes_frames:
            frames = thread.mounted if thread.in_mounted else thread.frames
            if frames:
                last = frames[-1]
                frames[-1] = StackFrame(last.text, (*last.locks, lock))

    def _end_deadlock(self) -> None:
        waits = tuple(_waits("\n".join(self._deadlock)))
        if waits:
            self._deadlocks.append(PrintedDeadlock(waits))
        self._deadlock = []


def _feed_state(thread: _Thread, text: str) -> None:
    state = _STATE.match(text)
    carrying = _CARRYING.match(text)
    if state:
        thread.facts.update(state=state.group("state"), state_detail=state.group("detail"))
    elif carrying:
        thread.facts["carries"] = int(carrying.group(1))


def _waits(text: str) -> Iterator[PrintedWait]:
    for found in _WAIT.finditer(text):
        lock = _LOCK_OF_WAIT.search(found.group("what"))
        yield PrintedWait(
            thread_name=found.group("name"),
            lock_id=(lock.group("object") or lock.group("synchronizer")) if lock else None,
            class_name=dotted(lock.group("class") or lock.group("its_class")) if lock else None,
            owner_name=found.group("owner"),
        )
