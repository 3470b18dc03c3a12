"""`seamew flags`: the flags of a running JVM, and setting those that can be set."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.live import LiveOptions, answer_on_jvm, live_command
from seamew.jvm.flags import pick_flags
from seamew.jvm.handle import Jvm
from seamew.report import Answer
from seamew.report.jvm.flags import changes_answer, flags_answer

__all__ = ["command"]

_ROWS = 1000


@live_command(
    "flags",
    rows=_ROWS,
    epilog="""
seamew flags 4711
seamew flags 4711 MaxHeapSize '*Dump*'
seamew flags 4711 --all --csv
seamew flags 4711 --set HeapDumpOnOutOfMemoryError=true --set HeapDumpPath=/var/dumps
""",
)
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Those at their default, too.")
@click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="Change a manageable flag for as long as the JVM runs; may be repeated.",
)
def command(
    options: LiveOptions, names: tuple[str, ...], *, every: bool, settings: tuple[str, ...]
) -> ExitCode:
    """The flags of a JVM, and setting those that can be set.

    Shown are those that can be set, and those that are not at their default. NAME is a flag's
    name, or a pattern: '*Dump*'. Paths that are set are those of the JVM's file system.
    """
    wanted = [_parted(text) for text in settings]
    if wanted and (names or every):
        raise click.UsageError("--set shows the flags that it sets, and takes no NAME or --all")

    def ask(jvm: Jvm) -> Answer:
        if wanted:
            return changes_answer(jvm.set_flags(wanted))
        flags = jvm.flags()
        if names:
            picked = pick_flags(flags, names)
            return flags_answer(picked, len(picked), options.limit)
        told = [flag for flag in flags if every or not flag.is_default or flag.is_manageable]
        return flags_answer(told, len(flags), options.limit)

    return answer_on_jvm(options, ask)


def _parted(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise click.UsageError(f"--set {text}: write NAME=VALUE")
    return name, value
