"""`seamew capture`: the evidence of a running JVM in a folder, the cheap first."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from seamew.cli.asking import can_ask
from seamew.cli.capturing import CaptureWish, Listener, capture, check_consent, plan
from seamew.cli.exit_codes import ExitCode
from seamew.cli.finish import finish
from seamew.cli.live import LiveOptions, live_command
from seamew.cli.options import Bytes, Format
from seamew.cli.output import write_answer
from seamew.cli.talk import Talk
from seamew.cli.terminal import terminal_width
from seamew.jvm.capture import HEAP_DUMP, CaptureSettings, choose_steps
from seamew.jvm.handle import attach
from seamew.report.jvm.capture import steps_answer

__all__ = ["command"]

_DEFAULT = CaptureSettings()


def _list_steps(context: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 (click calls it)
    del parameter
    if value:
        write_answer("capture", steps_answer(), Format.TABLE)
        context.exit()


@live_command(
    "capture",
    watch=False,
    epilog="""
seamew capture 4711
seamew capture 4711 --plan
seamew capture 4711 -o /var/tmp --tar
seamew capture 4711 --dump --yes
seamew capture 4711 --skip old-objects --interval 10
seamew capture 4711 --only threads --only histogram
""",
)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Where the case folder is made.  [default: here]",
)
@click.option("--dump", is_flag=True, help="Take a heap dump, too, at the end.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before a heap dump.")
@click.option("--plan", "plan_only", is_flag=True, help="Only say what would be done.")
@click.option(
    "--list-steps",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_steps,
    help="Only list the steps.",
)
@click.option("--only", multiple=True, metavar="STEP", help="Take this step (may be repeated).")
@click.option("--skip", multiple=True, metavar="STEP", help="Leave this step out (repeatable).")
@click.option(
    "--thread-dumps",
    type=click.IntRange(min=1, max=100),
    default=_DEFAULT.thread_dumps,
    show_default=True,
    metavar="N",
    help="How many thread dumps.",
)
@click.option(
    "--interval",
    "interval_seconds",
    type=click.FloatRange(min=0),
    default=_DEFAULT.interval_seconds,
    show_default=True,
    metavar="SECONDS",
    help="Time between thread dumps; histograms are twice as far apart.",
)
@click.option(
    "--gc-log",
    "gc_log_seconds",
    type=click.FloatRange(min=0),
    default=_DEFAULT.gc_log_seconds,
    show_default=True,
    metavar="SECONDS",
    help="How long the GC log is on.",
)
@click.option(
    "--old-objects",
    "old_objects_seconds",
    type=click.FloatRange(min=0),
    default=_DEFAULT.old_objects_seconds,
    show_default=True,
    metavar="SECONDS",
    help="How long old objects are sampled.",
)
@click.option("--gc-roots", is_flag=True, help="Search paths from roots to old objects (a pause).")
@click.option("--show-secrets", is_flag=True, help="Do not mask passwords, tokens and keys.")
@click.option(
    "--max-size",
    "most_bytes",
    type=Bytes(),
    default=_DEFAULT.most_bytes,
    metavar="SIZE",
    help="All files together at most, without heap dumps.  [default: 256MB]",
)
@click.option("--tar", "archive", is_flag=True, help="Also make a .tar.gz of the case.")
def command(
    options: LiveOptions,
    *,
    folder: Path,
    plan_only: bool,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    dump: bool,
    yes: bool,
    archive: bool,
    **settings: Any,  # noqa: ANN401 (fields of CaptureSettings)
) -> ExitCode:
    """The evidence of a running JVM in a folder, the cheap first.

    What is going to be done, and what it costs the JVM, is said before. A step that fails is
    noted and keeps none of the others from being taken; Ctrl-C leaves a valid case. Log settings
    and files of the JVM are put back as they were.
    """
    steps = choose_steps(only, skip, requested=[HEAP_DUMP] if dump else [])
    wish = CaptureWish(CaptureSettings(steps=steps, **settings), steps, folder, archive, yes)
    jvm = attach(options.pid, timeout_seconds=options.timeout_seconds)
    with Talk(quiet=options.quiet, verbose=options.verbose) as talk:
        if plan_only:
            return finish(options, plan(jvm, wish), talk)
        check_consent(wish, somebody_is_there=options.asks and can_ask())
        answer, code = capture(jvm, wish, Listener(talk.note, terminal_width(sys.stderr)))
        finish(options, answer, talk)
    return code
