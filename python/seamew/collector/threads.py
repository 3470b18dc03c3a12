"""`threads`: the threads of a JVM, their stacks, locks and CPU time."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace

from seamew.cli.exit_codes import ExitCode
from seamew.jvm.handle import Jvm
from seamew.jvm.tasks import read_threads
from seamew.jvm.threads import busy_by_tasks, lock_waits, threads_in_state
from seamew.report import Answer
from seamew.report.jvm.thread_locks import blocking_answer, deadlocks_answer
from seamew.report.jvm.thread_times import busy_answer
from seamew.report.jvm.threads import (
    dump_facts,
    groups_answer,
    raw_answer,
    thread_answer,
    thread_list_answer,
    threads_answer,
)

from .command import Command, jvm_of, limit_of, take_limit

__all__ = ["COMMAND"]

_SAMPLE_SECONDS = 1.0
_STATES = ("runnable", "blocked", "waiting", "timed_waiting", "new", "terminated")
_GROUPS = ("stack", "pool", "state")


def _configure(parser: ArgumentParser) -> None:
    views = parser.add_mutually_exclusive_group()
    views.add_argument("--busy", type=int, metavar="N", help="the N busiest threads of a second")
    views.add_argument("--blocking", action="store_true", help="who blocks whom")
    views.add_argument("--deadlocks", action="store_true", help="deadlocks only")
    views.add_argument("--state", choices=_STATES, help="the threads in a state, with their stacks")
    views.add_argument("--by", choices=_GROUPS, help="groups of threads")
    views.add_argument("--thread", dest="name", metavar="NAME", help="one thread")
    views.add_argument("--raw", action="store_true", help="the JVM's own text")
    take_limit(parser)


def _run(options: Namespace) -> tuple[Answer, ExitCode]:
    jvm = jvm_of(options)
    answer = _busy(jvm, options) if options.busy is not None else _view(jvm, options)
    return answer, ExitCode.DONE


def _busy(jvm: Jvm, options: Namespace) -> Answer:
    process = jvm.process
    where = (jvm.pid, process.status.namespace_pid, process.proc)
    started, before = time.monotonic(), read_threads(*where)
    time.sleep(_SAMPLE_SECONDS)
    after, passed = read_threads(*where), time.monotonic() - started
    dump = jvm.threads()
    rows = busy_by_tasks(before, after, dump, passed)
    limit = limit_of(options)
    return busy_answer(dump_facts(dump), rows, top=options.busy, seconds=passed, limit=limit)


def _view(jvm: Jvm, options: Namespace) -> Answer:
    taken, limit = jvm.take_threads(), limit_of(options)
    dump = taken.dump
    if options.raw:
        return raw_answer(taken.text)
    if options.blocking:
        return blocking_answer(dump_facts(dump), lock_waits(dump), limit=limit)
    if options.deadlocks:
        return deadlocks_answer(dump_facts(dump), lock_waits(dump))
    if options.state:
        threads = threads_in_state(dump, options.state)
        return thread_list_answer(dump, threads, sort=None, limit=limit, stacks=True)
    if options.by:
        return groups_answer(dump, options.by, limit=limit)
    if options.name is not None:
        return thread_answer(dump, options.name)
    return threads_answer(dump, limit=limit)


COMMAND = Command("threads", "Threads, their stacks, locks and CPU time.", _run, _configure)
