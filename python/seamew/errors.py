"""Everything that Seamew raises on purpose.

SeamewError                      anything below; carries a hint, a path, a byte offset
├── NotAHeapDumpError            the file is something else, or nothing
├── NotAThreadDumpError          there is no thread dump in the file
├── DumpReadError                the operating system refused a read (see `path`)
├── DamagedDumpError             an anomaly that stops the work, or any anomaly when strict
├── StillBeingWrittenError       the dump grows while it is read; try again
├── TargetNotFoundError          what was named does not exist
│   ├── DumpNotFoundError        no such file
│   ├── ObjectNotFoundError      no such object or class in the dump
│   └── JvmNotFoundError         no such process, no JVM, or it has ended
├── AccessRefusedError           the operating system refused access
│   └── AttachRefusedError       the JVM lets nobody attach, or not this user
├── JvmNotAnsweringError         the JVM is stopped, stuck or still starting; try again
├── JvmCommandError              the JVM answered that it cannot do what was asked
├── NoRoomError                  a disk has not enough room, or memory that stands for one
├── IndexUnusableError           an index that can be neither read nor rebuilt
├── MemoryLimitError             the work cannot be done within the memory allowed
├── UsageError                   an argument that makes no sense
│   └── QueryError               a query that cannot be understood, or not be answered
├── MissingLibraryError          an optional library that is not installed
├── TimeLimitError               the work took longer than allowed
├── CancelledError               stopped by request
└── ClosedHeapError              the heap was closed before
"""

from __future__ import annotations

__all__ = [
    "AccessRefusedError",
    "AttachRefusedError",
    "CancelledError",
    "ClosedHeapError",
    "DamagedDumpError",
    "DumpNotFoundError",
    "DumpReadError",
    "IndexUnusableError",
    "JvmCommandError",
    "JvmNotAnsweringError",
    "JvmNotFoundError",
    "MemoryLimitError",
    "MissingLibraryError",
    "NoRoomError",
    "NotAHeapDumpError",
    "NotAThreadDumpError",
    "ObjectNotFoundError",
    "QueryError",
    "SeamewError",
    "StillBeingWrittenError",
    "TargetNotFoundError",
    "TimeLimitError",
    "UsageError",
]


class SeamewError(Exception):
    """Base of all errors: what happened, where, and what to do about it.

    `message` says what happened, `hint` what to do (or is empty), `path` names the file and
    `offset` the byte in it, where they are known.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        path: str | None = None,
        offset: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path
        self.offset = offset


class NotAHeapDumpError(SeamewError):
    """The file is no heap dump; the message says what it seems to be."""


class NotAThreadDumpError(SeamewError):
    """There is no thread dump in the file."""


class DumpReadError(SeamewError):
    """Reading the dump failed: a disk error, a device, a broken compressed stream."""


class DamagedDumpError(SeamewError):
    """The dump is damaged beyond use, or damaged at all under `strict`."""


class StillBeingWrittenError(SeamewError):
    """The dump grew while it was read: its writer has not finished."""


class TargetNotFoundError(SeamewError):
    """What was named does not exist."""


class DumpNotFoundError(TargetNotFoundError):
    """There is no such file, or no such dump in the file."""


class ObjectNotFoundError(TargetNotFoundError):
    """There is no such object or class in the dump."""


class JvmNotFoundError(TargetNotFoundError):
    """There is no such process, it is no JVM, or it has ended."""


class AccessRefusedError(SeamewError):
    """The operating system refused access to a file."""


class AttachRefusedError(AccessRefusedError):
    """The JVM lets nobody attach, or not this user."""


class JvmNotAnsweringError(SeamewError):
    """The JVM does not answer: it is stopped, stuck, or not ready yet."""


class JvmCommandError(SeamewError):
    """The JVM answered, and the answer is that it cannot; the message is its own."""


class NoRoomError(SeamewError):
    """There is not enough room for what is to be written; the message says where and how much."""


class IndexUnusableError(SeamewError):
    """The index can be neither used nor written again."""


class MemoryLimitError(SeamewError):
    """The work does not fit in the memory that is allowed."""


class UsageError(SeamewError):
    """An argument that makes no sense."""


class QueryError(UsageError):
    """A query that cannot be understood, or not be answered.

    `place` is the character of the query that the message is about, from 0, where that is known;
    `query` is the text, where whoever asked added it.
    """

    def __init__(self, message: str, *, hint: str = "", place: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.place = place
        self.query: str | None = None


class MissingLibraryError(SeamewError):
    """An optional library that is not installed; the hint says how to install it."""


class TimeLimitError(SeamewError):
    """The work took longer than allowed."""


class CancelledError(SeamewError):
    """The work was stopped by request; nothing half done is left."""


class ClosedHeapError(SeamewError):
    """The heap was closed before this call."""
