"""`seamew query`: questions in OQL or SQL."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from click.core import ParameterSource

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Format, Options, dump_command
from seamew.cli.query_output import FORMS, Output, RowForm, check_file, save_rows
from seamew.cli.session import opened
from seamew.cli.talk import Talk
from seamew.errors import QueryError, UsageError
from seamew.heap import Heap
from seamew.heap.oql import check_oql
from seamew.model import DumpWarning
from seamew.query import OqlResult, QueryResult
from seamew.query.language import is_oql
from seamew.report.query import FirstRows

if TYPE_CHECKING:
    from seamew.query.sql import SqlSession

__all__ = ["command"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command's own options ask for; `is_oql` None: the query itself tells."""

    is_oql: bool | None
    form: RowForm
    limit: int | None
    save_to: Path | None
    force: bool


@dump_command(
    "query",
    epilog="""
seamew query heap.hprof "SELECT * FROM INSTANCEOF java.util.HashMap m WHERE m.size > 1000"
seamew query heap.hprof 'select s from java.lang.String s where toString(s) like ".*device.*"'
seamew query heap.hprof "SELECT s.state, count(*) FROM com.acme.Session s GROUP BY s.state"
seamew query heap.hprof "SELECT class, sum(shallow_bytes) FROM objects GROUP BY class"
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
    options: Options,
    text: str | None,
    file: TextIO | None,
    **own: Any,  # noqa: ANN401 (click's values)
) -> ExitCode:
    """Questions in OQL or SQL.

    OQL is the language of Eclipse MAT, with GROUP BY, ORDER BY and LIMIT; SQL needs DuckDB. Which
    one a query is in is found out. Without a QUERY it is read from stdin; on a terminal there is
    a prompt. Rows come as they are found, however many there are.
    """
    wanted = _wanted(options, **own)
    query = _query(text, file)
    if query is None and wanted.save_to is not None:
        message = "--output goes with a query"
        raise click.UsageError(message)
    if wanted.save_to is not None:
        check_file(wanted.save_to, force=wanted.force)
    if query is not None and not query.strip():
        message = "the query is empty"
        raise UsageError(message)
    if query is not None and _takes_oql(query, wanted):
        with _with_text(query):
            check_oql(query)
    with Talk(quiet=options.quiet, verbose=options.verbose) as talk, opened(options, talk) as heap:
        questions = _Questions(heap, wanted, options, talk)
        if query is None:
            talk.warnings(heap.warnings)
            _prompt(heap, questions, wanted.form)
            return ExitCode.DONE
        result = questions.ask(query)
        if wanted.save_to is None:
            questions.show(result, wanted.form)
        else:
            questions.save(result, wanted.save_to)
        talk.warnings(heap.warnings)
        in_part = any(warning.partial for warning in heap.warnings) or heap.facts.read_in_part
        return ExitCode.READ_IN_PART if in_part else ExitCode.DONE


def _wanted(
    options: Options,
    *,
    in_oql: bool,
    in_sql: bool,
    jsonl: bool,
    save_to: Path | None,
    force: bool,
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
    return Wanted(language, form, limit, save_to, force)


def _query(text: str | None, file: TextIO | None) -> str | None:
    """The query; None where one is asked for on the terminal."""
    if text is not None and file is not None:
        message = "the query is on the command line or in --file"
        raise click.UsageError(message)
    if text is not None or (file is None and sys.stdin.isatty()):
        return text
    try:
        return (file or sys.stdin).read()
    except UnicodeDecodeError as error:
        message = "the query is no UTF-8 text"
        raise UsageError(message) from error


def _takes_oql(query: str, wanted: Wanted) -> bool:
    return is_oql(query) if wanted.is_oql is None else wanted.is_oql


@contextmanager
def _with_text(query: str) -> Iterator[None]:
    """Errors about a query have its text, so that they can point at a place in it."""
    try:
        yield
    except QueryError as error:
        error.query = query
        raise


class _Questions:
    """Queries to one heap, and what is told of their answers on stderr."""

    def __init__(self, heap: Heap, wanted: Wanted, options: Options, talk: Talk) -> None:
        self._heap = heap
        self._wanted = wanted
        self._options = options
        self._talk = talk
        self._query = ""
        self._seconds = 0.0

    @cached_property
    def _sql(self) -> SqlSession:
        from seamew.query.sql import SqlSession  # noqa: PLC0415 (only where SQL is asked)

        memory, seconds = self._options.memory_bytes, self._options.timeout_seconds
        return SqlSession(self._heap, memory_limit=memory, timeout_seconds=seconds)

    def ask(self, query: str) -> QueryResult:
        """Begin a query."""
        self._query, started = query, time.monotonic()
        self._talk.restart()
        self._heap.watch(self._talk.progress)
        with self._told():
            result = self._oql(query) if _takes_oql(query, self._wanted) else self._sql.run(query)
        self._seconds = time.monotonic() - started
        return result

    def _oql(self, query: str) -> QueryResult:
        limit = self._wanted.limit
        # One more row tells that there are others.
        most = None if limit is None else limit + 1
        return self._heap.oql(query, limit=most, timeout_seconds=self._options.timeout_seconds)

    def show(self, result: QueryResult, form: str) -> None:
        """Write the rows of the query that was asked last to stdout."""
        rows = FirstRows(result, self._wanted.limit)
        output = Output(self._heap, self._begin_output, pager=self._options.pager)
        with self._told():
            output.write(rows, form, lambda: self._all_warnings(result))
        self._tell(rows, result)

    def save(self, result: QueryResult, path: Path) -> None:
        """Write the rows of the query that was asked last to a file."""
        rows = FirstRows(result, self._wanted.limit)
        with self._told():
            save_rows(rows, path, self._heap, force=self._wanted.force)
        self._tell(rows, result, f" written to {path}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors are told without a progress bar, and point at their place in the query."""
        try:
            with _with_text(self._query):
                yield
        except BaseException:
            self._talk.stop()
            raise

    def _all_warnings(self, result: QueryResult) -> list[DumpWarning]:
        return [*self._heap.warnings, *_notes(result)]

    def _begin_output(self) -> None:
        """Rows and a progress bar do not go together on one terminal."""
        if sys.stdout.isatty():
            self._heap.watch(None)
            self._talk.stop()

    def _tell(self, rows: FirstRows, result: QueryResult, where: str = "") -> None:
        self._talk.stop()
        seconds = self._seconds + rows.seconds
        self._talk.note(f"{rows.told}{where} in {seconds:.2f} s")
        self._talk.warnings(_notes(result))


def _notes(result: QueryResult) -> list[DumpWarning]:
    """What turned out while rows were read."""
    notes = result.notes if isinstance(result, OqlResult) else ()
    return [DumpWarning("query", note) for note in notes]


def _prompt(heap: Heap, questions: _Questions, form: RowForm) -> None:
    from seamew.cli.query_prompt import run_prompt  # noqa: PLC0415 (readline, completion)

    modes = [form, *(one for one in FORMS if one != form)]
    run_prompt(heap, questions.ask, questions.show, modes)
