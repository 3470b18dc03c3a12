"""Threads, their stacks, and what their local variables hold."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LocalVariable", "StackFrame", "ThreadRow"]


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
    thread has none. `context_class_loader` reads `CLASS @ 0xADDRESS`.
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
