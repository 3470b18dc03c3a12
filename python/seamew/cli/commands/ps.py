"""`seamew ps`: all JVMs of the host."""

from __future__ import annotations

from seamew.cli.exit_codes import ExitCode
from seamew.cli.live import LiveOptions, answer_now, live_command
from seamew.cli.options import arrange
from seamew.jvm.summary import list_summaries as ps
from seamew.report import Answer
from seamew.report.jvm.ps import PS_SORTS, ps_answer

__all__ = ["command"]


@live_command(
    "ps",
    sorts=PS_SORTS,
    rows=100,
    target=False,
    epilog="""
seamew ps
seamew ps --sort heap --watch 2
seamew ps --json
""",
)
def command(options: LiveOptions) -> ExitCode:
    """All JVMs of this host: heap, memory, threads, attaching.

    Also those in containers, without hsperfdata, stopped, and of other users as far as they may be
    seen. Nothing is sent to a JVM. `heap` is what is used now, garbage included.
    """

    def ask() -> Answer:
        rows = ps()
        return ps_answer(arrange(rows, options, PS_SORTS)[: options.limit], len(rows))

    return answer_now(options, ask)
