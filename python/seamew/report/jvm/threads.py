"""Answers about the threads of a JVM, from one thread dump."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seamew.errors import TargetNotFoundError
from seamew.jvm.threads import (
    JavaThread,
    LockWaits,
    StackFrame,
    ThreadDump,
    ThreadGroup,
    lock_waits,
    own_frame,
    stack_of,
    state_of,
    thread_groups,
)
from seamew.report.answer import Answer, Block, Heading, Pairs
from seamew.report.tables import Column, Kind, Table, cut
from seamew.report.text import printable
from seamew.units import format_bytes, format_count, format_counted, format_duration

from .thread_frames import frame_block, simple_frame
from .thread_locks import blocking_blocks, deadlock_blocks

__all__ = [
    "counted_states",
    "dump_facts",
    "groups_answer",
    "raw_answer",
    "stack_lines",
    "thread_answer",
    "thread_list_answer",
    "threads_answer",
]

_POOLS = 10
_STACKS = 3
_FRAMES = 8
_MORE_FRAMES = 30
_SHOWN_STATES = 2
_SHOWN_NAMES = 5
_TAB_CELLS = 8

_NAME = Column("name", "thread", Kind.NAME)
_NUMBER = Column("number", "number", Kind.NUMBER)
_STATE = Column("state", "state", Kind.TEXT, state_of)
_FRAME = Column("frame", "frame", Kind.NAME, lambda row: own_frame(stack_of(row)))
_SHORT_FRAME = Column("frame", "frame", Kind.NAME, lambda row: simple_frame(_FRAME.of(row)))
_CPU = Column("cpu", "cpu", Kind.TEXT, lambda row: _duration(row.cpu_seconds))
_SHOWN = (_NAME, _NUMBER, _STATE, _CPU, _SHORT_FRAME)
_DATA = (
    _NAME,
    _NUMBER,
    Column("native_id", "native id", Kind.NUMBER),
    _STATE,
    Column("state_detail", "detail", Kind.TEXT),
    Column("is_daemon", "daemon", Kind.TEXT),
    Column("is_virtual", "virtual", Kind.TEXT),
    Column("cpu_seconds", "cpu seconds", Kind.NUMBER),
    Column("elapsed_seconds", "elapsed seconds", Kind.NUMBER),
    Column("frames", "frames", Kind.NUMBER, lambda row: len(stack_of(row))),
    Column("top_frame", "top frame", Kind.NAME, lambda row: next(iter(stack_of(row)), None)),
    _FRAME,
)
_THREADS = Column("threads", "threads", Kind.COUNT)
_GROUP_STATES = Column("states", "states", Kind.TEXT, lambda row: _few(row.states))
_GROUP_DATA = (
    Column("label", "label", Kind.NAME),
    _THREADS,
    Column("states", "states", Kind.TEXT, lambda row: counted_states(row.states)),
    Column("cpu_seconds", "cpu seconds", Kind.NUMBER),
)
_NO_NAME = "(no name)"


@dataclass(frozen=True)
class _Line:
    """A line of a JVM's answer."""

    text: str


def threads_answer(dump: ThreadDump, *, limit: int | None = None) -> Answer:
    """The whole picture: deadlocks, states, pools, who blocks whom, the most frequent stacks."""
    waits = lock_waits(dump)
    pools, stacks = thread_groups(dump, "pool"), thread_groups(dump, "stack")
    sections = None if limit is None else min(_POOLS, limit)
    blocks: list[Block] = [_facts(dump, waits), *deadlock_blocks(waits.deadlocks)]
    blocks += [Heading("Pools"), cut(_group_columns("pool", pools), pools, sections, "pool")]
    blocks += blocking_blocks(waits, sections, deadlocked=False)
    blocks += _stack_blocks([group for group in stacks if group.threads > 1][:_STACKS], _FRAMES)
    result = {
        "dump": dump_facts(dump),
        "states": _states(dump),
        "deadlocks": waits.deadlocks,
        "blocking": waits.blocking,
        "unowned": waits.unowned,
        "pools": pools,
        "stacks": stacks[:limit],
        "rows": dump.threads[:limit],
    }
    return Answer(result, Table(_DATA, dump.threads[:limit]), tuple(blocks))


def thread_list_answer(
    dump: ThreadDump,
    threads: Sequence[JavaThread],
    *,
    sort: str | None = None,
    limit: int | None = None,
    stacks: bool = True,
) -> Answer:
    """Some threads of a dump one by one, in its own order or by `cpu` or `name`."""
    rows = _sorted(threads, sort)
    blocks: list[Block] = [cut(_SHOWN, rows, limit, "thread")]
    for thread in rows[:limit] if stacks else []:
        blocks += [Heading(_heading(thread)), "\n".join(stack_lines(thread)) or "  (no stack)"]
    result = {"dump": dump_facts(dump), "total": len(rows), "rows": rows[:limit]}
    shown = tuple(blocks) if rows else ("No such threads.",)
    return Answer(result, Table(_DATA, rows[:limit]), shown)


def thread_answer(dump: ThreadDump, name: str) -> Answer:
    """The threads of a name, or the one of a number `#12`; raises TargetNotFoundError."""
    found = [one for one in dump.threads if name in {one.name, f"#{one.number}"}]
    if not found:
        near = [one.name for one in dump.threads if name.lower() in one.name.lower()]
        names = dict.fromkeys(near or (one.name for one in dump.threads))
        raise TargetNotFoundError(
            f"no thread is named {name}", hint=f"there are {', '.join([*names][:_SHOWN_NAMES])}"
        )
    blocks: list[Block] = []
    for thread in found:
        blocks += [Heading(_heading(thread)), _thread_facts(thread)]
        blocks += [Heading("Stack"), "\n".join(stack_lines(thread)) or "  (no stack)"]
    result = {"dump": dump_facts(dump), "total": len(found), "rows": found}
    return Answer(result, Table(_DATA, found), tuple(blocks))


def groups_answer(dump: ThreadDump, by: str, *, limit: int | None = None) -> Answer:
    """Threads by pool, state or stack."""
    groups = thread_groups(dump, by)
    if by == "stack":
        left = cut((), groups, limit, "stack").note
        blocks = [*_stack_blocks(groups[:limit], _MORE_FRAMES), *([left] if left else [])]
    else:
        blocks = [cut(_group_columns(by, groups), groups, limit, by)]
    result = {"dump": dump_facts(dump), "by": by, "total": len(groups), "rows": groups[:limit]}
    return Answer(result, Table(_GROUP_DATA, groups[:limit]), tuple(blocks))


def raw_answer(text: str) -> Answer:
    """The JVM's own text; tabs become blanks, as other control characters become escapes."""
    lines = text.expandtabs(_TAB_CELLS).rstrip("\n").split("\n")
    table = Table((Column("text", "text", Kind.TEXT),), [_Line(line) for line in lines])
    return Answer({"text": text}, table, tuple(lines))


def dump_facts(dump: ThreadDump) -> dict[str, object]:
    """What a dump says about itself, for the results of all answers."""
    return {
        "form": dump.form,
        "taken_at": dump.taken_at,
        "vm": dump.vm,
        "process_id": dump.process_id,
        "source": dump.source,
        "line": dump.line,
        "threads": len(dump.threads),
        "virtual_threads": sum(bool(thread.is_virtual) for thread in dump.threads),
        "losses": dump.losses,
    }


def counted_states(states: dict[str, int]) -> str:
    """12 WAITING, 3 BLOCKED."""
    return ", ".join(f"{format_count(count)} {state}" for state, count in states.items())


def stack_lines(thread: JavaThread) -> Iterator[str]:
    """The stack with the locks, and what the thread owns beside; a carried thread's stack first."""
    if thread.mounted_frames:
        yield f"  virtual thread #{thread.carries}:"
        yield from _frame_lines(thread.mounted_frames)
        yield "  its carrier:"
    yield from _frame_lines(thread.frames)
    for lock in thread.owned_synchronizers:
        yield printable(f"  owns <{lock.lock_id}> (a {lock.class_name})")


def _frame_lines(frames: Sequence[StackFrame]) -> Iterator[str]:
    for frame in frames:
        yield f"  {printable(frame.text)}"
        for lock in frame.locks:
            identity = f" <{lock.lock_id}>" if lock.lock_id else ""
            kind = f" (a {lock.class_name})" if lock.class_name else ""
            yield printable(f"    - {lock.action}{identity}{kind}")


def _facts(dump: ThreadDump, waits: LockWaits) -> Pairs:
    virtual = sum(bool(thread.is_virtual) for thread in dump.threads)
    carriers = sum(thread.carries is not None for thread in dump.threads)
    carriers = carriers or len({one.carrier for one in dump.threads if one.carrier is not None})
    where = dump.source or (f"JVM {dump.process_id}" if dump.process_id is not None else "")
    deadlocked = sum(len(deadlock.steps) for deadlock in waits.deadlocks)
    return Pairs(
        (
            (
                "of",
                where + (f", line {format_count(dump.line)}" if dump.source and dump.line else ""),
            ),
            ("JVM", dump.vm or ""),
            ("taken", dump.taken_at or ""),
            ("threads", f"{format_count(len(dump.threads))}: {counted_states(_states(dump))}"),
            ("virtual", f"{format_count(virtual)} of these" if virtual else ""),
            ("carriers", f"{carriers} with a virtual thread" if carriers else ""),
            ("deadlocked", format_counted(deadlocked, "thread") if deadlocked else ""),
        )
    )


def _states(dump: ThreadDump) -> dict[str, int]:
    return dict(Counter(state_of(thread) for thread in dump.threads).most_common())


def _stack_blocks(groups: Sequence[ThreadGroup], most: int) -> list[Block]:
    blocks: list[Block] = []
    for group in groups:
        who = _few(group.pools, counted=len(group.pools) > 1)
        threads = format_counted(group.threads, "thread")
        blocks.append(Heading(f"{threads} with this stack, {_state_words(group.states)}"))
        blocks += [f"  of {printable(who)}", frame_block(group.frames, most)]
    return blocks


def _group_columns(by: str, groups: Sequence[ThreadGroup]) -> tuple[Column, ...]:
    label = Column("label", by, Kind.NAME, lambda row: row.label or _NO_NAME)
    second = {"pool": _GROUP_STATES, "state": Column("details", "how", Kind.TEXT, _details)}[by]
    has_cpu = any(group.cpu_seconds is not None for group in groups)
    return (label, _THREADS, second, *([_CPU] if has_cpu else []))


def _details(group: ThreadGroup) -> str:
    """How threads are in their state: 30 parking, 3 on object monitor."""
    counts = [(state.partition(" (")[2][:-1], count) for state, count in group.states.items()]
    return ", ".join(f"{format_count(count)} {detail}" for detail, count in counts if detail)


def _state_words(states: dict[str, int]) -> str:
    return next(iter(states)) if len(states) == 1 else counted_states(states)


def _few(counts: dict[str, int], *, counted: bool = True) -> str:
    """The biggest few of counts: 12 WAITING, 3 BLOCKED, +2."""
    shown = [
        f"{format_count(count)} {name or _NO_NAME}" if counted else name or _NO_NAME
        for name, count in list(counts.items())[:_SHOWN_STATES]
    ]
    left = len(counts) - len(shown)
    return ", ".join([*shown, *([f"+{left}"] if left else [])])


def _sorted(threads: Sequence[JavaThread], sort: str | None) -> list[JavaThread]:
    if sort == "name":
        return sorted(threads, key=lambda thread: thread.name)
    if sort == "cpu":
        return sorted(threads, key=lambda thread: -(thread.cpu_seconds or 0.0))
    return list(threads)


def _heading(thread: JavaThread) -> str:
    number = "" if thread.number is None else f" #{thread.number}"
    detail = f" ({thread.state_detail})" if thread.state_detail else ""
    return f'"{thread.name}"{number} {state_of(thread)}{detail}'


def _thread_facts(thread: JavaThread) -> Pairs:
    allocated = thread.allocated_bytes
    return Pairs(
        (
            ("native id", "" if thread.native_id is None else str(thread.native_id)),
            ("daemon", "" if thread.is_daemon is None else "yes" if thread.is_daemon else "no"),
            ("virtual", "yes" if thread.is_virtual else ""),
            ("carries", "" if thread.carries is None else f"virtual thread #{thread.carries}"),
            ("carried by", "" if thread.carrier is None else f"#{thread.carrier}"),
            ("container", thread.container or ""),
            ("priority", "" if thread.priority is None else str(thread.priority)),
            ("cpu", _duration(thread.cpu_seconds) or ""),
            ("lived", _duration(thread.elapsed_seconds) or ""),
            ("allocated", "" if allocated is None else format_bytes(allocated)),
        )
    )


def _duration(seconds: float | None) -> str | None:
    return None if seconds is None else format_duration(seconds)
