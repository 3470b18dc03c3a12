"""Taking a heap dump through a pipe: the JVM writes to a FIFO, this process reads.

Up to JDK 21 nothing is written to a disk of the JVM's, but the program stands still for as long as
the pipe is read; so what is read waits for nothing but compression on all cores. JDK 22 and later
write the heap to a segment beside the FIFO first, while the program stands still, and then send it.

When this process ends, or stops to read, the pipe closes and the JVM gives the dump up.
"""

from __future__ import annotations

import fcntl
import os
import queue
import select
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import BinaryIO

from seamew.errors import (
    CancelledError,
    DamagedDumpError,
    JvmNotAnsweringError,
    JvmNotFoundError,
    SeamewError,
    UsageError,
)
from seamew.jvm.pauses import stopped_seconds

from .answers import check_answer
from .background import Background
from .check import DumpCheck, RecordWalk
from .estimate import merges_segments
from .files import PART_SUFFIX, Part, new_file
from .folders import open_folder
from .order import DumpOrder
from .packing import MEMBER_BYTES, packed_member
from .salvage import has_ended
from .taking import HeapDump

__all__ = ["take_stream"]

_NAME = "heap.hprof"
_PIPE_BYTES = 1 << 20
_SET_PIPE_SIZE = 1031  # fcntl(2): F_SETPIPE_SZ, which fcntl has a name for since Python 3.10
_LOOK_SECONDS = 0.1
_NO_WRITER_SECONDS = 0.01
_STALLED_SECONDS = 60.0
_MOST_MEMBERS_WAITING = 64


def take_stream(order: DumpOrder, output: BinaryIO | None = None) -> HeapDump:
    """Take a dump by STREAM to the file that is wanted, or to `output`.

    Whatever happens, the JVM is let go at once: Ctrl-C, a full disk, or an `output` that takes
    nothing for a minute. Raises what `take_file` raises.
    """
    started = time.monotonic()
    with stopped_seconds(order.jvm) as stopped:
        if output is None:
            kept_after = (SeamewError,) if order.keep_part else (JvmNotFoundError,)
            with new_file(order.wish.final_path, kept_after=kept_after) as file:
                size, check = _stream(order, file)
        else:
            size, check = _stream(order, output)
            output.flush()
    return HeapDump(
        pid=order.jvm.pid,
        path=str(order.wish.final_path) if output is None else None,
        is_live=order.wish.is_live,
        method=order.wish.method,
        is_compressed=order.wish.is_compressed,
        file_bytes=size,
        raw_bytes=check.raw_bytes,
        records=check.records,
        pause_seconds=stopped(),
        seconds=time.monotonic() - started,
    )


def _stream(order: DumpOrder, output: BinaryIO) -> tuple[int, DumpCheck]:
    """Read the dump into `output`; returns the bytes written and the check."""
    walk = RecordWalk()
    pump = _Pump(output, order.wish.level if order.wish.is_compressed else None)
    with _fifo(order) as (part, descriptor):
        answers: list[str] = []
        line = _line(order, part)
        limit = order.limit_seconds
        request = Background(lambda: answers.append(order.client.jcmd(line, timeout_seconds=limit)))
        try:
            for data in _pieces(order, part, descriptor, request):
                walk.feed(data)
                pump.put(data)
        except KeyboardInterrupt as interrupt:
            message = "interrupted: the JVM has been let go, nothing is left"
            raise CancelledError(message) from interrupt
        pump.end()
        _check_end(order, request)
    check_answer(order.jvm.pid, answers[0])
    check = walk.end()
    if check.problem:
        message = f"the dump is not whole: {check.problem}"
        raise DamagedDumpError(message, offset=check.problem_offset)
    return pump.written_bytes, check


def _check_end(order: DumpOrder, request: Background) -> None:
    try:
        request.join()
    except (JvmNotFoundError, JvmNotAnsweringError) as error:
        if not has_ended(order.jvm):
            raise
        hint = f"what it has sent is in {order.wish.final_path}{PART_SUFFIX}"
        raise JvmNotFoundError(
            f"JVM {order.jvm.pid} ended while it sent the dump",
            hint=hint if order.wish.target else "what it has sent is cut off",
        ) from error


def _line(order: DumpOrder, part: Part) -> str:
    """What to ask for: the JVM must be told that it may write to something that exists."""
    if any(text in part.jvm_path for text in ('"', "\n", "%p")):
        raise UsageError("the JVM cannot be told of such a folder", path=part.jvm_path)
    objects = "" if order.wish.is_live else "-all "
    return f'GC.heap_dump {objects}-overwrite "{part.jvm_path}"'


@contextmanager
def _fifo(order: DumpOrder) -> Iterator[tuple[Part, int]]:
    """A FIFO that only the JVM's user and this one can open, and its end to read.

    When that is closed the JVM's next write fails, and it goes on with its work.
    """
    assert order.found.via is not None  # noqa: S101 (a stream is never beside the target)
    with open_folder(order.jvm, order.found.via) as outer, outer.private_folder() as folder:
        part = Part(folder, _NAME)
        folder.make_fifo(_NAME)
        try:
            flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(_NAME, flags, dir_fd=folder.descriptor)
            try:
                with suppress(OSError):
                    fcntl.fcntl(descriptor, _SET_PIPE_SIZE, _PIPE_BYTES)
                yield part, descriptor
            finally:
                folder.withdraw()
                os.close(descriptor)
        finally:
            part.remove()


def _pieces(order: DumpOrder, part: Part, descriptor: int, request: Background) -> Iterator[bytes]:
    """What comes through the pipe, until the JVM has answered and nothing more is in it."""
    twice = merges_segments(order.found.heap.java_major)
    expected = order.found.estimate.expected_bytes * (2 if twice else 1)
    done = segments = 0
    while True:
        has_answered = request.is_done
        select.select([descriptor], [], [], _LOOK_SECONDS)
        try:
            data = os.read(descriptor, _PIPE_BYTES)
        except BlockingIOError:  # open at the other end, but nothing there
            data = b""
        if data:
            done += len(data)
            yield data
        elif has_answered:
            return
        else:
            time.sleep(_NO_WRITER_SECONDS)  # select does not wait while nobody writes
        segments = max(segments, part.written_bytes)
        order.watcher.on_progress("dump", done + segments, expected)


class _Pump:
    """Compresses and writes what it is given, in the background; level None: leaves it as it is.

    Some megabytes wait for that at most; then `put` waits, at most a minute.
    """

    def __init__(self, output: BinaryIO, level: int | None) -> None:
        self.written_bytes = 0
        self._output = output
        self._level = level
        self._waiting = bytearray()
        self._is_first = True
        self._packers = ThreadPoolExecutor(len(os.sched_getaffinity(0)))
        self._members: queue.Queue[Future[bytes] | None] = queue.Queue(_MOST_MEMBERS_WAITING)
        self._writer = Background(self._write)

    def put(self, data: bytes) -> None:
        """The next bytes; raises what writing has raised, or SeamewError when it is stuck."""
        self._waiting += data
        while len(self._waiting) >= MEMBER_BYTES:
            self._send(bytes(self._waiting[:MEMBER_BYTES]))
            del self._waiting[:MEMBER_BYTES]

    def end(self) -> None:
        """Write the rest."""
        if self._waiting:
            self._send(bytes(self._waiting))
        self._hand_over(None)
        self._writer.join()
        self._packers.shutdown()

    def _send(self, data: bytes) -> None:
        self._hand_over(self._packers.submit(self._packed, data, self._is_first))
        self._is_first = False

    def _packed(self, data: bytes, is_first: bool) -> bytes:  # noqa: FBT001 (as `submit` calls it)
        if self._level is None:
            return data
        return packed_member(data, self._level, is_first=is_first)

    def _hand_over(self, member: Future[bytes] | None) -> None:
        deadline = time.monotonic() + _STALLED_SECONDS
        while True:
            if self._writer.is_done:
                self._writer.join()
            try:
                self._members.put(member, timeout=_LOOK_SECONDS)
            except queue.Full:
                if time.monotonic() > deadline:
                    raise SeamewError(
                        f"nothing could be written for {_STALLED_SECONDS:g} s;"
                        " the JVM has been let go, and the dump is cut off"
                    ) from None
            else:
                return

    def _write(self) -> None:
        while True:
            member = self._members.get()
            if member is None:
                return
            self.written_bytes += self._output.write(member.result())
