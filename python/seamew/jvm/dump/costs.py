"""What a heap dump will cost, before it is taken: room, time without the program, and the risks.

Asks the JVM what takes it milliseconds; nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from seamew.errors import NoRoomError, UsageError
from seamew.jvm.attaching import AttachClient
from seamew.jvm.cgroup import MemoryCgroup, read_memory_cgroup
from seamew.jvm.discover import JvmProcess
from seamew.jvm.limits import read_limits
from seamew.jvm.procfs import proc_text
from seamew.units import format_bytes, format_duration

from .estimate import GZ, RAW, STREAM, DumpEstimate, HeapState, estimate_dump, merges_segments
from .folders import shares_files
from .heap_state import read_heap_state
from .rooms import NO, PERHAPS, YES, Limits, Need, Room, RoomFinder
from .wish import DumpWish

__all__ = ["GO", "REFUSE", "TIGHT", "USE_GZ", "USE_STREAM", "DumpPreflight", "preflight"]

GO, TIGHT, USE_GZ, USE_STREAM, REFUSE = "go", "tight", "use --gz", "use --stream", "refuse"
"""The verdicts: there is room, there probably is, or which way is left."""

_OPTIONS = {GZ: "-gz", STREAM: "-overwrite"}  # what GC.heap_dump must know for a method
_VERDICTS = {GZ: USE_GZ, STREAM: USE_STREAM}
_FLAG = "HeapDumpPath"
_IN_KUBERNETES = "KUBERNETES_SERVICE_HOST="
_PROBE_SECONDS = 10.0  # Kubernetes asks every ten seconds, and gives up after three times


@dataclass(frozen=True)
class DumpPreflight:
    """What a dump will cost.

    `via` is the folder that the JVM writes to, as it sees it; None: beside the target. `verdict`
    is GO, TIGHT, USE_GZ, USE_STREAM or REFUSE, `reason` says why it is not GO.
    """

    pid: int
    target: str | None
    is_live: bool
    method: str
    via: str | None
    heap: HeapState
    estimate: DumpEstimate
    rooms: tuple[Room, ...]
    warnings: tuple[str, ...]
    verdict: str
    reason: str

    def require_room(self) -> None:
        """Raise NoRoomError unless there is room, or probably is."""
        if self.verdict in {GO, TIGHT}:
            return
        other = self.verdict in _VERDICTS.values()
        hint = f"{self.verdict}" if other else "make room, or name another folder"
        raise NoRoomError(self.reason, hint=f"{hint}; --force tries it in spite of that")


def preflight(client: AttachClient, wish: DumpWish, *, timeout_seconds: float) -> DumpPreflight:
    """What a dump would cost and whether there is room for it.

    Raises UsageError for what cannot be done, AccessRefusedError where nobody may write.
    """
    wish.check()
    heap = read_heap_state(client, timeout_seconds=timeout_seconds)
    known = client.jcmd("help GC.heap_dump", timeout_seconds=timeout_seconds)
    methods = [RAW, *(method for method, option in _OPTIONS.items() if option in known)]
    if wish.method not in methods:
        _refuse_method(wish.method, heap)
    finder = RoomFinder(client.jvm, _wanted_folders(client, timeout_seconds), _limits(client.jvm))
    plan = _plan(finder, wish, heap, wish.method)
    others = methods[methods.index(wish.method) + 1 :]
    verdict, reason = _verdict(plan, [_plan(finder, wish, heap, method) for method in others])
    return DumpPreflight(
        pid=client.jvm.pid,
        target=str(wish.final_path) if wish.target else None,
        is_live=wish.is_live,
        method=wish.method,
        via=plan.via,
        heap=heap,
        estimate=plan.estimate,
        rooms=plan.rooms,
        warnings=tuple(_warnings(client.jvm, wish, heap, plan)),
        verdict=verdict,
        reason=reason,
    )


def _refuse_method(method: str, heap: HeapState) -> None:
    if method == GZ:
        message = f"Java {heap.java_version} ignores --gz and would write the dump uncompressed"
    else:
        message = f"Java {heap.java_version} cannot write a dump to a pipe"
    raise UsageError(message, hint="take it without, where there is room")


@dataclass(frozen=True)
class _Plan:
    """A way to take the dump."""

    method: str
    via: str | None
    rooms: tuple[Room, ...]
    estimate: DumpEstimate

    @property
    def tightest(self) -> Room | None:
        """The room that is worst off."""
        return min(self.rooms, key=lambda room: room.fit, default=None)

    @property
    def fit(self) -> int:
        return YES if self.tightest is None else self.tightest.fit


def _plan(finder: RoomFinder, wish: DumpWish, heap: HeapState, method: str) -> _Plan:
    """The rooms that the dump needs by a method, where this JVM may write."""
    cores = len(os.sched_getaffinity(0))
    estimate = estimate_dump(heap, live=wish.is_live, method=method, cores=cores)
    raw = Need(estimate.expected_bytes, estimate.most_bytes)
    packed = Need(estimate.expected_packed_bytes, estimate.most_packed_bytes)
    need = _of_the_jvm(heap, method, packed if method == GZ else raw)
    if method != STREAM and wish.via is None and wish.target is not None:
        beside = finder.beside(wish.first_path, need)
        if beside is not None:
            return _Plan(method, None, (beside,), estimate)
    through = finder.elsewhere(need) if wish.via is None else finder.at(wish.via, need)
    rooms = [through]
    if wish.target is not None:
        here = finder.here(wish.final_path.parent, packed if wish.is_compressed else raw, through)
        rooms += [here] if here is not None else []
    return _Plan(method, through.jvm_path, tuple(rooms), estimate)


def _of_the_jvm(heap: HeapState, method: str, once: Need) -> Need:
    """What the JVM itself writes to files."""
    if not merges_segments(heap.java_major):
        return Need(0, 0) if method == STREAM else once
    if method == STREAM:
        return once
    return Need(2 * once.expected_bytes, 2 * once.most_bytes)


def _verdict(plan: _Plan, others: list[_Plan]) -> tuple[str, str]:
    tightest = plan.tightest
    if tightest is None or plan.fit == YES:
        return GO, ""
    free, path = format_bytes(tightest.free_bytes), tightest.path
    if plan.fit == PERHAPS:
        most = format_bytes(tightest.most_bytes)
        return TIGHT, f"{path} has {free} free, and at most {most} are needed"
    needed = f"{path} has {free} free, but some {format_bytes(tightest.expected_bytes)} are needed"
    for other in others:
        if other.fit != NO:
            return _VERDICTS[other.method], needed
    return REFUSE, needed


def _warnings(jvm: JvmProcess, wish: DumpWish, heap: HeapState, plan: _Plan) -> Iterator[str]:
    """What may surprise, in whole sentences."""
    if wish.is_live:
        yield "a full collection comes first, and is part of the pause"
    if plan.method == GZ:
        yield "the JVM compresses while the program stands still: that is several times longer"
    if plan.method == STREAM and not merges_segments(heap.java_major):
        yield "the program stands still for as long as the stream is read"
    if plan.method == STREAM and merges_segments(heap.java_major):
        yield (
            f"Java {heap.java_major} writes the heap to a file before it streams it:"
            " that takes room, and it stands still for that only"
        )
    elif merges_segments(heap.java_major):
        yield f"Java {heap.java_major} writes the heap twice: it takes twice the room meanwhile"
    if plan.via is not None and plan.method != STREAM:
        yield f"the JVM writes to its {plan.via}, and the dump is fetched from there"
    for room in plan.rooms:
        if room.is_memory:
            yield f"{room.path} is memory ({room.file_system}), and counts against the JVM's limit"
    if plan.estimate.most_pause_seconds >= _PROBE_SECONDS and _is_contained(jvm):
        most = format_duration(plan.estimate.most_pause_seconds)
        yield (
            f"a liveness probe that gives up within {most} restarts the container, and the dump"
            " is lost with it: make the probe wait before"
        )


def _is_contained(jvm: JvmProcess) -> bool:
    if jvm.pid != jvm.status.namespace_pid or not shares_files(jvm):
        return True
    return _IN_KUBERNETES in (proc_text(jvm.pid, "environ", jvm.proc) or "")


def _limits(jvm: JvmProcess) -> Limits:
    cgroup = read_memory_cgroup(jvm.pid, jvm.proc)
    file_bytes = read_limits(jvm.pid, jvm.proc).max_file_bytes
    return Limits(file_bytes=file_bytes, memory_bytes=_headroom_bytes(cgroup))


def _headroom_bytes(cgroup: MemoryCgroup | None) -> int | None:
    """What the group of the JVM may still take; pages of files do not count, they give way."""
    if cgroup is None or cgroup.limit_bytes is None or cgroup.current_bytes is None:
        return None
    taken = cgroup.current_bytes - (cgroup.inactive_file_bytes or 0)
    return max(0, cgroup.limit_bytes - taken)


def _wanted_folders(client: AttachClient, timeout_seconds: float) -> tuple[str, ...]:
    """Where the JVM would put a dump when it is out of memory: a file or a folder."""
    text = client.execute("printflag", _FLAG, timeout_seconds=timeout_seconds)
    path = text.strip().partition("=")[2]
    if not path.startswith("/"):
        return ()
    return (path, str(PurePosixPath(path).parent))
