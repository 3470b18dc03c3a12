"""The live side of `seamew threads`: the threads of running JVMs and of thread dumps in files."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.finish import finish
from seamew.cli.options import Options
from seamew.cli.saving import refuse_existing, write_private
from seamew.cli.talk import Talk
from seamew.errors import NotAThreadDumpError
from seamew.jvm.handle import Jvm
from seamew.jvm.tasks import read_threads
from seamew.jvm.threads import (
    ChangeReader,
    ThreadDump,
    busy_by_dumps,
    busy_by_tasks,
    lock_waits,
    looks_like_text,
    read_thread_dumps,
    threads_in_state,
)
from seamew.model import DumpWarning
from seamew.report import Answer
from seamew.report.jvm.thread_locks import blocking_answer, deadlocks_answer
from seamew.report.jvm.thread_times import busy_answer, changes_answer
from seamew.report.jvm.threads import (
    dump_facts,
    groups_answer,
    raw_answer,
    thread_answer,
    thread_list_answer,
    threads_answer,
)

from .session import answer_on_jvm, live_options

__all__ = [
    "LIVE_SORTS",
    "LiveThreads",
    "are_thread_dumps",
    "threads_click_options",
    "threads_of_files",
    "threads_of_jvm",
]

LIVE_SORTS = ("cpu", "name")
"""Words that --sort takes for threads of a JVM."""

_SAMPLE_SECONDS = 1.0
_EVERY_SECONDS = 5.0
_STATES = ("runnable", "blocked", "waiting", "timed_waiting", "new", "terminated")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveThreads:
    """What is asked for. At most one of the views; without any the whole picture."""

    others: tuple[str, ...] = ()
    by: str | None = None
    name: str | None = None
    stacks: bool | None = None
    state: str | None = None
    busy: int | None = None
    sample_seconds: float | None = None
    blocking: bool = False
    deadlocks: bool = False
    times: int | None = None
    every_seconds: float | None = None
    virtual: bool = False
    raw: bool = False
    save: str | None = None

    @property
    def views(self) -> list[str]:
        """The options given that choose what is shown."""
        chosen = {
            "--by": self.by,
            "--thread": self.name,
            "--state": self.state,
            "--busy": self.busy,
            "--blocking": self.blocking or None,
            "--deadlocks": self.deadlocks or None,
            "--raw": self.raw or None,
        }
        return [option for option, value in chosen.items() if value is not None]

    @property
    def keeps_text(self) -> bool:
        """Whether the JVM's own text is asked for."""
        return self.raw or self.save is not None

    @property
    def of_a_jvm(self) -> list[str]:
        """The options given that only a running JVM can answer."""
        chosen = {
            "--sample": self.sample_seconds,
            "--times": self.times,
            "--every": self.every_seconds,
            "--virtual": self.virtual or None,
            "--raw": self.raw or None,
            "--output": self.save,
        }
        return [option for option, value in chosen.items() if value is not None]

    @property
    def of_thread_dumps(self) -> list[str]:
        """The options given that a heap dump cannot answer."""
        shared = {"--by", "--thread"}
        given = [*self.views, *self.of_a_jvm]
        return [one for one in dict.fromkeys(given) if one not in shared]


_CLICK_OPTIONS: tuple[Callable[..., Any], ...] = (
    click.argument("others", metavar="[FILE]...", nargs=-1, type=click.Path()),
    click.option("--busy", type=click.IntRange(min=1), metavar="N", help="The N busiest threads."),
    click.option(
        "--sample",
        "sample_seconds",
        type=click.FloatRange(min=0.1),
        metavar="SECONDS",
        help="How long --busy watches a JVM.  [default: 1]",
    ),
    click.option("--blocking", is_flag=True, help="Who blocks whom, and who blocks most."),
    click.option("--deadlocks", is_flag=True, help="Deadlocks only."),
    click.option(
        "--state",
        type=click.Choice(_STATES, case_sensitive=False),
        help="The threads in a state, with their stacks.",
    ),
    click.option(
        "--times",
        type=click.IntRange(min=1),
        metavar="N",
        help="Of a JVM: so many dumps, and what changes between them.",
    ),
    click.option(
        "--every",
        "every_seconds",
        type=click.FloatRange(min=0.1),
        metavar="SECONDS",
        help="How far apart --times are.  [default: 5]",
    ),
    click.option(
        "--virtual", is_flag=True, help="Of a JVM (21 and later): all virtual threads too."
    ),
    click.option("--raw", is_flag=True, help="Of a JVM: its own text."),
    click.option(
        "-o",
        "--output",
        "save",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="Of a JVM: save its own text too, in a new file.",
    ),
)


def threads_click_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that thread dumps have beside those of heap dumps."""
    for option in reversed(_CLICK_OPTIONS):
        function = option(function)
    return function


def are_thread_dumps(options: Options, wish: LiveThreads) -> bool:
    """Whether what is named is text, or several files: heap dumps are neither."""
    return bool(wish.others) or looks_like_text(options.dump)


def threads_of_jvm(options: Options, pid: int, wish: LiveThreads) -> ExitCode:
    """Ask a JVM for its threads and write the answer."""
    _check_jvm(options, pid, wish)
    live = live_options(options, pid)
    if wish.save is not None:
        refuse_existing(Path(wish.save), force=False)
    return answer_on_jvm(live, lambda jvm: _ask(jvm, options, wish))


def threads_of_files(options: Options, wish: LiveThreads) -> ExitCode:
    """Read the thread dumps of some files and write the answer."""
    if wish.of_a_jvm:
        raise click.UsageError(f"{wish.of_a_jvm[0]} is for a running JVM: name it by its PID")
    if options.watch_seconds is not None:
        raise click.UsageError("--watch is for a running JVM: name it by its PID")
    _check_views(options, wish)
    with Talk(quiet=options.quiet, verbose=options.verbose) as talk:
        reader = ChangeReader()
        warnings = []
        for number, dump in enumerate(_read((options.dump, *wish.others))):
            if options.dump_index in {None, number}:
                reader.take(dump)
                warnings += [_loss(dump, loss) for loss in dump.losses]
        if reader.count == 0:
            raise click.UsageError(f"there is no dump {options.dump_index} in the file")
        if reader.count > 1 and (wish.views or wish.stacks is not None) and wish.busy is None:
            last = reader.count - 1
            talk.note(f"the last of {reader.count} dumps; --dump NUMBER, 0 to {last}, has another")
        return finish(options, _answer(reader, options, wish), talk, tuple(warnings))


def _read(paths: Sequence[str]) -> Iterator[ThreadDump]:
    for path in paths:
        try:
            yield from read_thread_dumps(path)
        except NotAThreadDumpError as error:
            message = "the file is neither a heap dump nor has it a thread dump"
            raise NotAThreadDumpError(message, hint=error.hint, path=error.path) from error


def _ask(jvm: Jvm, options: Options, wish: LiveThreads) -> Answer:
    if wish.busy is not None and wish.times is None:
        return _busy(jvm, options, wish.busy, wish)
    reader = ChangeReader()
    texts = []
    for number in range(wish.times or 1):
        if number:
            time.sleep(wish.every_seconds or _EVERY_SECONDS)
        taken = jvm.take_threads(virtual=wish.virtual, with_text=wish.keeps_text)
        texts.append(taken.text)
        reader.take(taken.dump)
    _save(wish, texts)
    if wish.raw:
        return raw_answer("".join(texts))
    return _answer(reader, options, wish)


def _busy(jvm: Jvm, options: Options, top: int, wish: LiveThreads) -> Answer:
    """Two looks at /proc, and one dump after them: the JVM is stopped once."""
    process = jvm.process
    look = partial(read_threads, jvm.pid, process.status.namespace_pid, process.proc)
    started, before = time.monotonic(), look()
    time.sleep(wish.sample_seconds or _SAMPLE_SECONDS)
    after, seconds = look(), time.monotonic() - started
    taken = jvm.take_threads()
    _save(wish, [taken.text])
    rows = busy_by_tasks(before, after, taken.dump, seconds)
    facts = dump_facts(taken.dump)
    return busy_answer(facts, rows, top=top, seconds=seconds, limit=options.limit)


def _save(wish: LiveThreads, texts: Sequence[str]) -> None:
    if wish.save is not None:
        write_private(Path(wish.save), (text.encode() for text in texts), force=False)


def _answer(reader: ChangeReader, options: Options, wish: LiveThreads) -> Answer:
    """The view asked for; of several dumps what changed between them, or the last one's."""
    assert reader.first is not None  # noqa: S101 (a dump was taken in)
    assert reader.last is not None  # noqa: S101
    dump, limit = reader.last, options.limit
    facts = dump_facts(dump)
    if wish.busy is not None:
        dumps = [reader.first, dump] if reader.count > 1 else [dump]
        rows = busy_by_dumps(dumps)
        return busy_answer(facts, rows, top=wish.busy, seconds=None, limit=limit)
    if wish.name is not None:
        return thread_answer(dump, wish.name)
    if wish.by is not None:
        return groups_answer(dump, wish.by, limit=limit)
    if wish.deadlocks:
        return deadlocks_answer(facts, lock_waits(dump))
    if wish.blocking:
        return blocking_answer(facts, lock_waits(dump), limit=limit)
    if wish.state is not None or wish.stacks is not None or options.sort is not None:
        threads = dump.threads if wish.state is None else threads_in_state(dump, wish.state)
        stacks = wish.stacks if wish.stacks is not None else wish.state is not None
        return thread_list_answer(dump, threads, sort=options.sort, limit=limit, stacks=stacks)
    if reader.count > 1:
        return changes_answer(reader.changes(), limit=limit)
    return threads_answer(dump, limit=limit)


def _check_views(options: Options, wish: LiveThreads) -> None:
    if len(wish.views) > 1:
        raise click.UsageError(f"{wish.views[0]} and {wish.views[1]} exclude each other")
    if wish.by == "loader":
        raise click.UsageError("--by loader is for heap dumps")
    if options.sort is not None and options.sort not in LIVE_SORTS:
        raise click.UsageError(f"--sort {options.sort} is for heap dumps")


def _check_jvm(options: Options, pid: int, wish: LiveThreads) -> None:
    _check_views(options, wish)
    if wish.others:
        raise click.UsageError(f"{pid} is a process; compare it with itself by --times")
    if options.dump_index is not None:
        raise click.UsageError("--dump is for files with several dumps")
    if wish.sample_seconds is not None and wish.busy is None:
        raise click.UsageError("--sample goes with --busy")
    if wish.every_seconds is not None and wish.times is None:
        raise click.UsageError("--every goes with --times")
    if wish.virtual and wish.busy is not None:
        raise click.UsageError("--virtual has no CPU times for --busy")
    if wish.virtual and (wish.times or 1) > 1 and wish.keeps_text:
        raise click.UsageError("--virtual gives one text that can be kept, not --times of them")
    if wish.save is not None and options.watch_seconds is not None:
        raise click.UsageError("--output keeps one answer, and --watch has many")


def _loss(dump: ThreadDump, loss: str) -> DumpWarning:
    where = "" if dump.line is None else f", line {dump.line:,}"
    return DumpWarning("thread_dump_damaged", f"{dump.source}{where}: {loss}", partial=True)
