"""`seamew top`: one JVM on a live screen."""

from __future__ import annotations

import sys
from importlib import import_module, util
from pathlib import Path

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import examples
from seamew.errors import SeamewError, UsageError

__all__ = ["command"]

_EXAMPLES = """
seamew top
seamew top 4711
seamew top 4711 --interval 5 --names-every 60
seamew top 4711 --no-attach                  # counters and /proc alone
"""


@click.command("top", epilog=examples(_EXAMPLES))
@click.argument("pid", metavar="[PID]", type=click.IntRange(min=1), required=False)
@click.option(
    "--interval",
    "interval_seconds",
    type=click.FloatRange(min=0.1),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="How often the screen changes.",
)
@click.option(
    "--names-every",
    "names_every_seconds",
    type=click.FloatRange(min=0),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How often a thread dump gives the threads their names; 0: never.",
)
@click.option(
    "--classes-every",
    "classes_every_seconds",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="How often the classes are counted, for which the JVM stands still; 0: by the key h.",
)
@click.option(
    "--timeout",
    "timeout_seconds",
    type=click.FloatRange(min=0.1),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for an answer of the JVM.",
)
@click.option("--no-attach", is_flag=True, help="Ask the JVM for nothing.")
def command(
    pid: int | None,
    *,
    interval_seconds: float,
    names_every_seconds: float,
    classes_every_seconds: float,
    timeout_seconds: float,
    no_attach: bool,
) -> ExitCode:
    """A JVM on a live screen: heap after GC, threads by CPU, classes.

    Without PID the JVMs of this host are there to choose from. Keys take a thread dump, a heap dump
    or a whole capture; ? shows them all. Works in 80 columns and 24 lines, and without colours.

    Figures come from counters and /proc, which costs the JVM nothing; the names of the threads from
    a thread dump now and then, which stops it for some milliseconds. For programs there is
    `seamew status PID --json --watch 1`.
    """
    _check_terminal()
    if util.find_spec("textual") is None:
        message = "the live screen needs Textual, which is not installed"
        raise SeamewError(
            message,
            hint="pip install 'seamew[tui]'; `seamew status PID --watch 2` needs nothing",
        )
    asker = import_module("seamew.tui.asker")
    launch = import_module("seamew.tui.launch")
    options = launch.TopOptions(
        folder=Path.cwd(),
        interval_seconds=interval_seconds,
        asker=None
        if no_attach
        else asker.AskerOptions(names_every_seconds, classes_every_seconds, timeout_seconds),
    )
    return ExitCode(launch.run_top(pid, options))


def _check_terminal() -> None:
    """It draws on stderr and reads keys from stdin; with stdout elsewhere it would be no use."""
    if all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return
    message = "the live screen needs a terminal"
    raise UsageError(message, hint="seamew status PID --watch 2 writes to anything")
