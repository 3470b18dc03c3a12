"""Where the rows of a query go: to stdout in one of several forms, or to a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, Literal, TypeAlias

from seamew.errors import MissingLibraryError, SeamewError, UsageError
from seamew.heap import Heap
from seamew.model import ObjectRow
from seamew.query import Batch, QueryResult
from seamew.query.interruption import RunningConnection
from seamew.report import Answer, markdown_lines, text_lines
from seamew.report.query import (
    FirstRows,
    csv_chunks,
    envelope_chunks,
    json_line_chunks,
    tables,
)

from .pager import write_lines
from .saving import refuse_existing, write_private
from .terminal import terminal_width, wants_colour

__all__ = ["FORMS", "Output", "RowForm", "check_file", "save_rows"]

RowForm: TypeAlias = Literal["table", "json", "csv", "jsonl", "markdown"]
FORMS: tuple[RowForm, ...] = ("table", "json", "csv", "jsonl", "markdown")

_PARQUET = ".parquet"
_COPY = "COPY result TO $path (FORMAT parquet, USE_TMP_FILE false)"
_FILE_CHUNKS: dict[str, Callable[[FirstRows], Iterator[str]]] = {
    ".csv": csv_chunks,
    ".jsonl": json_line_chunks,
}


class Output:
    """Writes rows to stdout as they come; `begin` is called when the first ones are there."""

    def __init__(self, heap: Heap, begin: Callable[[], None], *, pager: bool) -> None:
        self._heap = heap
        self._begin = begin
        self._pager = pager

    def write(
        self, rows: FirstRows, form: str, warnings: Callable[[], Iterable[object]] = tuple
    ) -> None:
        """Write rows in one of the FORMS; JSON has the warnings that there are in the end."""
        stdout = sys.stdout
        if form == "table":
            width, colour = terminal_width(stdout), wants_colour(stdout)
            lines = chain.from_iterable(
                text_lines(one, width, colour=colour, encoding=stdout.encoding)
                for one in self._answers(rows)
            )
            write_lines(self._begun(lines), stdout, pager=self._pager)
        elif form == "markdown":
            lines = chain.from_iterable(map(markdown_lines, self._answers(rows)))
            stdout.writelines(f"{line}\n" for line in self._begun(lines))
        elif form == "json":
            stdout.writelines(self._begun(envelope_chunks("query", rows, warnings)))
        else:
            stdout.writelines(self._begun(_FILE_CHUNKS[f".{form}"](rows)))
        stdout.flush()

    def _answers(self, rows: FirstRows) -> Iterator[Answer]:
        for page in tables(rows, self._objects):
            yield Answer(None, page)

    def _objects(self, ids: Iterable[int]) -> dict[int, ObjectRow]:
        return {row.object_index: row for row in self._heap.rows(sorted(ids))}

    def _begun(self, chunks: Iterator[str]) -> Iterator[str]:
        for number, chunk in enumerate(chunks):
            if number == 0:
                self._begin()
            yield chunk


def check_file(path: Path, *, force: bool) -> None:
    """Raise what saving would raise, before the work: a form that there is not, a file in the way.

    Parquet needs DuckDB; without it this raises MissingLibraryError.
    """
    suffix = path.suffix.lower()
    if suffix == _PARQUET:
        _duckdb()
    elif suffix not in _FILE_CHUNKS:
        message = "the name must end with .parquet, .csv or .jsonl"
        raise UsageError(message, path=str(path))
    refuse_existing(path, force=force)


def save_rows(rows: FirstRows, path: Path, heap: Heap, *, force: bool) -> None:
    """Write rows to a new file of the form that its name says, readable by its owner only."""
    suffix = path.suffix.lower()
    if suffix == _PARQUET:
        _save_parquet(rows, path, heap, force=force)
    else:
        chunks = _FILE_CHUNKS[suffix](rows)
        write_private(path, (chunk.encode() for chunk in chunks), force=force)


def _save_parquet(rows: FirstRows, path: Path, heap: Heap, *, force: bool) -> None:
    """Let DuckDB write the rows to a file that was made before, so that none but its owner reads.

    It makes a new one beside it, which takes the place of the old one when it is whole.
    """
    refuse_existing(path, force=force)
    connection = _duckdb().connect(":memory:")
    written = path.with_name(f".{path.name}.{os.getpid()}.part")
    os.close(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    failures: list[SeamewError] = []

    def read() -> Iterator[Batch]:
        try:
            yield from rows.batches()
        except SeamewError as error:
            failures.append(error)
            raise

    def copy() -> None:
        connection.register("result", QueryResult(rows.column_types, read))
        connection.execute(_COPY, {"path": str(written)})

    try:
        RunningConnection(connection, None, heap.tell).run(copy)
        refuse_existing(path, force=force)
        written.replace(path)
    except Exception as error:
        if failures:
            raise failures[0] from None
        if type(error).__module__.startswith(("duckdb", "_duckdb")):
            raise SeamewError(str(error), path=str(path)) from error
        raise
    finally:
        connection.close()
        with suppress(OSError):
            written.unlink()


def _duckdb() -> Any:  # noqa: ANN401 (DuckDB is an extra)
    try:
        import duckdb  # noqa: PLC0415
    except ImportError as error:
        message = "Parquet needs DuckDB, which is not installed"
        raise MissingLibraryError(message, hint="pip install 'seamew[sql]'") from error
    return duckdb
