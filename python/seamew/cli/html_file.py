"""--html FILE: the report as one HTML file, beside the answer on stdout."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from seamew.heap import Heap
from seamew.model import Diagnosis
from seamew.printable import printable
from seamew.units import format_bytes

from .saving import refuse_existing, write_private

__all__ = ["HtmlFile", "html_options"]


@dataclass(frozen=True, slots=True)
class HtmlFile:
    """Where the report goes, and what is in it."""

    path: Path
    force: bool
    compress: bool
    show_values: bool

    def check(self) -> None:
        """Raise what writing would raise, before the work: a file in the way, no front end."""
        from seamew.report.html import page_template  # noqa: PLC0415 (only when asked for)

        refuse_existing(self.path, force=self.force)
        page_template()

    def write(self, heap: Heap, diagnosis: Diagnosis) -> int:
        """Write the report, readable by its owner only; returns its bytes."""
        from seamew.report.html import html_report  # noqa: PLC0415

        chunks = html_report(heap, diagnosis, show_values=self.show_values, compress=self.compress)
        return write_private(self.path, chunks, force=self.force)

    def told(self, written: int) -> str:
        """What was written, for people."""
        return f"{printable(str(self.path))}: {format_bytes(written)}"


def html_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--html and what belongs to it; the command takes them as `html`, an HtmlFile or None.

    The command has --show-values, which is for the page too.
    """

    @functools.wraps(function)
    def call(*args: Any, **values: Any) -> Any:  # noqa: ANN401 (the command's own result)
        path = values.pop("html_path")
        force, no_compress = (values.pop(name) for name in _BELONGING)
        if path is None and (force or no_compress):
            message = "--force and --no-compress belong to --html"
            raise click.UsageError(message)
        html = None
        if path is not None:
            show_values = values["show_values"]
            html = HtmlFile(path, force=force, compress=not no_compress, show_values=show_values)
        return function(*args, html=html, **values)

    for option in reversed(_OPTIONS):
        call = option(call)
    return call


_BELONGING = ("force", "no_compress")
_OPTIONS: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    click.option(
        "--html",
        "html_path",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write the report as one HTML file too.",
    ),
    click.option("--force", is_flag=True, help="Replace FILE if it is there."),
    click.option("--no-compress", is_flag=True, help="Plain data in FILE, for old browsers."),
)
