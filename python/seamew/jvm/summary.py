"""All JVMs of the host, a line each, from files alone: what `seamew ps` shows.

Of each JVM some seven small files are read; nothing is sent to it, so it may as well be stopped,
stuck or in another namespace.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seamew.errors import AccessRefusedError, JvmNotAnsweringError, JvmNotFoundError

from .attaching.readiness import attach_obstacle
from .command_line import flag_bytes, main_of, read_command, read_words
from .discover import HOTSPOT, HiddenJvm, JvmProcess, scan
from .identity import (
    find_java_version,
    open_counters,
    tell_collector,
    uptime_seconds,
    user_name,
)
from .perfdata import PerfData
from .pools import read_heap
from .procfs import PROC, seconds_since_boot

__all__ = ["JvmSummary", "list_summaries"]

_ENDED = frozenset("ZX")
_NO_COUNTERS = "has no counters (-XX:-UsePerfData, -XX:+PerfDisableSharedMem, or just started)"


@dataclass(frozen=True)
class JvmSummary:
    """One JVM; None: not to be told, and `notes` say why, as ends of a sentence.

    `pid` is the host's, `namespace_pid` the one inside of its container. `main` is the main class,
    jar or module. `heap_used_bytes` is current, `heap_after_gc_bytes` what the last collection left
    (at most that unless `is_after_gc_exact`). `attach_obstacle` says why attaching will not work;
    None: it should.
    """

    pid: int
    namespace_pid: int
    uid: int
    user: str | None
    vm: str | None
    version: str | None
    collector: str | None
    uptime_seconds: float | None
    main: str | None
    heap_used_bytes: int | None
    heap_after_gc_bytes: int | None
    is_after_gc_exact: bool
    heap_max_bytes: int | None
    rss_bytes: int | None
    threads: int
    attach_obstacle: str | None
    notes: tuple[str, ...]

    @property
    def heap_bytes(self) -> int | None:
        """What is used now or, where that is not to be told, what the last collection left."""
        return self.heap_after_gc_bytes if self.heap_used_bytes is None else self.heap_used_bytes


def list_summaries(proc: Path = PROC) -> tuple[JvmSummary, ...]:
    """All JVMs by pid; also processes named java that this user may not look at.

    Costs some 2 ms of CPU a JVM and 0.1 ms for each other process.
    """
    since_boot = seconds_since_boot(proc)
    found, hidden = scan(proc)
    rows = [_summarize(jvm, since_boot) for jvm in found]
    rows += [_summarize_hidden(one, since_boot) for one in hidden]
    return tuple(sorted(rows, key=lambda row: row.pid))


def _summarize(jvm: JvmProcess, since_boot: float) -> JvmSummary:
    try:
        counters = open_counters(jvm)
        if counters is None:
            return _row(jvm, since_boot, None, (_NO_COUNTERS,) if jvm.vm == HOTSPOT else ())
        with counters:
            return _row(jvm, since_boot, counters, ())
    except (AccessRefusedError, JvmNotAnsweringError, JvmNotFoundError) as error:
        return _row(jvm, since_boot, None, (f"has no readable counters: {error.message}",))


def _row(
    jvm: JvmProcess, since_boot: float, counters: PerfData | None, notes: tuple[str, ...]
) -> JvmSummary:
    command = read_command(jvm, counters)
    heap = read_heap(counters) if counters else None
    return JvmSummary(
        pid=jvm.pid,
        namespace_pid=jvm.status.namespace_pid,
        uid=jvm.status.uid,
        user=user_name(jvm.status.uid),
        vm=jvm.vm,
        version=find_java_version(jvm, counters),
        collector=tell_collector(jvm, command, counters),
        uptime_seconds=uptime_seconds(jvm.start_ticks, since_boot),
        main=command.main,
        heap_used_bytes=heap.used_bytes if heap else None,
        heap_after_gc_bytes=heap.after_gc_bytes if heap else None,
        is_after_gc_exact=heap.is_after_gc_exact if heap else False,
        heap_max_bytes=heap.max_bytes if heap else flag_bytes(command.flags, "MaxHeapSize"),
        rss_bytes=jvm.status.rss_bytes,
        threads=jvm.status.threads,
        attach_obstacle=attach_obstacle(jvm),
        notes=notes,
    )


def _summarize_hidden(one: HiddenJvm, since_boot: float) -> JvmSummary:
    """What everybody may know of a process."""
    status = one.status
    if status.state in _ENDED:
        obstacle = "has ended: only its exit code waits for its parent"
    else:
        obstacle = f"belongs to user {user_name(status.uid) or status.uid}"
    return JvmSummary(
        pid=status.pid,
        namespace_pid=status.namespace_pid,
        uid=status.uid,
        user=user_name(status.uid),
        vm=None,
        version=None,
        collector=None,
        uptime_seconds=uptime_seconds(one.start_ticks, since_boot),
        main=main_of(read_words(status.pid, "cmdline", one.proc)),
        heap_used_bytes=None,
        heap_after_gc_bytes=None,
        is_after_gc_exact=False,
        heap_max_bytes=None,
        rss_bytes=status.rss_bytes,
        threads=status.threads,
        attach_obstacle=obstacle,
        notes=("can only be looked at by its user and root",) if status.state not in _ENDED else (),
    )
