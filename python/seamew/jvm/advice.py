"""What deserves attention in a JVM's figures, the worst first, and what to type about it.

Each rule looks at the figures of one moment; a rule that lacks a figure says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from seamew.units import format_bytes, format_count, format_counted, format_share

from .collectors import FULL, PARALLEL, SERIAL, GcActivity
from .pools import EDEN, OLD
from .status_values import Advice, JvmStatus

__all__ = ["advise"]

_Rule: TypeAlias = Callable[[JvmStatus], Iterator[Advice]]

_NEARLY_FULL = 0.9
_MUCH = 0.1
_MANY_CLOSE_WAIT = 100
_LEAST_PAUSE_SECONDS = 3.0
# Memory beside the heap, where the process does not show it yet.
_BESIDE_SHARE = 0.25
_MOST_BESIDE_BYTES = 512 << 20
_MEGABYTE = 1 << 20


def advise(status: JvmStatus) -> tuple[Advice, ...]:
    """What to look at and what to do, by the figures of a JVM."""
    return tuple(advice for rule in _RULES for advice in rule(status))


def _memory_errors(status: JvmStatus) -> Iterator[Advice]:
    errors = status.asked.out_of_memory_errors if status.asked else None
    if errors:
        yield Advice(
            f"{format_counted(errors, 'time')} it has run out of heap or metaspace",
            f"seamew dump {status.pid}",
        )


def _heap_is_full(status: JvmStatus) -> Iterator[Advice]:
    """In the worst case one collection follows the other, and none of them is ever the last."""
    heap = status.heap
    if heap is None or not heap.max_bytes or not heap.is_after_gc_exact:
        return
    left, what = heap.after_gc_bytes, "the last collection left {} of the heap in use"
    if left is None and status.gc is not None and status.gc.running_cause:
        used = [pool.used_bytes for pool in heap.pools if pool.name != EDEN]
        left, what = sum(size or 0 for size in used), "it collects while {} of the heap is held"
    if left is not None and left / heap.max_bytes >= _NEARLY_FULL:
        share = format_share(left / heap.max_bytes)
        yield Advice(what.format(share), f"seamew dump {status.pid}")


def _old_space_is_full(status: JvmStatus) -> Iterator[Advice]:
    """Serial and Parallel limit it, and only full collections free what is dead there."""
    pools = status.heap.pools if status.heap else ()
    old = next((pool for pool in pools if pool.name == OLD), None)
    if status.collector not in {SERIAL, PARALLEL} or old is None or not old.max_bytes:
        return
    if not _last_was_full(status.gc) or (old.used_bytes or 0) < old.max_bytes * _NEARLY_FULL:
        return
    share = format_share((old.used_bytes or 0) / old.max_bytes)
    yield Advice(
        f"the last full collection left {share} of the old space in use",
        f"seamew dump {status.pid}",
    )


def _last_was_full(gc: GcActivity | None) -> bool:
    ended = {one.what: one.last_ended_at_seconds or 0.0 for one in gc.counts} if gc else {}
    return ended.get(FULL, 0.0) > 0 and ended[FULL] >= max(ended.values())


def _killed_by_kernel(status: JvmStatus) -> Iterator[Advice]:
    kills = status.cgroup.oom_kills if status.cgroup else None
    if kills:
        killed = format_counted(kills, "process/processes")
        yield Advice(f"the kernel has killed {killed} of its memory group")


def _limit_is_near(status: JvmStatus) -> Iterator[Advice]:
    """What the kernel takes back by itself does not count."""
    group = status.cgroup
    if group is None or not group.limit_bytes or group.current_bytes is None:
        return
    share = (group.current_bytes - (group.inactive_file_bytes or 0)) / group.limit_bytes
    if share >= _NEARLY_FULL:
        yield Advice(
            f"its memory group uses {format_share(share)} of {format_bytes(group.limit_bytes)}:"
            " at all of it the kernel kills"
        )


def _limit_below_heap(status: JvmStatus) -> Iterator[Advice]:
    limit = status.cgroup.limit_bytes if status.cgroup else None
    heap_max = status.heap.max_bytes if status.heap else None
    if not limit or not heap_max:
        return
    beside = _beside_heap_bytes(status, heap_max)
    if limit < heap_max + beside:
        yield Advice(
            f"the memory limit {format_bytes(limit)} is less than the heap may take"
            f" ({format_bytes(heap_max)}) and what is beside it (some {format_bytes(beside)}):"
            " the kernel may kill it before the heap is full",
            f"-Xmx{max(limit - beside, 0) // _MEGABYTE}m",
        )


def _beside_heap_bytes(status: JvmStatus, heap_max: int) -> int:
    """What the process takes beside its heap now; at least a part of the heap's size."""
    committed = status.heap.committed_bytes if status.heap else None
    now = (status.memory.rss_bytes or 0) - (committed or 0)
    return max(now, int(min(heap_max * _BESIDE_SHARE, _MOST_BESIDE_BYTES)))


def _much_pausing(status: JvmStatus) -> Iterator[Advice]:
    uptime = status.uptime_seconds or 0
    paused = status.gc.pause_seconds if status.gc else None
    if paused is None or paused < _LEAST_PAUSE_SECONDS or paused < uptime * _MUCH or not uptime:
        return
    yield Advice(
        f"it has stood still for {format_share(paused / uptime)} of its time",
        f"seamew status {status.pid} --jstat gcutil --watch 1",
    )


def _no_dump_when_out_of_memory(status: JvmStatus) -> Iterator[Advice]:
    """Flags can be changed in the running JVM: what it was started with is not the last word."""
    if status.oom_dump.is_on:
        return
    known = status.asked is not None and status.asked.flags is not None
    yield Advice(
        "when out of memory it writes no dump" + ("" if known else ", as it was started"),
        _setting(status, "HeapDumpOnOutOfMemoryError", "true"),
    )


def _dump_would_fail(status: JvmStatus) -> Iterator[Advice]:
    dump = status.oom_dump
    if not dump.is_on:
        return
    set_path = _setting(status, "HeapDumpPath", "/another/folder")
    if dump.obstacle:
        yield Advice(f"no dump can be written to {dump.path}: {dump.obstacle}", set_path)
        return
    heap_max = status.heap.max_bytes if status.heap else None
    if dump.free_bytes is not None and heap_max and dump.free_bytes < heap_max:
        yield Advice(
            f"a dump of {format_bytes(heap_max)} has no room where it would go: {dump.path},"
            f" {format_bytes(dump.free_bytes)} free",
            set_path,
        )


def _setting(status: JvmStatus, name: str, value: str) -> str:
    """What sets a flag now or, in a JVM that cannot be asked, at its next start."""
    if not status.attach_obstacle:
        return f"seamew flags {status.pid} --set {name}={value}"
    return f"-XX:+{name}" if value == "true" else f"-XX:{name}={value}"


def _files_run_out(status: JvmStatus) -> Iterator[Advice]:
    files = status.open_files
    if files.count is None or not files.limit or files.count < files.limit * _NEARLY_FULL:
        return
    yield Advice(
        f"{format_count(files.count)} of {format_count(files.limit)} file descriptors are in use",
        f"ls -l /proc/{status.pid}/fd",
    )


def _connections_not_closed(status: JvmStatus) -> Iterator[Advice]:
    waiting = (status.tcp.process or {}).get("CLOSE_WAIT", 0)
    if waiting >= _MANY_CLOSE_WAIT:
        yield Advice(
            f"{format_count(waiting)} connections were closed by the other side and not by it"
            " (CLOSE_WAIT): it forgets to close them"
        )


def _code_cache_is_full(status: JvmStatus) -> Iterator[Advice]:
    asked = status.asked
    if asked is None or asked.code_cache_used_bytes is None or not asked.code_cache_max_bytes:
        return
    share = asked.code_cache_used_bytes / asked.code_cache_max_bytes
    if share >= _NEARLY_FULL:
        yield Advice(f"the code cache is {format_share(share)} full: new code is not compiled")


_RULES: tuple[_Rule, ...] = (
    _memory_errors,
    _heap_is_full,
    _old_space_is_full,
    _killed_by_kernel,
    _limit_is_near,
    _limit_below_heap,
    _much_pausing,
    _no_dump_when_out_of_memory,
    _dump_would_fail,
    _files_run_out,
    _connections_not_closed,
    _code_cache_is_full,
)
