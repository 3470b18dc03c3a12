"""The entry point: lazily loaded commands, and errors as people need them."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

import click

from seamew.errors import SeamewError

from .exit_codes import ExitCode, exit_code_of
from .registry import COMMANDS

__all__ = ["cli", "main", "run"]

_ENTRIES = {entry.name: entry for entry in COMMANDS}


class LazyGroup(click.Group):
    """Commands from the registry, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """Names in the registry's order."""
        return list(_ENTRIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name, loaded now."""
        entry = _ENTRIES.get(cmd_name)
        if entry is None:
            return None
        command = import_module(f"seamew.cli.commands.{entry.module}").command
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands by topic, without loading one."""
        for topic in dict.fromkeys(entry.topic for entry in COMMANDS):
            with formatter.section(topic):
                formatter.write_dl(
                    [(entry.name, entry.summary) for entry in COMMANDS if entry.topic == topic]
                )


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`seamew COMMAND --help` tells more, with examples."
    " Start with: seamew ps, or seamew diagnose DUMP",
)
@click.version_option(package_name="seamew", message="%(prog)s %(version)s")
def cli() -> None:
    """Find memory leaks of Java services: in running JVMs and in heap dumps.

    histogram, threads and properties take a DUMP or the PID of a JVM. Objects of a dump are named
    by 0xADDRESS, @id, or Class#n (the n-th instance, from 0).
    """


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _close_stdout()
    sys.exit(int(code))


def run(arguments: Sequence[str]) -> ExitCode:
    """Run the command line; returns the exit code instead of leaving."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    verbose = "-v" in arguments or "--verbose" in arguments
    try:
        return _called(list(arguments))
    except click.exceptions.Exit as leaving:
        return ExitCode(leaving.exit_code)
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE if error.exit_code == ExitCode.USAGE else ExitCode.ERROR
    except SeamewError as error:
        return _failed(error, verbose=verbose)
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        _close_stdout()
        return ExitCode.DONE
    except OSError as error:
        return _failed(SeamewError(str(error)), verbose=verbose)


def _called(arguments: list[str]) -> ExitCode:
    """Let click find and call the command; not by `cli.main`, which treats a closed pipe as 1."""
    if "_SEAMEW_COMPLETE" in os.environ:
        cli.main(arguments, prog_name="seamew")
    with cli.make_context("seamew", arguments) as context:
        result = cli.invoke(context)
    return ExitCode(result) if isinstance(result, int) else ExitCode.DONE


def _interrupted() -> ExitCode:
    click.echo("interrupted", err=True)
    return ExitCode.INTERRUPTED


def _failed(error: SeamewError, *, verbose: bool) -> ExitCode:
    from .complaint import complaint  # noqa: PLC0415 (needs rich, which --help does without)

    click.echo(complaint(error), err=True)
    if verbose:
        click.echo("".join(traceback.format_exception(error)), err=True)
    return exit_code_of(error)


def _close_stdout() -> None:
    """The reader went away, as `head` does: say nothing more, and nothing at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
