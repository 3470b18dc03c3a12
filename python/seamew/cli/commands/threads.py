"""`seamew threads`: stacks with their locals and what these retain; threads of running JVMs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.live import pid_of
from seamew.cli.live.threads import (
    LIVE_SORTS,
    LiveThreads,
    are_thread_dumps,
    threads_click_options,
    threads_of_files,
    threads_of_jvm,
)
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.session import answer_from_heap
from seamew.errors import NotAHeapDumpError
from seamew.heap import Heap
from seamew.model import LockOverview, ThreadDetail, ThreadGroupRow
from seamew.report import Answer, Block, Column, Heading, Kind, Pairs, Table
from seamew.report.columns import ADDRESS, CLASS, RETAINED, SHALLOW, described
from seamew.report.runtime import (
    HELD_LOCALS,
    THREAD_LOCALS,
    cut,
    stack_lines,
    thread_heading,
)
from seamew.units import format_bytes, format_counted

__all__ = ["command"]

_SORTS = (
    ("retained", "retained_bytes"),
    ("shallow", "shallow_bytes"),
    ("locals", "max_local_retained_bytes"),
    ("name", "name"),
    ("cpu", "cpu_seconds"),
)


def _yes_no(daemon: bool | None) -> str | None:  # noqa: FBT001 (a value, no switch)
    return None if daemon is None else "yes" if daemon else "no"


def _states(row: ThreadGroupRow) -> str:
    return ", ".join(f"{count} {state}" for state, count in row.states.items())


_NAME = Column("name", "thread", Kind.NAME)
_LOCALS = Column("max_local_retained_bytes", "biggest local", Kind.BYTES)
_LOADER = Column("context_class_loader", "context class loader", Kind.NAME)
_DAEMON = Column("is_daemon", "daemon", Kind.TEXT, lambda row: _yes_no(row.is_daemon))
_PRIORITY = Column("priority", "priority", Kind.NUMBER)
_STATE = Column("state", "state", Kind.NAME)
_SHOWN = (_NAME, CLASS, SHALLOW, RETAINED, _LOCALS, _DAEMON, _PRIORITY, _STATE)
_DATA = (
    ADDRESS,
    _NAME,
    CLASS,
    SHALLOW,
    RETAINED,
    _LOCALS,
    _LOADER,
    Column("is_daemon", "daemon", Kind.TEXT),
    _PRIORITY,
    _STATE,
    Column("state_value", "state value", Kind.NUMBER),
    Column("frames", "frames", Kind.NUMBER, lambda row: len(row.frames)),
    Column("thread_state", "thread state", Kind.TEXT),
    Column("thread_id", "id", Kind.NUMBER),
    Column("group", "group", Kind.NAME),
    Column("is_alive", "alive", Kind.TEXT),
    Column("is_virtual", "virtual", Kind.TEXT),
)
_GROUPS = (
    Column("threads", "threads", Kind.COUNT),
    RETAINED,
    Column("states", "states", Kind.TEXT, _states),
)
_LOCKS = (
    Column("object", "lock", Kind.NAME, lambda row: described(row.object)),
    Column("kind", "kind", Kind.TEXT),
    Column("owner", "owner", Kind.NAME),
    Column("waiters", "waiting", Kind.COUNT, lambda row: len(row.waiters)),
    Column("waiting", "who waits", Kind.NAME, lambda row: ", ".join(row.waiters)),
    Column("holders", "in the stack of", Kind.NAME, lambda row: ", ".join(row.holders)),
)
_BLOCKED = (
    Column("thread_name", "blocked thread", Kind.NAME),
    Column("top_frame", "top frame", Kind.NAME),
)
_NO_STACK = "(no stack in the dump)"


@dump_command(
    "threads",
    sorts=_SORTS,
    epilog="""
seamew threads heap.hprof
seamew threads heap.hprof --no-stacks --sort name
seamew threads heap.hprof --thread http-nio-8080-exec-7
seamew threads heap.hprof --locals           # what the locals of all frames retain
seamew threads heap.hprof --by pool          # also: state, stack, loader
seamew threads heap.hprof --monitors         # locks, who waits, deadlocks
seamew threads 4711                          # of a running JVM: deadlocks, pools, who blocks
seamew threads 4711 --busy 5                 # the busiest threads with their stacks
seamew threads 4711 --blocking --watch 2
seamew threads 4711 --times 3 --every 5      # what grows, what never moves
seamew threads catalina.out                  # the thread dumps in a log
seamew threads before.txt after.txt
""",
    live=True,
    metavar="DUMP|PID|FILE",
)
@threads_click_options
@click.option("--stacks/--no-stacks", default=None, help="Show the stacks.  [default: of dumps]")
@click.option("--thread", "name", metavar="NAME", help="One thread, by name, 0xADDRESS or #NUMBER.")
@click.option("--locals", "held", is_flag=True, help="Of a heap dump: the locals of all frames.")
@click.option(
    "--by",
    type=click.Choice(["pool", "state", "stack", "loader"]),
    help="Group the threads; by loader of a heap dump only.",
)
@click.option("--monitors", is_flag=True, help="Of a heap dump: locks, blocked threads, deadlocks.")
def command(options: Options, *, held: bool, monitors: bool, **values: Any) -> ExitCode:  # noqa: ANN401 (see LiveThreads)
    """Threads, their stacks, and what locals hold.

    Of a running JVM, or of thread dumps in files (jstack, jcmd, kill -3 in a log, JSON): states,
    deadlocks, pools, who blocks whom. The JVM's threads stand still while they are printed: 2 to
    160 ms at 2000 threads.
    """
    wish = LiveThreads(**values)
    pid = pid_of(options.dump)
    if pid is None and not are_thread_dumps(options, wish):
        return _of_heap(options, wish, held=held, monitors=monitors)
    if held or monitors:
        message = f"{'--locals' if held else '--monitors'} is for heap dumps"
        raise click.UsageError(message)
    if pid is None:
        return threads_of_files(options, wish)
    return threads_of_jvm(options, pid, wish)


def _of_heap(options: Options, wish: LiveThreads, *, held: bool, monitors: bool) -> ExitCode:
    if wish.of_thread_dumps:
        message = f"{wish.of_thread_dumps[0]} is for running JVMs and thread dumps"
        raise click.UsageError(message)
    if options.sort is not None and options.sort in set(LIVE_SORTS) - {"name"}:
        message = f"--sort {options.sort} is for running JVMs and thread dumps"
        raise click.UsageError(message)
    if sum((wish.by is not None, monitors, held or wish.name is not None)) > 1:
        message = "--by, --monitors and --thread or --locals exclude each other"
        raise click.UsageError(message)
    try:
        return answer_from_heap(options, _question(options, wish, held=held, monitors=monitors))
    except NotAHeapDumpError as error:
        message = f"{error.message}; nor is it text, as thread dumps are"
        raise NotAHeapDumpError(
            message, hint=error.hint, path=error.path, offset=error.offset
        ) from error


def _question(
    options: Options, wish: LiveThreads, *, held: bool, monitors: bool
) -> Callable[[Heap], Answer]:
    name, by = wish.name, wish.by
    if held:
        return lambda heap: _held(heap, options, name)
    if name is not None:
        return lambda heap: _detail(heap.thread(name), options)
    if by is not None:
        return lambda heap: _groups(heap, options, by)
    if monitors:
        return lambda heap: _locks(heap.locks(), options)
    return lambda heap: _overview(heap, options, stacks=wish.stacks is not False)


def _overview(heap: Heap, options: Options, *, stacks: bool) -> Answer:
    rows = heap.threads()
    sorted_rows = arrange(rows, options, _SORTS)
    shown = sorted_rows[: options.limit]
    blocks: list[Block] = [cut(_SHOWN, sorted_rows, options.limit, "thread/more threads")]
    virtual = [row for row in rows if row.is_virtual]
    if virtual:
        without = sum(not row.frames for row in virtual)
        text = f"{format_counted(len(virtual), 'virtual thread')}, {without:,} without a stack"
        blocks.append(text)
    for row in shown if stacks else []:
        if row.frames:
            blocks += [Heading(thread_heading(row)), "\n".join(stack_lines(row))]
    result = {"total": len(rows), "virtual_threads": len(virtual), "rows": shown}
    return Answer(result, Table(_DATA, shown), tuple(blocks))


def _held(heap: Heap, options: Options, name: str | None) -> Answer:
    rows = heap.held_locals(() if name is None else [name])
    table = cut(HELD_LOCALS, rows, options.limit, "local/more locals")
    return Answer({"total": len(rows), "rows": table.rows}, table)


def _detail(detail: ThreadDetail, options: Options) -> Answer:
    row = detail.thread
    stack = "\n".join(stack_lines(row, detail.significant_frames)) or f"  {_NO_STACK}"
    local_table = Table(HELD_LOCALS[1:], detail.biggest_locals)
    blocks: list[Block] = [Heading(thread_heading(row)), _facts(detail)]
    if detail.biggest_locals:
        blocks += [Heading("Biggest locals"), local_table]
    if detail.thread_locals:
        variables = cut(THREAD_LOCALS[1:], detail.thread_locals, options.limit)
        blocks += [Heading("Thread-local variables"), variables]
    blocks += [Heading("Stack (-> where locals hold much)"), stack]
    return Answer(detail, Table(_DATA, [row]), tuple(blocks))


def _facts(detail: ThreadDetail) -> Pairs:
    row = detail.thread
    virtual = described(detail.carrier) if detail.carrier else "not mounted"
    sizes = f"{format_bytes(row.shallow_bytes)} itself, {format_bytes(row.retained_bytes)} retained"
    return Pairs(
        (
            ("class", row.class_name),
            ("id", "" if row.thread_id is None else str(row.thread_id)),
            ("group", row.group or ""),
            ("state", " ".join(filter(None, (row.thread_state, row.state)))),
            ("priority", "" if row.priority is None else str(row.priority)),
            ("daemon", _yes_no(row.is_daemon) or ""),
            ("virtual", f"carrier: {virtual}" if row.is_virtual else ""),
            ("parked for", described(detail.blocker) if detail.blocker else ""),
            ("context loader", row.context_class_loader or ""),
            ("sizes", sizes),
        )
    )


def _groups(heap: Heap, options: Options, by: str) -> Answer:
    rows = heap.thread_groups(by)
    title = "top frame" if by == "stack" else by
    label = Column("label", title, Kind.NAME)
    table = cut((label, *_GROUPS), rows, options.limit, "group")
    blocks: list[Block] = [table]
    for row in rows[: options.limit] if by == "stack" else []:
        if row.frames:
            frames = "\n".join(f"  at {frame}" for frame in row.frames)
            blocks += [Heading(format_counted(row.threads, "thread")), frames]
    return Answer({"by": by, "total": len(rows), "rows": table.rows}, table, tuple(blocks))


def _locks(found: LockOverview, options: Options) -> Answer:
    table = cut(_LOCKS, found.locks, options.limit, "lock")
    blocks: list[Block] = []
    for ring in found.deadlocks:
        blocks.append(Heading("Deadlock" if ring.is_certain else "Deadlock, as the stacks suggest"))
        steps = zip(ring.threads, ring.locks, (*ring.threads[1:], ring.threads[0]), strict=True)
        blocks += [f'  "{one}" waits for {lock}, held by "{other}"' for one, lock, other in steps]
    if table.rows:
        blocks += [Heading("Locks"), table]
    if found.blocked:
        blocks += [Heading("Blocked threads"), cut(_BLOCKED, found.blocked, options.limit)]
    if found.blocked and not any(row.kind == "monitor" for row in found.locks):
        blocks.append("The dump does not say which monitors are locked (HotSpot since JDK 16).")
    result = {
        "total": len(found.locks),
        "rows": table.rows,
        "blocked": found.blocked,
        "deadlocks": found.deadlocks,
    }
    return Answer(result, table, tuple(blocks) or ("No locks, no blocked threads.",))
