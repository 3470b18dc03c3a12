"""The option by which commands leave references out of paths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from seamew.heap import WEAK_REFERENCES, named_references

__all__ = ["WEAK_NOTE", "excludes_references", "left_out"]

WEAK_NOTE = "only weak, soft, phantom or finalizer references lead to it"


def excludes_references(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --exclude, as a parameter `excludes`."""
    return click.option(
        "--exclude",
        "excludes",
        multiple=True,
        metavar="REFERENCES",
        help="References to ignore: weak, soft, phantom, finalizer, all (the four), "
        "none, CLASS#FIELD, or CLASS for all its fields. May be repeated. [default: all]",
    )(function)


def left_out(excludes: tuple[str, ...]) -> tuple[str, ...]:
    """The references that --exclude asks to ignore, as CLASS#FIELD or CLASS."""
    return named_references(excludes) if excludes else WEAK_REFERENCES
