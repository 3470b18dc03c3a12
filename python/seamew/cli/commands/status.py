"""`seamew status`: one JVM on one screen, or jstat's figures."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.live import LiveOptions, answer_now, answer_on_jvm, live_command
from seamew.jvm.handle import Jvm, attach
from seamew.jvm.jstat import JSTAT_OPTIONS, sample_jstat
from seamew.jvm.status_values import JvmStatus
from seamew.report import Answer
from seamew.report.jvm.jstat import jstat_answer
from seamew.report.jvm.status import status_answer

__all__ = ["command"]


@live_command(
    "status",
    epilog="""
seamew status 4711
seamew status 4711 --watch 2
seamew status 4711 --ask
seamew status 4711 --jstat gcutil --watch 1
""",
)
@click.option(
    "--jstat",
    "jstat_option",
    type=click.Choice(list(JSTAT_OPTIONS)),
    help="The columns of jstat's option of that name.",
)
@click.option(
    "--ask",
    "asks_jvm",
    is_flag=True,
    help="Ask the JVM too: heap and flags now, code cache, direct buffers, memory errors.",
)
def command(options: LiveOptions, jstat_option: str | None, *, asks_jvm: bool) -> ExitCode:
    """One JVM: heap, GC, threads, memory, files, TCP, advice.

    All of it comes from files, so that the JVM may be stopped or stuck. --ask attaches to it; that
    takes the JVM some 20 ms and stops no thread.
    """
    if jstat_option:
        return _jstat(options, jstat_option)
    earlier: list[JvmStatus] = []

    def ask(jvm: Jvm) -> Answer:
        status = jvm.status(ask=asks_jvm)
        answer = status_answer(status, earlier[-1] if earlier else None)
        earlier[:] = [status]
        return answer

    return answer_on_jvm(options, ask)


def _jstat(options: LiveOptions, jstat_option: str) -> ExitCode:
    """A header once, then a line each time, as jstat does."""
    jvm = attach(options.pid)
    with jvm.counters() as counters:
        headers = iter([True])

        def ask() -> Answer:
            jvm.check_alive()
            return jstat_answer(sample_jstat(counters, jstat_option), header=next(headers, False))

        return answer_now(options, ask, clear=False)
