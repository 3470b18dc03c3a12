"""What a thread dump says, whichever JVM and tool wrote it. What it does not say is None."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "CLASS_INITIALIZATION",
    "LOCKED",
    "PARKING",
    "RELOCKING",
    "WAITING_ON",
    "WAITING_TO_LOCK",
    "JavaThread",
    "LockLine",
    "PrintedDeadlock",
    "PrintedWait",
    "StackFrame",
    "ThreadDump",
]

LOCKED = "locked"
WAITING_TO_LOCK = "waiting to lock"
WAITING_ON = "waiting on"
RELOCKING = "waiting to re-lock in wait()"
PARKING = "parking to wait for"
CLASS_INITIALIZATION = "waiting for the initialization of"


@dataclass(frozen=True)
class LockLine:
    """What a thread does with a lock, as a line of the dump says: `locked`, `waiting to lock`, ...

    `lock_id` is the dump's own: an address, or class@hash. It is good within one dump only, for
    objects move. `owner` names the owner where the line does: #NUMBER or a `jvm_id`.
    """

    action: str
    lock_id: str | None
    class_name: str | None
    owner: str | None = None


@dataclass(frozen=True)
class StackFrame:
    """A frame, `com.acme.Store.put(Store.java:42)`, without its module, and its locks."""

    text: str
    locks: tuple[LockLine, ...] = ()


@dataclass(frozen=True)
class JavaThread:
    """A thread. `number` is Thread.threadId, `native_id` the operating system's.

    `native_id` is the one that the JVM's own process namespace has. `state` is that of
    Thread.getState, None for threads of the JVM itself; `state_detail` is what stands behind it in
    brackets. `carries` is the number of the virtual thread that it carries, `carrier` the number
    of the thread that carries it. `mounted_frames` are those of the virtual thread.
    """

    name: str
    number: int | None = None
    native_id: int | None = None
    jvm_id: str | None = None
    is_daemon: bool | None = None
    is_virtual: bool | None = None
    priority: int | None = None
    cpu_seconds: float | None = None
    elapsed_seconds: float | None = None
    allocated_bytes: int | None = None
    activity: str | None = None
    state: str | None = None
    state_detail: str | None = None
    frames: tuple[StackFrame, ...] = ()
    owned_synchronizers: tuple[LockLine, ...] = ()
    carries: int | None = None
    carrier: int | None = None
    mounted_frames: tuple[StackFrame, ...] = ()
    container: str | None = None


@dataclass(frozen=True)
class PrintedWait:
    """A step of a deadlock that the JVM printed: who waits for what, held by whom."""

    thread_name: str
    lock_id: str | None
    class_name: str | None
    owner_name: str | None


@dataclass(frozen=True)
class PrintedDeadlock:
    """A deadlock that the JVM printed itself."""

    waits: tuple[PrintedWait, ...]


@dataclass(frozen=True)
class ThreadDump:
    """One dump.

    `taken_at` is the time as printed; most forms print local time without a zone. `form` says how
    it was written. `losses` are sentences on what is missing from a damaged dump.
    """

    form: str
    threads: tuple[JavaThread, ...]
    taken_at: str | None = None
    vm: str | None = None
    process_id: int | None = None
    source: str | None = None
    line: int | None = None
    deadlocks: tuple[PrintedDeadlock, ...] = ()
    global_references: int | None = None
    weak_references: int | None = None
    losses: tuple[str, ...] = ()
