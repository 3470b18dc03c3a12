"""Answers about the locks of a thread dump: deadlocks, and who blocks whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seamew.jvm.threads import BlockingRow, Deadlock, LockWaits
from seamew.report.answer import Answer, Block, Heading
from seamew.report.tables import Column, Kind, Table, cut
from seamew.report.text import printable
from seamew.units import format_counted

from .thread_frames import shown_frame, simple_frame, simple_lock

__all__ = ["blocking_answer", "blocking_blocks", "deadlock_blocks", "deadlocks_answer"]


_BLOCKING = (
    Column("thread_name", "thread", Kind.NAME),
    Column("blocked", "blocks", Kind.COUNT),
    Column("state", "state", Kind.TEXT),
    Column("waits_for", "waits for", Kind.NAME, lambda row: simple_lock(row.class_name)),
    Column("frame", "at", Kind.NAME, lambda row: simple_frame(row.frame)),
)
_BLOCKING_DATA = (
    Column("depth", "depth", Kind.NUMBER),
    Column("thread_name", "thread", Kind.NAME),
    Column("thread_number", "number", Kind.NUMBER),
    Column("state", "state", Kind.TEXT),
    Column("blocked", "blocks", Kind.COUNT),
    Column("directly", "directly", Kind.COUNT),
    Column("lock_id", "lock", Kind.TEXT),
    Column("class_name", "class of lock", Kind.NAME),
    Column("frame", "frame", Kind.NAME),
    Column("is_in_deadlock", "deadlocked", Kind.TEXT),
)
_UNOWNED = (
    Column("class_name", "lock", Kind.NAME, lambda row: simple_lock(row.class_name)),
    Column("waiting", "waiting", Kind.COUNT),
    Column("who", "who waits", Kind.NAME, lambda row: ", ".join(row.thread_names)),
)
_STEP_DATA = (
    Column("deadlock", "deadlock", Kind.NUMBER, lambda row: row[0]),
    Column("is_printed", "found by the JVM", Kind.TEXT, lambda row: row[1].is_printed),
    Column("thread_name", "thread", Kind.NAME, lambda row: row[2].thread_name),
    Column("lock_id", "lock", Kind.TEXT, lambda row: row[2].lock_id),
    Column("class_name", "class of lock", Kind.NAME, lambda row: row[2].class_name),
    Column("owner_name", "held by", Kind.NAME, lambda row: row[2].owner_name),
    Column("frame", "frame", Kind.NAME, lambda row: row[2].frame),
)
_NOTHING_BLOCKED = "No thread waits for a lock that another thread has."


def deadlocks_answer(facts: dict[str, object], waits: LockWaits) -> Answer:
    """The deadlocks of a dump; `facts` are the dump's."""
    rows = [
        (number, deadlock, step)
        for number, deadlock in enumerate(waits.deadlocks, 1)
        for step in deadlock.steps
    ]
    result = {"dump": facts, "total": len(waits.deadlocks), "rows": waits.deadlocks}
    blocks = tuple(deadlock_blocks(waits.deadlocks)) or ("No deadlocks.",)
    return Answer(result, Table(_STEP_DATA, rows), blocks)


def blocking_answer(
    facts: dict[str, object], waits: LockWaits, *, limit: int | None = None
) -> Answer:
    """Who blocks whom, the thread that blocks most first; `facts` are the dump's."""
    result = {
        "dump": facts,
        "total": len(waits.blocking),
        "rows": waits.blocking[:limit],
        "unowned": waits.unowned,
        "deadlocks": waits.deadlocks,
    }
    blocks = [*deadlock_blocks(waits.deadlocks), *blocking_blocks(waits, limit)]
    table = Table(_BLOCKING_DATA, waits.blocking[:limit])
    return Answer(result, table, tuple(blocks) or (_NOTHING_BLOCKED,))


def blocking_blocks(waits: LockWaits, limit: int | None, *, deadlocked: bool = True) -> list[Block]:
    """The tree of who blocks whom, and locks whose owner is not known.

    Without `deadlocked` there are no trees of nothing but deadlocked threads.
    """
    blocks: list[Block] = []
    rows = waits.blocking if deadlocked else _with_others(waits.blocking)
    if rows:
        found = cut(_BLOCKING, rows, limit, "thread")
        tree = Table(found.columns, found.rows, found.note, depth=lambda row: row.depth)
        blocks += [Heading("Who blocks whom"), tree]
    if waits.unowned:
        blocks += [
            Heading("Locks whose owner the dump does not tell"),
            cut(_UNOWNED, waits.unowned, limit, "lock"),
        ]
    return blocks


def _with_others(rows: Sequence[BlockingRow]) -> list[BlockingRow]:
    trees: list[list[BlockingRow]] = []
    for row in rows:
        if row.depth == 0:
            trees.append([])
        trees[-1].append(row)
    return [row for tree in trees if not all(one.is_in_deadlock for one in tree) for row in tree]


def deadlock_blocks(deadlocks: Sequence[Deadlock]) -> list[Block]:
    """A heading and lines for each deadlock."""
    blocks: list[Block] = []
    for deadlock in deadlocks:
        by = "found by the JVM" if deadlock.is_printed else "found by its locks"
        blocks.append(Heading(f"Deadlock of {format_counted(len(deadlock.steps), 'thread')}, {by}"))
        blocks += _step_lines(deadlock)
    return blocks


def _step_lines(deadlock: Deadlock) -> Iterator[str]:
    for step in deadlock.steps:
        identity = f" <{step.lock_id}>" if step.lock_id else ""
        owner = "an unknown thread" if step.owner_name is None else f'"{step.owner_name}"'
        lock = f"{simple_lock(step.class_name) or 'a lock'}{identity}"
        yield printable(f'  "{step.thread_name}" waits for {lock}, held by {owner}')
        if step.frame:
            yield f"    {shown_frame(step.frame)}"
