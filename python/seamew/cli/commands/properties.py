"""`seamew properties`: system properties, environment, arguments, of a dump or a running JVM."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.live import live_options, pid_of
from seamew.cli.live.properties import answer_live_properties
from seamew.cli.options import Options, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.report import Answer
from seamew.report.properties import properties_answer

__all__ = ["command"]

_ROWS = 1000


@dump_command(
    "properties",
    rows=_ROWS,
    epilog="""
seamew properties heap.hprof
seamew properties heap.hprof --show-secrets --json
seamew properties 4711
""",
    live=True,
)
@click.option("--show-secrets", is_flag=True, help="Show passwords, keys and tokens too.")
def command(options: Options, *, show_secrets: bool) -> ExitCode:
    """System properties, environment, JVM and system.

    Values that may be secret are masked. The environment is in a dump only if the program has
    asked for it, the JVM's arguments only if it has used management beans. A running JVM is asked
    for its properties, which runs a little Java code in it; the rest is what it was started with.
    """
    pid = pid_of(options.dump)
    if pid is not None:
        return answer_live_properties(live_options(options, pid), show_secrets=show_secrets)

    def ask(heap: Heap) -> Answer:
        rows = heap.properties(show_secrets=show_secrets)
        unknown = "(not in the dump)"
        return properties_answer(heap.runtime_facts(), rows, options.limit, unknown=unknown)

    return answer_from_heap(options, ask)
