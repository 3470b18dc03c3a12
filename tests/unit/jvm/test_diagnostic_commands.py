"""How words become the line of a diagnostic command, and which commands a JVM knows."""

from __future__ import annotations

import pytest

from seamew.errors import UsageError
from seamew.jvm.diagnostic_commands import DiagnosticCommand, command_line, parse_commands

HELP = """Compiler.codecache
\tPrint code cache layout and bounds.

GC.heap_dump
\tGenerate a HPROF format dump of the Java heap.
\tSecond line.

help
\tFor more information about a specific command use 'help <command>'.

"""


def test_the_commands() -> None:
    assert parse_commands(HELP) == (
        DiagnosticCommand("Compiler.codecache", "Print code cache layout and bounds."),
        DiagnosticCommand(
            "GC.heap_dump", "Generate a HPROF format dump of the Java heap. Second line."
        ),
        DiagnosticCommand(
            "help", "For more information about a specific command use 'help <command>'."
        ),
    )


def test_names_alone() -> None:
    text = "The following commands are available:\nVM.version\nhelp\n\nFor more use 'help X'.\n"
    assert [one.name for one in parse_commands(text)] == ["VM.version", "help"]
    assert parse_commands("") == ()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], ""),
        (["VM.version"], "VM.version"),
        (["Thread.print -l"], "Thread.print -l"),
        (["Thread.print", "-l", "-e"], "Thread.print -l -e"),
        (["GC.heap_dump", "/a b/c.hprof"], 'GC.heap_dump "/a b/c.hprof"'),
        (["VM.log", "output=/a b/gc.log"], 'VM.log output="/a b/gc.log"'),
        (["VM.log", 'output="/a b/gc.log"'], 'VM.log output="/a b/gc.log"'),
        (["X", 'say "hi" now'], "X 'say \"hi\" now'"),
        (["X", "a b=c"], 'X "a b=c"'),
        (["X", "tab\there"], 'X "tab\there"'),
        (["X", '" '], "X '\" '"),
    ],
)
def test_lines(words: list[str], line: str) -> None:
    assert command_line(words) == line


def test_what_cannot_be_quoted() -> None:
    with pytest.raises(UsageError, match="both kinds of quotes"):
        command_line(["X", 'it\'s "so" bad'])
