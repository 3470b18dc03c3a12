"""Thread dumps: taken from a JVM or read from files, and what they tell."""

from .asking import TakenDump, take_dump, take_virtual_dump
from .busy import BusyThread, busy_by_dumps, busy_by_tasks
from .changes import ChangeReader, StillThreads, ThreadChanges, thread_changes
from .files import looks_like_text, read_thread_dumps, thread_dumps_of_text
from .groups import (
    GROUPINGS,
    ThreadGroup,
    own_frame,
    stack_of,
    state_of,
    thread_groups,
    threads_in_state,
)
from .locks import BlockingRow, Deadlock, LockWaits, lock_waits
from .model import JavaThread, LockLine, StackFrame, ThreadDump

__all__ = [
    "GROUPINGS",
    "BlockingRow",
    "BusyThread",
    "ChangeReader",
    "Deadlock",
    "JavaThread",
    "LockLine",
    "LockWaits",
    "StackFrame",
    "StillThreads",
    "TakenDump",
    "ThreadChanges",
    "ThreadDump",
    "ThreadGroup",
    "busy_by_dumps",
    "busy_by_tasks",
    "lock_waits",
    "looks_like_text",
    "own_frame",
    "read_thread_dumps",
    "stack_of",
    "state_of",
    "take_dump",
    "take_virtual_dump",
    "thread_changes",
    "thread_dumps_of_text",
    "thread_groups",
    "threads_in_state",
]
