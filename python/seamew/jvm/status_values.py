"""What `seamew status` knows of a JVM."""

from __future__ import annotations

from dataclasses import dataclass

from .cgroup import MemoryCgroup
from .collectors import GcActivity
from .oom_dump import OomDump
from .pools import HeapUse, MemoryPool
from .tcp import TcpStates

__all__ = [
    "Advice",
    "Asked",
    "ClassCounts",
    "JvmStatus",
    "OpenFiles",
    "ProcessMemory",
    "ThreadCounts",
]


@dataclass(frozen=True)
class Advice:
    """What deserves attention, and what to type about it; an empty `command`: nothing."""

    text: str
    command: str = ""


@dataclass(frozen=True)
class ThreadCounts:
    """`native` are all threads of the process, the others Java threads; None: not counted."""

    native: int
    live: int | None
    daemon: int | None
    peak: int | None
    started: int | None


@dataclass(frozen=True)
class ClassCounts:
    """Classes since the start of the JVM; `loaded` includes those that were unloaded again."""

    loaded: int
    unloaded: int


@dataclass(frozen=True)
class ProcessMemory:
    """In bytes; anonymous memory is what is no file: heap, stacks, native memory."""

    rss_bytes: int | None
    anonymous_bytes: int | None
    peak_rss_bytes: int | None
    swap_bytes: int | None


@dataclass(frozen=True)
class OpenFiles:
    """File descriptors, sockets included; None: closed to this user, or unlimited."""

    count: int | None
    limit: int | None


@dataclass(frozen=True)
class Asked:
    """What only the JVM itself can tell; None: it does not, and `refusals` say why.

    `direct_buffers_bytes` is all memory of the native memory tracking's category Other: direct
    buffers and what else the program allocates outside of the heap. `out_of_memory_errors` were
    thrown for the heap and metaspace since the start, caught ones included.
    """

    heap_used_bytes: int | None
    heap_committed_bytes: int | None
    metaspace_used_bytes: int | None
    metaspace_committed_bytes: int | None
    code_cache_used_bytes: int | None
    code_cache_max_bytes: int | None
    direct_buffers_bytes: int | None
    out_of_memory_errors: int | None
    flags: dict[str, str] | None
    refusals: tuple[str, ...]


@dataclass(frozen=True)
class JvmStatus:
    """One JVM at one moment. None: not to be told; `notes` say why, as ends of a sentence.

    `flags` are those it was started with or, where the JVM was asked, those that hold now.
    `uptime_seconds` and `cpu_seconds` are of the process, `gc_cpu_seconds` of the collector's
    threads. `asked` is None unless the JVM was asked.
    """

    pid: int
    namespace_pid: int
    uid: int
    user: str | None
    vm: str
    version: str | None
    java_home: str | None
    collector: str | None
    main: str | None
    is_stopped: bool
    uptime_seconds: float | None
    cpu_seconds: float | None
    gc_cpu_seconds: float | None
    heap: HeapUse | None
    gc: GcActivity | None
    threads: ThreadCounts
    classes: ClassCounts | None
    metaspace: tuple[MemoryPool, ...]
    memory: ProcessMemory
    cgroup: MemoryCgroup | None
    open_files: OpenFiles
    tcp: TcpStates
    flags: dict[str, str]
    oom_dump: OomDump
    attach_obstacle: str | None
    asked: Asked | None
    notes: tuple[str, ...]
    advice: tuple[Advice, ...]
