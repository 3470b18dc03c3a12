"""Commands on a running JVM: their common options, --watch, and the way to their answer."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.finish import finish
from seamew.cli.options import (
    TALK_CLICK_OPTIONS,
    Options,
    OutputOptions,
    Sort,
    examples,
    help_order,
    live_click_options,
    output_click_options,
    take_output,
)
from seamew.cli.talk import Talk
from seamew.jvm.attaching import DEFAULT_TIMEOUT_SECONDS
from seamew.report import Answer

if TYPE_CHECKING:
    from seamew.jvm.handle import Jvm

__all__ = ["LiveOptions", "answer_now", "answer_on_jvm", "live_command", "live_options", "pid_of"]

_ROWS = 25
_FOR_DUMPS = {
    "index_directory": (None, "--index-dir"),
    "use_index": (True, "--no-index"),
    "keep_unreachable": (False, "--keep-unreachable"),
    "size_model": ("gap", "--size-model"),
    "memory_bytes": (None, "--memory"),
    "dump_index": (None, "--dump"),
    "strict": (False, "--strict"),
    "wait": (False, "--wait"),
}
_CLEAR_SCREEN = "\x1b[H\x1b[2J"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions(OutputOptions):
    """What the common options of a command on a JVM say. `pid` is 0 where none is asked for."""

    pid: int = 0
    watch_seconds: float | None = None
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS


Ask: TypeAlias = "Callable[[Jvm], Answer]"


def answer_on_jvm(options: LiveOptions, ask: Ask) -> ExitCode:
    """Ask the JVM of `options.pid` and write the answer, once or every --watch seconds."""
    from seamew.jvm.handle import attach  # noqa: PLC0415 (much that `seamew ps` does without)

    jvm = attach(options.pid, timeout_seconds=options.timeout_seconds)
    return answer_now(options, lambda: ask(jvm))


def answer_now(options: LiveOptions, ask: Callable[[], Answer], *, clear: bool = True) -> ExitCode:
    """Ask and write the answer, once or every --watch seconds until Ctrl-C.

    Each answer replaces the last one on a terminal; without `clear` it goes on below.
    """
    with Talk(quiet=options.quiet, verbose=options.verbose) as talk:
        while True:
            started = time.monotonic()
            answer = ask()
            if clear and options.watch_seconds is not None and sys.stdout.isatty():
                sys.stdout.write(_CLEAR_SCREEN)
            code = finish(options, answer, talk)
            if options.watch_seconds is None:
                return code
            time.sleep(max(0.0, options.watch_seconds - (time.monotonic() - started)))


def pid_of(target: str) -> int | None:
    """The process number that a TARGET means; None: it is a file's name.

    Digits are a file where there is a file of that name.
    """
    digits = target.isascii() and target.isdigit()
    return int(target) if digits and not Path(target).exists() else None


def live_options(options: Options, pid: int) -> LiveOptions:
    """The options of a command that takes a dump or a PID, when it got a PID.

    Those that only a dump has are usage errors.
    """
    for name, (default, flag) in _FOR_DUMPS.items():
        if getattr(options, name) != default:
            message = f"{flag} is for dumps, and {pid} is a process"
            raise click.UsageError(message)
    common = {field.name: getattr(options, field.name) for field in fields(OutputOptions)}
    return LiveOptions(
        **common,
        pid=pid,
        watch_seconds=options.watch_seconds,
        timeout_seconds=options.timeout_seconds or DEFAULT_TIMEOUT_SECONDS,
    )


def live_command(
    name: str,
    *,
    sorts: Sequence[Sort] = (),
    rows: int = _ROWS,
    epilog: str = "",
    watch: bool = True,
    target: bool = True,
    cls: type[click.Command] = click.Command,
) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a command on a JVM: it takes `options` and its own parameters.

    `sorts` are the words that --sort takes, `rows` the default of --limit in tables, `epilog` are
    examples; `watch` gives --watch; without `target` the command takes no PID; `cls` may read the
    command line in its own way.
    """
    limits = (rows, None)

    def decorate(function: Callable[..., Any]) -> click.Command:
        @functools.wraps(function)
        def call(**values: Any) -> Any:  # noqa: ANN401 (the command's own result)
            take_output(values, limits)
            values["timeout_seconds"] = values["timeout_seconds"] or DEFAULT_TIMEOUT_SECONDS
            names = [field.name for field in fields(LiveOptions) if field.name in values]
            return function(LiveOptions(**{one: values.pop(one) for one in names}), **values)

        wrapped: Callable[..., Any] = call
        own = {parameter.name for parameter in getattr(function, "__click_params__", [])}
        common = output_click_options([word for word, _ in sorts], limits)
        for option in reversed([*common, *live_click_options(watch=watch), *TALK_CLICK_OPTIONS]):
            wrapped = option(wrapped)
        if target:
            wrapped = click.argument("pid", metavar="PID", type=click.IntRange(min=1))(wrapped)
        command = click.command(name, cls, epilog=examples(epilog))(wrapped)
        command.params.sort(key=lambda one: help_order(one, own))
        return command

    return decorate
