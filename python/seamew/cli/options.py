"""The options that all commands on a dump share, and the value they become."""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

import click

from seamew.units import parse_bytes

__all__ = [
    "TALK_CLICK_OPTIONS",
    "Format",
    "Options",
    "OutputOptions",
    "Share",
    "Sort",
    "arrange",
    "dump_command",
    "examples",
    "help_order",
    "live_click_options",
    "output_click_options",
    "take_output",
]

_TABLE_ROWS = 25
_PERCENT = 100


class Format(Enum):
    """How an answer is written to stdout."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"

    @property
    def is_for_people(self) -> bool:
        """Whether rows are kept few, and what is left out is said in words."""
        return self in {Format.TABLE, Format.MARKDOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """How to answer. `limit` None: all rows; `sort` None: the command's own.

    `asks`: a question may be put to a person on the terminal.
    """

    output: Format
    limit: int | None
    sort: str | None
    quiet: bool
    verbose: bool
    pager: bool
    asks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(OutputOptions):
    """What the common options of a command on a dump say.

    `watch_seconds` and `timeout_seconds` are for commands that take a PID in its place, the latter
    for queries too.
    """

    dump: str
    index_directory: str | None
    use_index: bool
    keep_unreachable: bool
    size_model: str
    memory_bytes: int | None
    dump_index: int | None
    strict: bool
    wait: bool
    watch_seconds: float | None = None
    timeout_seconds: float | None = None


_FORMS = (Format.JSON, Format.CSV, Format.MARKDOWN)

Sort = tuple[str, str]
"""A word for --sort, and the attribute of the rows it stands for."""


class Bytes(click.ParamType[int]):
    """An amount of memory: 1500MB, 1.5G."""

    name = "size"

    def convert(
        self,
        value: Any,  # noqa: ANN401 (click's signature)
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int:
        """Bytes, or a usage error."""
        try:
            return value if isinstance(value, int) else parse_bytes(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Share(click.ParamType[float]):
    """A share of the heap: 1%, 0.5%."""

    name = "share"

    def convert(
        self,
        value: Any,  # noqa: ANN401 (click's signature)
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """A fraction, or a usage error."""
        try:
            percent = float(str(value).strip().removesuffix("%"))
        except ValueError:
            percent = -1.0
        if not 0 < percent <= _PERCENT:
            self.fail(f"{value!r} is no share of the heap: write 1% or 0.5%", param, ctx)
        return percent / _PERCENT


def arrange(rows: Sequence[Any], options: OutputOptions, sorts: Sequence[Sort]) -> list[Any]:
    """Rows in the order asked for: numbers falling, names rising. None: as they come."""
    if options.sort is None:
        return list(rows)
    attribute = dict(sorts)[options.sort]

    def value(row: object) -> Any:  # noqa: ANN401 (numbers or texts)
        return getattr(row, attribute)

    texts = any(isinstance(value(row), str) for row in rows)
    if texts:
        return sorted(rows, key=lambda row: value(row) or "")
    return sorted(rows, key=lambda row: -(value(row) or 0))


def dump_command(
    name: str,
    *,
    sorts: Sequence[Sort] = (),
    rows: int = _TABLE_ROWS,
    rows_of_data: int | None = None,
    epilog: str = "",
    before: Sequence[Callable[[Any], Any]] = (),
    live: bool = False,
    metavar: str | None = None,
) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a command on a dump: it takes `options` and its own parameters.

    `sorts` are the words that --sort takes; `rows` is the default of --limit in tables and
    `rows_of_data` that in JSON and CSV (None: all); `epilog` are examples, one a line; `before`
    are arguments that come before DUMP. With `live` a PID may stand for DUMP; `metavar` says what
    else may.
    """
    limits = (rows, rows_of_data)
    named = metavar or ("DUMP|PID" if live else "DUMP")

    def decorate(function: Callable[..., Any]) -> click.Command:
        @functools.wraps(function)
        def call(**values: Any) -> Any:  # noqa: ANN401 (the command's own result)
            return function(_options(values, limits), **values)

        wrapped: Callable[..., Any] = call
        own = {parameter.name for parameter in getattr(function, "__click_params__", [])}
        common = _common_options([word for word, _ in sorts], limits)
        for option in reversed([*common, *(live_click_options(watch=True) if live else [])]):
            wrapped = option(wrapped)
        for argument in [click.argument("dump", metavar=named, type=click.Path()), *before]:
            wrapped = argument(wrapped)
        command = click.command(name, epilog=examples(epilog))(wrapped)
        command.params.sort(key=lambda one: help_order(one, own))
        return command

    return decorate


def help_order(parameter: click.Parameter, own: Container[str | None]) -> int:
    """Arguments, then the command's own options, then the common ones."""
    return 0 if isinstance(parameter, click.Argument) else 1 if parameter.name in own else 2


def examples(epilog: str) -> str | None:
    """Examples, one a line, as the end of a command's help."""
    lines = epilog.strip().splitlines()
    return "\b\nExamples:\n  " + "\n  ".join(lines) if lines else None


def _options(values: dict[str, Any], limits: tuple[int, int | None]) -> Options:
    """Take the common values out of a command's parameters."""
    take_output(values, limits)
    values["use_index"] = not values.pop("no_index")
    names = [field.name for field in fields(Options) if field.name in values]
    return Options(**{name: values.pop(name) for name in names})


def take_output(values: dict[str, Any], limits: tuple[int, int | None]) -> None:
    """Replace what click says about the form of the answer by what OutputOptions has."""
    wanted = [form for form in _FORMS if values.pop(f"as_{form.value}")]
    if len(wanted) > 1:
        message = f"--{wanted[0].value} and --{wanted[1].value} exclude each other"
        raise click.UsageError(message)
    values["asks"] = not values.pop("no_input")
    values["output"] = wanted[0] if wanted else Format.TABLE
    values["pager"] = not values.pop("no_pager")
    if values["limit"] is None:
        values["limit"] = limits[0 if values["output"].is_for_people else 1]
    elif values["limit"] == 0:
        values["limit"] = None


def _common_options(
    sorts: Sequence[str], limits: tuple[int, int | None]
) -> list[Callable[..., Any]]:
    return [
        *output_click_options(sorts, limits),
        *_INDEX_OPTIONS,
        *_READING_OPTIONS,
        *TALK_CLICK_OPTIONS,
    ]


def output_click_options(
    sorts: Sequence[str], limits: tuple[int, int | None]
) -> list[Callable[..., Any]]:
    """--json, --csv, --markdown, --limit and --sort."""
    in_data = "all" if limits[1] is None else limits[1]
    default = limits[0] if limits[0] == in_data else f"{limits[0]} in tables, {in_data} in data"
    sort = click.option("--sort", type=click.Choice(sorts), help="Order of the rows.")
    no_sort = click.option("--sort", hidden=True, expose_value=True, type=click.Choice([]))
    return [
        click.option("--json", "as_json", is_flag=True, help="Write JSON (schema seamew/1)."),
        click.option("--csv", "as_csv", is_flag=True, help="Write CSV."),
        click.option("--markdown", "as_markdown", is_flag=True, help="Write Markdown."),
        click.option(
            "--limit",
            type=click.IntRange(min=0),
            metavar="N",
            help=f"Rows at most; 0: all.  [default: {default}]",
        ),
        sort if sorts else no_sort,
    ]


def live_click_options(*, watch: bool) -> list[Callable[..., Any]]:
    """--watch and --timeout, for commands on a running JVM."""
    again = click.option(
        "--watch",
        "watch_seconds",
        type=click.FloatRange(min=0.1),
        metavar="SECONDS",
        help="On a JVM: answer again every so many seconds, until Ctrl-C.",
    )
    patience = click.option(
        "--timeout",
        "timeout_seconds",
        type=click.FloatRange(min=0.1),
        metavar="SECONDS",
        help="On a JVM: how long to wait for its answer.  [default: 30]",
    )
    return [again, patience] if watch else [patience]


_INDEX_OPTIONS: list[Callable[..., Any]] = [
    click.option(
        "--index-dir",
        "index_directory",
        type=click.Path(file_okay=False),
        help="Where the index goes. [default: beside the dump, else the cache folder]",
    ),
    click.option("--no-index", is_flag=True, help="Neither read nor write an index."),
    click.option("--memory", "memory_bytes", type=Bytes(), help="Private memory at most: 1500MB."),
]

_READING_OPTIONS: list[Callable[..., Any]] = [
    click.option(
        "--keep-unreachable", is_flag=True, help="Keep objects that no root reaches, as roots."
    ),
    click.option(
        "--size-model",
        type=click.Choice(["gap", "mat"]),
        default="gap",
        show_default=True,
        help="Object sizes as the JVM's own, or as Eclipse MAT guesses them.",
    ),
    click.option(
        "--dump",
        "dump_index",
        type=click.IntRange(min=0),
        metavar="NUMBER",
        help="Which dump of a file with several (see: info --list-dumps).",
    ),
    click.option("--strict", is_flag=True, help="Make every anomaly of the dump an error."),
    click.option("--wait", is_flag=True, help="Wait for a dump that is still being written."),
]

TALK_CLICK_OPTIONS: list[Callable[..., Any]] = [
    click.option("-q", "--quiet", is_flag=True, help="No progress, notes or warnings."),
    click.option("-v", "--verbose", is_flag=True, help="Phases with times; tracebacks."),
    click.option("--no-pager", is_flag=True, help="Long tables straight to the terminal."),
    click.option("--no-input", is_flag=True, help="Never ask: take the safe answer."),
]
