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
from seamew.query import QueryResult
from seamew.query.interruption import Interruption
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

__all__ = ["FORMS", "RowForm", "check_file", "save_rows", "write_rows"]

RowForm: TypeAlias = Literal["table", "json", "csv", "jsonl", "markdown"]
FORMS: tuple[RowForm, ...] = ("table", "json", "csv", "jsonl", "markdown")

_PARQUET = ".parquet"
_FILE_CHUNKS: dict[str, Callable[[FirstRows], Iterator[str]]] = {
    ".csv": csv_chunks,
    ".jsonl": json_line_chunks,
}


def write_rows(
    rows: FirstRows,
    form: RowForm,
    heap: Heap,
    *,
    pager: bool,
    warnings: Callable[[], Iterable[object]] = tuple,
) -> None:
    """Write rows to stdout as they come; `warnings` are asked for when all are written."""
    stdout = sys.stdout
    if form in {"table", "markdown"}:
        pages = tables(rows, lambda ids: _objects(heap, ids))
        answers = (Answer(None, page) for page in pages)
        if form == "markdown":
            stdout.writelines(f"{line}\n" for one in answers for line in markdown_lines(one))
        else:
            width, colour = terminal_width(stdout), wants_colour(stdout)
            lines = (
                text_lines(one, width, colour=colour, encoding=stdout.encoding) for one in answers
            )
            write_lines(chain.from_iterable(lines), stdout, pager=pager)
    elif form == "json":
        stdout.writelines(envelope_chunks("query", rows, warnings))
    else:
        stdout.writelines(_FILE_CHUNKS[f".{form}"](rows))
    stdout.flush()


def _objects(heap: Heap, ids: Iterable[int]) -> dict[int, Any]:
    return {row.object_index: row for row in heap.rows(sorted(ids))}


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
    try:
        columns = [(column.name, column.type) for column in rows.columns]
        connection.register("result", QueryResult(columns, rows.batches))
        copy = "COPY result TO $path (FORMAT parquet, USE_TMP_FILE false)"
        work = Interruption(connection, None, heap.tell)
        work.run(lambda: connection.execute(copy, {"path": str(written)}))
        refuse_existing(path, force=force)
        written.replace(path)
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
