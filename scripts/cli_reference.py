"""Writes docs/reference/cli.md from the help of the commands: cli_reference.py FILE."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from seamew.cli.main import cli
from seamew.cli.registry import COMMANDS

__all__ = ["reference"]

_HEAD = """\
# Command line

Written by `scripts/fix` from the commands' help; a test keeps it in step.
Exit codes: [exit-codes.md](exit-codes.md). JSON: [json.md](json.md).
"""
_SETTINGS: dict[str, Any] = {
    "help_option_names": ["-h", "--help"],
    "max_content_width": 100,
    "terminal_width": 100,
}


def reference() -> str:
    """The page."""
    context = click.Context(cli, info_name="seamew", **_SETTINGS)
    parts = [_HEAD, _section("seamew", cli.get_help(context))]
    for entry in COMMANDS:
        command = cli.get_command(context, entry.name)
        if command is None:
            raise LookupError(entry.name)
        below = click.Context(command, parent=context, info_name=entry.name, **_SETTINGS)
        parts.append(_section(f"seamew {entry.name}", command.get_help(below)))
    return "\n".join(parts)


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {title}\n\n```\n{lines}\n```\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
