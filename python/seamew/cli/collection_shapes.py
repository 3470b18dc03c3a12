"""The option by which commands take descriptions of collection classes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from seamew.heap import read_collection_shapes

__all__ = ["takes_collection_shapes"]


def takes_collection_shapes(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --collections-file, as a parameter `shapes`."""

    @functools.wraps(function)
    def call(*args: Any, **values: Any) -> Any:  # noqa: ANN401 (the command's own)
        path = values.pop("collections_file")
        shapes = read_collection_shapes(path) if path else ()
        return function(*args, shapes=shapes, **values)

    return click.option(
        "--collections-file",
        type=click.Path(dir_okay=False),
        envvar="SEAMEW_COLLECTIONS",
        metavar="FILE",
        help="Classes of one's own, in TOML. [or SEAMEW_COLLECTIONS]",
    )(call)
