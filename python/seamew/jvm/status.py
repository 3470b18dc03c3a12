"""One JVM's figures at one moment, from files alone: what `seamew status` shows.

Nothing is sent to the JVM: it may be stopped, stuck or full. Costs some 10 ms.
"""

from __future__ import annotations

from dataclasses import replace

from seamew.errors import AccessRefusedError, JvmNotAnsweringError

from .advice import advise
from .attaching.readiness import attach_obstacle
from .cgroup import read_memory_cgroup
from .collectors import gc_cpu_seconds, read_gc
from .command_line import read_command
from .discover import HOTSPOT, JvmProcess, find_jvm
from .identity import (
    find_java_home,
    find_java_version,
    open_counters,
    tell_collector,
    uptime_seconds,
    user_name,
)
from .limits import count_open_files, read_limits
from .oom_dump import read_oom_dump
from .perfdata import PerfData
from .pools import read_heap, read_metaspace
from .procfs import seconds_since_boot
from .status_values import (
    Asked,
    ClassCounts,
    JvmStatus,
    OpenFiles,
    ProcessMemory,
    ThreadCounts,
)
from .tasks import read_process_times, read_threads
from .tcp import read_tcp_states

__all__ = ["read_jvm_status"]

_STOPPED = frozenset("tT")
_NO_COUNTERS = "has no counters: -XX:-UsePerfData or -XX:+PerfDisableSharedMem"


def read_jvm_status(jvm: JvmProcess, asked: Asked | None = None) -> JvmStatus:
    """The figures now; `asked` is what the JVM itself has told.

    Raises JvmNotFoundError where it has ended.
    """
    now = find_jvm(jvm.pid, jvm.proc)
    try:
        counters = open_counters(now)
        if counters is None:
            return _status(now, None, asked, (_NO_COUNTERS,) if now.vm == HOTSPOT else ())
        with counters:
            lacking = counters.overflow_bytes
            note = f"has more counters than room for them: {lacking} bytes (PerfDataMemorySize)"
            return _status(now, counters, asked, (note,) if lacking else ())
    except (AccessRefusedError, JvmNotAnsweringError) as error:
        return _status(now, None, asked, (f"has no readable counters: {error.message}",))


def _status(
    jvm: JvmProcess, counters: PerfData | None, asked: Asked | None, notes: tuple[str, ...]
) -> JvmStatus:
    command = read_command(jvm, counters)
    flags = command.flags
    if asked is not None and asked.flags is not None:
        flags = {**flags, **asked.flags}
    version = find_java_version(jvm, counters)
    collector = tell_collector(jvm, command, counters)
    native = read_threads(jvm.pid, jvm.status.namespace_pid, jvm.proc)
    times = read_process_times(jvm.pid, jvm.proc)
    status = JvmStatus(
        pid=jvm.pid,
        namespace_pid=jvm.status.namespace_pid,
        uid=jvm.status.uid,
        user=user_name(jvm.status.uid),
        vm=jvm.vm,
        version=version,
        java_home=find_java_home(jvm),
        collector=collector,
        main=command.main,
        is_stopped=jvm.status.state in _STOPPED,
        uptime_seconds=uptime_seconds(jvm.start_ticks, seconds_since_boot(jvm.proc)),
        cpu_seconds=times.cpu_seconds if times else None,
        gc_cpu_seconds=gc_cpu_seconds(native, collector),
        heap=read_heap(counters) if counters else None,
        gc=read_gc(counters) if counters else None,
        threads=_thread_counts(jvm, counters),
        classes=_class_counts(counters) if counters else None,
        metaspace=read_metaspace(counters) if counters else (),
        memory=_memory(jvm),
        cgroup=read_memory_cgroup(jvm.pid, jvm.proc),
        open_files=OpenFiles(
            count_open_files(jvm.pid, jvm.proc), read_limits(jvm.pid, jvm.proc).max_open_files
        ),
        tcp=read_tcp_states(jvm.pid, jvm.proc),
        flags=flags,
        oom_dump=read_oom_dump(jvm, flags, version),
        attach_obstacle=attach_obstacle(jvm),
        asked=asked,
        notes=notes,
        advice=(),
    )
    return replace(status, advice=advise(status))


def _thread_counts(jvm: JvmProcess, counters: PerfData | None) -> ThreadCounts:
    def count(name: str) -> int | None:
        return counters.number(f"java.threads.{name}") if counters else None

    return ThreadCounts(
        native=jvm.status.threads,
        live=count("live"),
        daemon=count("daemon"),
        peak=count("livePeak"),
        started=count("started"),
    )


def _class_counts(counters: PerfData) -> ClassCounts | None:
    """Those of the class data archive are counted apart."""

    def count(own_name: str, shared_name: str) -> int | None:
        own, shared = counters.number(own_name), counters.number(shared_name)
        return None if own is None else own + (shared or 0)

    loaded = count("java.cls.loadedClasses", "java.cls.sharedLoadedClasses")
    unloaded = count("java.cls.unloadedClasses", "java.cls.sharedUnloadedClasses")
    return None if loaded is None or unloaded is None else ClassCounts(loaded, unloaded)


def _memory(jvm: JvmProcess) -> ProcessMemory:
    status = jvm.status
    return ProcessMemory(
        rss_bytes=status.rss_bytes,
        anonymous_bytes=status.rss_anonymous_bytes,
        peak_rss_bytes=status.peak_rss_bytes,
        swap_bytes=status.swap_bytes,
    )
