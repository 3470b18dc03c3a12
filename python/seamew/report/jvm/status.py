"""One JVM on one screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from seamew.jvm.pools import MemoryPool
from seamew.jvm.status_values import Advice, JvmStatus
from seamew.report.answer import Answer, Block, Heading, Pairs
from seamew.report.json import plain
from seamew.report.tables import Column, Kind, Table
from seamew.units import (
    format_bytes,
    format_count,
    format_counted,
    format_duration,
    format_share,
)

__all__ = ["status_answer"]

_SHOWN_FLAGS = (
    "MaxHeapSize",
    "MaxRAMPercentage",
    "MaxMetaspaceSize",
    "MaxDirectMemorySize",
    "ExitOnOutOfMemoryError",
    "CrashOnOutOfMemoryError",
    "OnOutOfMemoryError",
    "NativeMemoryTracking",
    "Xlog",
    "Xloggc",
)
_FACTS = (
    Column("name", "fact", Kind.TEXT, itemgetter(0)),
    Column("value", "value", Kind.NAME, itemgetter(1)),
)


@dataclass(frozen=True)
class _Area:
    """A row of the memory table; `share` is of the limit for the whole heap, else of committed."""

    name: str
    depth: int
    used_bytes: int | None
    committed_bytes: int | None
    max_bytes: int | None
    share: float | None


_AREAS = (
    Column("name", "memory", Kind.TEXT),
    Column("used_bytes", "used", Kind.BYTES),
    Column("committed_bytes", "committed", Kind.BYTES),
    Column("max_bytes", "max", Kind.BYTES),
    Column("share", "full", Kind.SHARE),
    Column("bar", "", Kind.BAR, lambda row: row.share),
)


def status_answer(status: JvmStatus, before: JvmStatus | None = None) -> Answer:
    """The figures of a JVM; `before` are earlier ones, for what has happened since."""
    table = Table(_FACTS, list(_flat("", plain(status))))
    return Answer(status, table, tuple(_blocks(status, before)))


def _blocks(status: JvmStatus, before: JvmStatus | None) -> Iterator[Block]:
    yield Heading(f"JVM {status.pid} {status.main or ''}".rstrip())
    yield ", ".join(_identity(status))
    areas = list(_areas(status))
    if areas:
        yield Table(_AREAS, areas, depth=lambda row: row.depth)
    yield Pairs(
        [
            ("GC", _collections(status)),
            ("pauses", _pauses(status, before)),
            ("CPU", _cpu(status, before)),
            ("threads", _threads(status)),
            ("classes", _classes(status)),
            ("process", _memory(status)),
            ("cgroup", _group(status)),
            ("files", _files(status)),
            ("TCP", _tcp(status)),
            *_asked(status),
            ("flags", _flags(status)),
            ("dump on OOM", _oom_dump(status)),
            ("attach", _attach(status)),
            *(("note", f"it {note}") for note in status.notes),
        ]
    )
    yield from (_advice(one) for one in status.advice)


def _identity(status: JvmStatus) -> Iterator[str]:
    yield f"Java {status.version}" if status.version else status.vm
    if status.collector:
        yield status.collector
    if status.uptime_seconds is not None:
        yield f"up {format_duration(status.uptime_seconds)}"
    yield f"user {status.user or status.uid}"
    if status.namespace_pid != status.pid:
        yield f"number {status.namespace_pid} in its container"
    if status.is_stopped:
        yield "STOPPED"


def _areas(status: JvmStatus) -> Iterator[_Area]:
    heap, asked = status.heap, status.asked
    if heap is not None:
        used = heap.used_bytes
        if asked is not None and asked.heap_used_bytes is not None:
            used = asked.heap_used_bytes
        yield _area("heap", 0, used, heap.committed_bytes, heap.max_bytes)
        if heap.after_gc_bytes is not None:
            at_most = "" if heap.is_after_gc_exact else " at most"
            left, limit = heap.after_gc_bytes, heap.max_bytes
            yield _Area(f"after GC{at_most}", 1, left, None, None, left / limit if limit else None)
        yield from _pools(heap.pools)
    if asked is not None and asked.metaspace_used_bytes is not None:
        used, committed = asked.metaspace_used_bytes, asked.metaspace_committed_bytes
        yield _area("metaspace", 0, used, committed, None)
    else:
        for pool in status.metaspace[:1]:  # the class space is a part of it
            yield _area(f"{pool.name} (last GC)", 0, pool.used_bytes, pool.committed_bytes, None)
    if asked is not None and asked.code_cache_used_bytes is not None:
        used, limit = asked.code_cache_used_bytes, asked.code_cache_max_bytes
        yield _area("code cache", 0, used, None, limit)


def _pools(pools: Sequence[MemoryPool]) -> Iterator[_Area]:
    """A heap of several pools; of two survivor spaces one is always empty."""
    survivors = [pool for pool in pools if pool.name.startswith("survivor")]
    for pool in pools if len(pools) > 1 else ():
        if pool not in survivors:
            yield _area(pool.name, 1, pool.used_bytes, pool.committed_bytes, None)
        elif pool is survivors[0]:
            used = sum(one.used_bytes or 0 for one in survivors)
            committed = max(one.committed_bytes or 0 for one in survivors)
            yield _area("survivor", 1, used, committed, None)


def _area(
    name: str, depth: int, used: int | None, committed: int | None, limit: int | None
) -> _Area:
    whole = limit or committed
    share = used / whole if used is not None and whole else None
    return _Area(name, depth, used, committed, limit, share)


def _collections(status: JvmStatus) -> str:
    if status.gc is None:
        return ""
    counts = [
        f"{format_count(one.count)} {one.what}"
        + (f" in {format_duration(one.seconds)}" if one.count else "")
        for one in status.gc.counts
    ]
    last = status.gc.last_ended_at_seconds
    if status.gc.running_cause:
        counts.append(f"one runs now ({status.gc.running_cause})")
    elif last is not None and status.uptime_seconds is not None:
        ago = format_duration(max(0.0, status.uptime_seconds - last))
        counts.append(f"the last {ago} ago ({status.gc.last_cause})")
    return ", ".join(counts)


def _pauses(status: JvmStatus, before: JvmStatus | None) -> str:
    gc = status.gc
    if gc is None or gc.pauses is None or gc.pause_seconds is None or not status.uptime_seconds:
        return ""
    share = format_share(gc.pause_seconds / status.uptime_seconds)
    text = (
        f"{format_count(gc.pauses)} for all reasons in {format_duration(gc.pause_seconds)},"
        f" {share} of its time"
    )
    if before is None or before.gc is None or before.gc.pause_seconds is None:
        return text
    return text + _lately(gc.pause_seconds - before.gc.pause_seconds, status, before)


def _cpu(status: JvmStatus, before: JvmStatus | None) -> str:
    if status.cpu_seconds is None:
        return ""
    text = format_duration(status.cpu_seconds)
    if status.gc_cpu_seconds is not None:
        text += f", {format_duration(status.gc_cpu_seconds)} of it in GC threads"
    if before is None or before.cpu_seconds is None:
        return text
    return text + _lately(status.cpu_seconds - before.cpu_seconds, status, before)


def _lately(seconds: float, status: JvmStatus, before: JvmStatus) -> str:
    """The share of the time since the figures before; more than 100% is more than one core."""
    elapsed = (status.uptime_seconds or 0) - (before.uptime_seconds or 0)
    return f"; {format_share(seconds / elapsed)} lately" if elapsed > 0 else ""


def _threads(status: JvmStatus) -> str:
    threads = status.threads
    native = f"{format_count(threads.native)} native"
    if threads.live is None:
        return native
    parts = [
        f"{format_count(count)} {name}"
        for count, name in (
            (threads.daemon, "daemon"),
            (threads.peak, "peak"),
            (threads.started, "started"),
        )
        if count is not None
    ]
    return f"{format_count(threads.live)} in Java ({', '.join(parts)}), {native}"


def _classes(status: JvmStatus) -> str:
    classes = status.classes
    if classes is None:
        return ""
    return f"{format_count(classes.loaded)} loaded, {format_count(classes.unloaded)} unloaded"


def _memory(status: JvmStatus) -> str:
    memory = status.memory
    named = (
        ("RSS", memory.rss_bytes),
        ("anonymous", memory.anonymous_bytes),
        ("peak", memory.peak_rss_bytes),
        ("swapped", memory.swap_bytes or None),
    )
    return ", ".join(f"{name} {format_bytes(size)}" for name, size in named if size is not None)


def _group(status: JvmStatus) -> str:
    group = status.cgroup
    if group is None:
        return ""
    limit = "no limit" if group.limit_bytes is None else f"limit {format_bytes(group.limit_bytes)}"
    parts = [limit]
    if group.current_bytes is not None:
        cache = group.inactive_file_bytes
        of_it = "" if cache is None else f" ({format_bytes(cache)} cache)"
        parts.append(f"{format_bytes(group.current_bytes)} in use{of_it}")
    if group.peak_bytes is not None:
        parts.append(f"peak {format_bytes(group.peak_bytes)}")
    if group.oom_kills is not None:
        parts.append(format_counted(group.oom_kills, "OOM kill"))
    return ", ".join(parts)


def _files(status: JvmStatus) -> str:
    files = status.open_files
    if files.count is None:
        return "closed to this user"
    limit = ", no limit" if files.limit is None else f" of {format_count(files.limit)}"
    return f"{format_count(files.count)} open{limit}"


def _tcp(status: JvmStatus) -> str:
    tcp = status.tcp
    parts = ["closed to this user" if tcp.process is None else _states(tcp.process)]
    if tcp.ownerless:
        parts.append(f"no one's any more on its ports {_states(tcp.ownerless)}")
    around = "the host" if tcp.is_host_namespace else "its network"
    parts.append(f"all of {around} {_states(tcp.namespace)}")
    return "; ".join(parts)


def _states(states: dict[str, int] | None) -> str:
    if states is None:
        return "not to be seen"
    counted = (f"{format_count(count)} {state}" for state, count in states.items())
    return ", ".join(counted) or "none"


def _asked(status: JvmStatus) -> Iterator[tuple[str, str]]:
    asked = status.asked
    if asked is None:
        yield "not asked", "code cache, direct buffers, memory errors: --ask asks the JVM"
        return
    if asked.direct_buffers_bytes is not None:
        yield "direct memory", format_bytes(asked.direct_buffers_bytes)
    if asked.out_of_memory_errors is not None:
        yield "memory errors", f"{format_count(asked.out_of_memory_errors)} of heap and metaspace"
    yield from (("not told", refusal) for refusal in asked.refusals)


def _flags(status: JvmStatus) -> str:
    shown = [name for name in _SHOWN_FLAGS if name in status.flags]
    return ", ".join(f"{name}={status.flags[name]}" for name in shown)


def _oom_dump(status: JvmStatus) -> str:
    dump = status.oom_dump
    if not dump.is_on:
        return ""  # there is advice about it
    if dump.obstacle:
        return f"would fail: {dump.obstacle}"
    room = "" if dump.free_bytes is None else f" ({format_bytes(dump.free_bytes)} free)"
    return f"to {dump.path}{room}"


def _attach(status: JvmStatus) -> str:
    return f"will not work: it {status.attach_obstacle}" if status.attach_obstacle else ""


def _advice(advice: Advice) -> str:
    return f"! {advice.text}" + (f"\n    {advice.command}" if advice.command else "")


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 (what JSON has)
    """Every single value under the path of its names."""
    if isinstance(value, dict):
        pairs: Iterable[tuple[str, Any]] = value.items()
    elif isinstance(value, list):
        pairs = ((str(number), item) for number, item in enumerate(value))
    else:
        yield name, value
        return
    for key, item in pairs:
        yield from _flat(f"{name}.{key}" if name else key, item)
