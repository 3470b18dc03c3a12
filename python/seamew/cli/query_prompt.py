"""The interactive prompt of `seamew query`: several lines until `;`, history, completion."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, cast

import click

from seamew.errors import ObjectNotFoundError, SeamewError
from seamew.heap import Heap
from seamew.printable import printable
from seamew.query import QueryResult
from seamew.query.catalog import FUNCTIONS, INSTANCE_COLUMNS, TABLES, CatalogColumn, ColumnType
from seamew.report import Answer, Pairs, Table, text_lines

from .complaint import complaint
from .query_completion import COMMANDS, Completer
from .query_history import HISTORY_VARIABLE, history_path, read_history, write_history
from .terminal import terminal_width

try:
    import readline
except ImportError:  # a Python without it has a plain prompt
    readline = None  # type: ignore[assignment]

__all__ = ["is_whole", "run_prompt"]

_FIRST, _NEXT = "seamew> ", "   ...> "
_DELIMITERS = " \t\n,()=<>!+-*/;'|"
_QUOTED = re.compile(r"""--[^\n]*|/\*.*?\*/|'[^']*'|"[^"]*\"""", re.DOTALL)
_SPOKEN = {"help": ".help", "exit": ".quit", "quit": ".quit", ".exit": ".quit", ".q": ".quit"}
_OPEN_QUOTE = re.compile(r"""['"]|/\*""")
_BANNER = "Queries end with a semicolon. .help says more, .quit leaves."
_HELP = f"""\
A query in OQL or SQL, over as many lines as you like, ends with a semicolon.
Ctrl-C stops it, or drops what you typed so far.

.tables        the tables of SQL; each class is one, too: java.util.HashMap
.schema TABLE  the columns of a table, the fields of a class
.mode MODE     how results are written: {{modes}}
.quit          leaves, as Ctrl-D does

Tab completes keywords, tables, functions, class and field names. What you ask
is kept for the arrow keys in
{{history}};
{HISTORY_VARIABLE}=off keeps nothing.
"""

Ask = Callable[[str], QueryResult]
Show = Callable[[QueryResult, str], None]


def run_prompt(heap: Heap, ask: Ask, show: Show, modes: Sequence[str]) -> None:
    """Read queries from the terminal until the user has enough.

    `ask` gives the result of a query, `show` writes one in one of the `modes`, of which the first
    is that of the beginning. Errors of Seamew and Ctrl-C end a query, not the prompt.
    """
    prompt = _Prompt(heap, ask, show, modes)
    history = history_path(os.environ)
    click.echo(_BANNER, err=True)
    if readline is None:
        prompt.run()
        return
    _prepare(readline, prompt.complete, read_history(history) if history else [])
    try:
        prompt.run()
    finally:
        if history:
            last = readline.get_current_history_length()
            entries = (readline.get_history_item(place) for place in range(1, last + 1))
            write_history(history, [entry for entry in entries if entry])


def _prepare(
    library: Any,  # noqa: ANN401 (readline, which some Pythons lack)
    complete: Callable[[str, str], list[str]],
    entries: Sequence[str],
) -> None:
    """Set readline up; the prompt itself adds to the history, once for each query."""
    found: list[str] = []

    def completed(typed: str, state: int) -> str | None:
        if state == 0:
            found[:] = complete(typed, library.get_line_buffer()[: library.get_endidx()])
        return found[state] if state < len(found) else None

    library.clear_history()
    library.set_auto_history(False)
    for entry in entries:
        library.add_history(entry)
    library.set_completer(completed)
    library.set_completer_delims(_DELIMITERS)
    library.parse_and_bind("tab: complete")


class _Prompt:
    """The lines of the statement that is being typed, and what is done with a whole one."""

    def __init__(self, heap: Heap, ask: Ask, show: Show, modes: Sequence[str]) -> None:
        self._heap = heap
        self._ask = ask
        self._show = show
        self._modes = modes
        self._mode = modes[0]
        self._completer = Completer(heap)
        self._lines: list[str] = []

    def complete(self, typed: str, line: str) -> list[str]:
        """What the last word of a line may become."""
        return self._completer.words(typed, "\n".join([*self._lines, line]))

    def run(self) -> None:
        """Until `.quit` or the end of input. Ctrl-C drops what was typed so far."""
        goes_on = True
        while goes_on:
            try:
                goes_on = self._read_line()
            except KeyboardInterrupt:
                click.echo()
                self._lines.clear()

    def _read_line(self) -> bool:
        """Read a line and do what it says; whether there may be more."""
        try:
            line = input(_NEXT if self._lines else _FIRST)
        except EOFError:
            click.echo()
            return False
        if not self._lines and (words := _command_words(line)):
            if words == [".quit"]:
                return False
            self._command(words)
        elif self._lines or line.strip():
            self._lines.append(line)
            self._run_whole()
        return True

    def _run_whole(self) -> None:
        """Run the statement, if it is whole."""
        statement = "\n".join(self._lines)
        if not is_whole(statement):
            return
        self._lines.clear()
        if readline is not None:
            readline.add_history(" ".join(statement.split()))
        query = statement.rstrip().rstrip(";")
        if query.strip():
            self._answered(lambda: self._show(self._ask(query), self._mode))

    def _command(self, words: Sequence[str]) -> None:
        if readline is not None:
            readline.add_history(" ".join(words))
        name, arguments = words[0], words[1:]
        if name == ".help":
            history = history_path(os.environ) or "no file"
            click.echo(_HELP.format(modes=", ".join(self._modes), history=history), nl=False)
        elif name == ".tables":
            self._tables()
        elif name == ".schema" and len(arguments) == 1:
            self._answered(lambda: self._schema(arguments[0].strip('"')))
        elif name == ".mode" and len(arguments) == 1 and arguments[0] in self._modes:
            self._mode = arguments[0]
        elif name == ".mode":
            click.echo(f"error: .mode is one of {', '.join(self._modes)}", err=True)
        else:
            click.echo(f"error: there is {', '.join(COMMANDS)}; .schema takes a table", err=True)

    def _answered(self, work: Callable[[], None]) -> None:
        """Do some work; what goes wrong is said."""
        try:
            work()
        except SeamewError as error:
            click.echo(complaint(error), err=True)
        except KeyboardInterrupt:
            click.echo("stopped", err=True)

    def _tables(self) -> None:
        pairs = [(table.name, f"a row for each {table.what}") for table in TABLES]
        pairs += [(one.call, one.doc.replace("`", "")) for one in FUNCTIONS if one.columns]
        _write_pairs([*pairs, ("java.util.HashMap", "any class: its instances, with their fields")])

    def _schema(self, name: str) -> None:
        known = {table.name: table.columns for table in TABLES}
        columns = known[name] if name in known else self._class_columns(name)
        _write_pairs(
            [(one.name, f"{one.sql_type}  {one.doc}".replace("`", "").rstrip()) for one in columns]
        )

    def _class_columns(self, name: str) -> list[CatalogColumn]:
        class_name = name.removesuffix("+")
        table = self._heap.instance_table(class_name, subclasses=name.endswith("+"))
        if table is None:
            message = f"there is no table or class {name}"
            raise ObjectNotFoundError(message, hint=".tables lists the tables")
        documented = {column.name: column.doc for column in INSTANCE_COLUMNS}
        return [
            CatalogColumn(printable(column), cast("ColumnType", kind), documented.get(column, ""))
            for column, kind in table.columns
        ]


def _command_words(line: str) -> list[str]:
    """The words of a line that is no query: `.schema x`, also `exit` and `help;`."""
    words = line.strip().rstrip("; ").split()
    if len(words) == 1:
        words = [_SPOKEN.get(words[0].lower(), words[0])]
    return words if words and words[0].startswith(".") else []


def _write_pairs(pairs: Sequence[tuple[str, str]]) -> None:
    stdout = sys.stdout
    answer = Answer(None, Table((), ()), (Pairs(pairs),))
    for line in text_lines(answer, terminal_width(stdout), colour=False):
        click.echo(line)


def is_whole(statement: str) -> bool:
    """Whether a statement ends with a semicolon that is in no quotes and no comment."""
    rest = _QUOTED.sub("", statement).rstrip()
    return rest.endswith(";") and not _OPEN_QUOTE.search(rest)
