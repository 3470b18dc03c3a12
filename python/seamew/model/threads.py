"""Threads, their stacks, and what their local variables hold."""

from __future__ import annotations

from dataclasses import dataclass

from .objects import ObjectRow

__all__ = [
    "BlockedThread",
    "Deadlock",
    "HeldLocal",
    "LocalVariable",
    "LockOverview",
    "LockRow",
    "StackFrame",
    "ThreadDetail",
    "ThreadGroupRow",
    "ThreadLocalKeyRow",
    "ThreadLocalRow",
    "ThreadRow",
]


@dataclass(frozen=True, slots=True)
class LocalVariable:
    """An object that a stack frame holds. `root_type` is Java Local or Native Stack and so on."""

    object_index: int
    address: int
    class_name: str
    shallow_bytes: int
    retained_bytes: int
    root_type: str
    value: str | None


@dataclass(frozen=True, slots=True)
class StackFrame:
    """One frame: its text as a Java stack trace has it, and its locals."""

    text: str
    locals: tuple[LocalVariable, ...]


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread. `state` is the readable form of the JVMTI bits in `state_value`.

    `max_local_retained_bytes` is the largest retained size among its locals, or None where the
    thread has none. `context_class_loader` reads `CLASS @ 0xADDRESS`. `thread_state` is what
    `Thread.getState` says (RUNNABLE, BLOCKED, WAITING and so on), for virtual threads too, whose
    `state` is in words and whose `state_value` is None. `is_alive`: started and not yet ended.
    `carrier_index` is the thread that runs a mounted virtual thread, `blocker_index` what a parked
    thread waits for.
    """

    object_index: int
    address: int
    class_name: str
    name: str | None
    shallow_bytes: int
    retained_bytes: int
    max_local_retained_bytes: int | None
    context_class_loader: str | None
    is_daemon: bool | None
    priority: int | None
    state: str | None
    state_value: int | None
    frames: tuple[StackFrame, ...]
    thread_id: int | None = None
    group: str | None = None
    thread_state: str | None = None
    is_alive: bool = True
    is_virtual: bool = False
    carrier_index: int | None = None
    blocker_index: int | None = None


@dataclass(frozen=True, slots=True)
class ThreadLocalRow:
    """A thread-local variable of a thread. `key` is None where the ThreadLocal is gone: stale.

    `key_field` is the static field `Class#field` that holds the ThreadLocal, if one does.
    """

    thread_index: int
    thread_name: str | None
    is_inheritable: bool
    key: ObjectRow | None
    key_field: str | None
    value: ObjectRow | None

    @property
    def key_name(self) -> str:
        """The field that holds the ThreadLocal, else its class and address."""
        if self.key is None:
            return "(stale)"
        return self.key_field or f"{self.key.class_name} @ {self.key.address:#x}"

    @property
    def retained_bytes(self) -> int:
        """What the value retains."""
        return self.value.retained_bytes if self.value else 0


@dataclass(frozen=True, slots=True)
class ThreadLocalKeyRow:
    """One ThreadLocal over all threads; all stale entries are one row.

    `threads` counts the threads with a value, `retained_bytes` sums what the values retain.
    `value_class` is that of the value that retains most, with `+2` for two more classes.
    """

    key_name: str
    key_class: str | None
    threads: int
    entries: int
    retained_bytes: int
    value_class: str | None


@dataclass(frozen=True, slots=True)
class HeldLocal:
    """A local variable with the frame that holds it. `depth` is 0 for the top frame."""

    thread_index: int
    thread_name: str | None
    depth: int
    frame: str
    local: LocalVariable


@dataclass(frozen=True, slots=True)
class ThreadDetail:
    """A thread with its biggest locals and its thread-local variables.

    `significant_frames` are the depths of the frames whose locals hold much: a tenth of what the
    thread retains, and a thousandth of the heap.
    """

    thread: ThreadRow
    carrier: ObjectRow | None
    blocker: ObjectRow | None
    biggest_locals: tuple[HeldLocal, ...]
    significant_frames: tuple[int, ...]
    thread_locals: tuple[ThreadLocalRow, ...]


@dataclass(frozen=True, slots=True)
class ThreadGroupRow:
    """Threads of one pool, state, stack or context loader.

    `retained_bytes` sums what they retain. `states` counts them by `thread_state`; `frames` are the
    top frames of the first thread; `example_index` is that thread.
    """

    label: str
    threads: int
    retained_bytes: int
    states: dict[str, int]
    frames: tuple[str, ...]
    example_index: int


@dataclass(frozen=True, slots=True)
class LockRow:
    """An object that threads lock, and who is known to have to do with it.

    `kind` is `monitor` (a GC root of type Busy Monitor), `lock` (java.util.concurrent: `owner` is
    what its field says), `park` (threads are parked for it, and nobody is known to own it) or
    `contended` (in the top frame of a thread that is blocked; whether it is the monitor wanted, the
    dump does not say). `holders` have it in their stacks, `waiters` are
    parked for it or blocked with it in their top frame.
    """

    object: ObjectRow
    kind: str
    owner: str | None
    owner_index: int | None
    holders: tuple[str, ...]
    waiters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deadlock:
    """Threads that wait for each other in a ring.

    `locks[n]` is what `threads[n]` waits for and the next thread owns. `is_certain`: fields say
    so; otherwise stacks suggest it, which monitors leave nothing else for.
    """

    threads: tuple[str, ...]
    locks: tuple[str, ...]
    is_certain: bool


@dataclass(frozen=True, slots=True)
class BlockedThread:
    """A thread that is blocked on a monitor, and its top frame, if its stack is in the dump."""

    thread_index: int
    thread_name: str | None
    top_frame: str | None


@dataclass(frozen=True, slots=True)
class LockOverview:
    """Locks, threads that are blocked on a monitor with their top frame, and deadlocks."""

    locks: tuple[LockRow, ...]
    blocked: tuple[BlockedThread, ...]
    deadlocks: tuple[Deadlock, ...]
