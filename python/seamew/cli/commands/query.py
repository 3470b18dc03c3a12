"""`seamew query`: questions in OQL or SQL."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Format, Options, dump_command
from seamew.cli.query_output import FORMS, RowForm, check_file, save_rows, write_rows
from seamew.cli.session import opened
from seamew.cli.talk import Talk
from seamew.errors import QueryError, UsageError
from seamew.heap import Heap
from seamew.heap.oql import check_oql
from seamew.model import DumpWarning
from seamew.query import OqlResult, QueryResult
from seamew.query.language import is_oql
from seamew.report.query import FirstRows

__all__ = ["command"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command's own options ask for; `is_oql` None: the query itself tells."""

    is_oql: bool | None
    form: RowForm
    limit: int | None
    save_to: Path | None
    force: bool
    timeout_seconds: float | None


@dump_command(
    "query",
    epilog="""
seamew query heap.hprof 'select s from java.lang.String s where toString(s) like ".*device.*"'
seamew query heap.hprof "SELECT classof(o).@name, count(*) FROM INSTANCEOF java.util.Map o GROUP BY 1"
seamew query heap.hprof "SELECT class, sum(shallow_bytes) AS bytes FROM objects GROUP BY class ORDER BY 2 DESC"
seamew query heap.hprof -f sessions.oql --json
seamew query heap.hprof "SELECT * FROM objects" -o objects.parquet
""",
)
@click.argument("text", metavar="[QUERY]", required=False)
@click.option("-f", "--file", type=click.File(encoding="utf-8"), help="Read the query from FILE.")
@click.option("--oql", "in_oql", is_flag=True, help="The query is in OQL, whatever it looks like.")
@click.option("--sql", "in_sql", is_flag=True, help="The query is in SQL.")
@click.option("--jsonl", is_flag=True, help="Write a JSON object for each row.")
@click.option(
    "-o",
    "--output",
    "save_to",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the rows to a new file: .parquet, .csv or .jsonl.",
)
@click.option("--force", is_flag=True, help="Let --output replace a file.")
@click.option(
    "--timeout",
    "timeout_seconds",
    type=click.FloatRange(min=0.001),
    metavar="SECONDS",
    help="How long the query may take.  [default: no limit]",
)
def command(
    options: Options, text: str | None, file: Any, **own: Any  # noqa: ANN401 (click's values)
) -> ExitCode:
    """Questions in OQL or SQL.

    OQL is the language of Eclipse MAT, with GROUP BY, ORDER BY and LIMIT; SQL needs DuckDB. Which
    one a query is in is found out. Without a QUERY it is read from stdin; on a terminal there is
    a prompt. Rows come as they are found, however many there are.
    """
    wanted = _wanted(options, **own)
    query = _query(text, file)
    if wanted.save_to is not None:
        check_file(wanted.save_to, force=wanted.force)
    if query is not None and _takes_oql(query, wanted):
        with _told(query):
            check_oql(query)
    with Talk(quiet=options.quiet, verbose=options.verbose) as talk, opened(options, talk) as heap:
        if query is None:
            _prompt(heap, wanted, options, talk)
            return ExitCode.DONE
        return _answer(heap, query, wanted, options, talk)


def _wanted(
    options: Options,
    *,
    in_oql: bool,
    in_sql: bool,
    jsonl: bool,
    save_to: Path | None,
    force: bool,
    timeout_seconds: float | None,
) -> Wanted:
    form: RowForm = "jsonl" if jsonl else options.output.value
    if jsonl + (options.output is not Format.TABLE) + (save_to is not None) > 1:
        message = "--json, --csv, --markdown, --jsonl and --output exclude each other"
        raise click.UsageError(message)
    if in_oql and in_sql:
        message = "--oql and --sql exclude each other"
        raise click.UsageError(message)
    source = click.get_current_context().get_parameter_source("limit")
    is_data = save_to is not None or form not in {"table", "markdown"}
    limit = None if is_data and source is ParameterSource.DEFAULT else options.limit
    language = True if in_oql else False if in_sql else None
    return Wanted(language, form, limit, save_to, force, timeout_seconds)


def _query(text: str | None, file: Any) -> str | None:  # noqa: ANN401 (what click opened)
    """The query; None where one is asked for on the terminal."""
    if text is not None and file is not None:
        message = "the query is on the command line or in --file"
        raise click.UsageError(message)
    if text is None and file is None:
        if sys.stdin.isatty():
            return None
        file = sys.stdin
    if file is None:
        return text
    try:
        query: str = file.read()
    except UnicodeDecodeError as error:
        message = "the query is no UTF-8 text"
        raise UsageError(message, path=str(file.name)) from error
    return query


def _takes_oql(query: str, wanted: Wanted) -> bool:
    return is_oql(query) if wanted.is_oql is None else wanted.is_oql


@contextmanager
def _told(query: str) -> Iterator[None]:
    """Errors about a query have its text, so that they can point at a place in it."""
    try:
        yield
    except QueryError as error:
        error.query = query
        raise


def _asked(heap: Heap, query: str, wanted: Wanted, options: Options) -> QueryResult:
    if _takes_oql(query, wanted):
        # One more row tells that there are others.
        most = None if wanted.limit is None else wanted.limit + 1
        return heap.oql(query, limit=most, timeout_seconds=wanted.timeout_seconds)
    return heap.sql(
        query, memory_limit=options.memory_bytes, timeout_seconds=wanted.timeout_seconds
    )


def _answer(
    heap: Heap, query: str, wanted: Wanted, options: Options, talk: Talk
) -> ExitCode:
    """Run a query, write its rows, and tell of them on stderr."""
    started = time.monotonic()

    def warnings() -> list[DumpWarning]:
        notes = result.notes if isinstance(result, OqlResult) else ()
        return [*heap.warnings, *(DumpWarning("query", note) for note in notes)]

    with _told(query):
        result = _asked(heap, query, wanted, options)
        rows = FirstRows(result, wanted.limit)
        if wanted.save_to is not None:
            save_rows(rows, wanted.save_to, heap, force=wanted.force)
        else:
            write_rows(rows, wanted.form, heap, pager=options.pager, warnings=warnings)
    talk.stop()
    target = "" if wanted.save_to is None else f" written to {wanted.save_to}"
    talk.note(f"{rows.told}{target} in {time.monotonic() - started:.2f} s")
    found = warnings()
    talk.warnings(found)
    if heap.facts.read_in_part or any(warning.partial for warning in found):
        return ExitCode.READ_IN_PART
    return ExitCode.DONE
