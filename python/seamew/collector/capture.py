"""`capture`: the evidence of a JVM in a folder."""

from __future__ import annotations

import sys
from argparse import Action, ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from seamew.cli.asking import can_ask
from seamew.cli.capturing import CaptureWish, Listener, capture, check_consent, plan
from seamew.cli.exit_codes import ExitCode
from seamew.cli.terminal import terminal_width
from seamew.jvm.capture import HEAP_DUMP, STEPS, CaptureSettings, choose_steps
from seamew.report import Answer

from .command import Command, jvm_of, seconds, size
from .talk import say

__all__ = ["COMMAND"]

_DEFAULT = CaptureSettings()
# Fields of CaptureSettings: option, field, type, what it is shown as, help.
_SETTINGS: tuple[tuple[str, str, Any, str, str], ...] = (
    ("--thread-dumps", "thread_dumps", int, "N", "how many thread dumps"),
    ("--interval", "interval_seconds", seconds, "SECONDS", "time between thread dumps"),
    ("--gc-log", "gc_log_seconds", seconds, "SECONDS", "how long the GC log is on"),
    ("--old-objects", "old_objects_seconds", seconds, "SECONDS", "how long they are sampled"),
    ("--max-size", "most_bytes", size, "SIZE", "all files at most, without heap dumps"),
)
_FLAGS = (
    ("--dump", "dump", "take a heap dump, too, at the end"),
    ("--plan", "plan_only", "only say what would be done"),
    ("--gc-roots", "gc_roots", "search paths from roots to old objects (a pause)"),
    ("--show-secrets", "show_secrets", "do not mask passwords, tokens and keys"),
    ("--tar", "archive", "also make a .tar.gz of the case"),
)


class _ListSteps(Action):
    """Print the steps and leave, as --help does."""

    def __call__(self, parser: ArgumentParser, *_: object) -> None:
        width = max(len(step.name) for step in STEPS)
        parser.exit(message="".join(f"{step.name:<{width}}  {step.what}\n" for step in STEPS))


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", dest="folder", type=Path, default=Path(), help="where the case is made"
    )
    parser.add_argument("--list-steps", action=_ListSteps, nargs=0, help="only list the steps")
    for option in ("--only", "--skip"):
        help_text = f"{option[2:]} this step (repeatable)"
        parser.add_argument(option, action="append", default=[], metavar="STEP", help=help_text)
    for option, name, kind, metavar, text in _SETTINGS:
        default = getattr(_DEFAULT, name)
        shown = "256MB" if kind is size else f"{default:g}"
        parser.add_argument(
            option,
            dest=name,
            type=kind,
            metavar=metavar,
            default=default,
            help=f"{text} [default: {shown}]",
        )
    for option, name, text in _FLAGS:
        parser.add_argument(option, dest=name, action="store_true", help=text)
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask before a heap dump")
    parser.add_argument("-q", "--quiet", action="store_true", help="no plan and no progress")


def _run(options: Namespace) -> tuple[Answer, ExitCode]:
    requested = [HEAP_DUMP] if options.dump else []
    steps = choose_steps(options.only, options.skip, requested=requested)
    settings = CaptureSettings(
        steps=steps,
        gc_roots=options.gc_roots,
        show_secrets=options.show_secrets,
        **{name: getattr(options, name) for _, name, *_ in _SETTINGS},
    )
    wish = CaptureWish(settings, steps, options.folder, options.archive, options.yes)
    jvm = jvm_of(options)
    if options.plan_only:
        return plan(jvm, wish), ExitCode.DONE
    check_consent(wish, somebody_is_there=can_ask())
    listener = Listener(_nothing if options.quiet else say, terminal_width(sys.stderr))
    return capture(jvm, wish, listener)


def _nothing(line: str) -> None:
    del line


COMMAND = Command(
    "capture",
    "The evidence of a running JVM in a folder, the cheap first.",
    _run,
    _configure,
    watch=False,
)
