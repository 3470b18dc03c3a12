"""Long tables in a terminal go through the pager, and come back from it."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

import pytest

from seamew.testing import HeapBuilder
from support.terminal import COLUMNS, LINES, Terminal

EVIL = "\x1b]0;title\x07\x1b[31mred\rover\u202eright to left\u2066\x9b31m"
SAVE = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())"
WAIT = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
print("READY", flush=True)
signal.sigwait({signal.SIGINT})
print("STOPPED", flush=True)
"""
QUIET = ("--no-index", "-q")


@pytest.fixture
def dump(builder: HeapBuilder, tmp_path: Path) -> Path:
    """Three thousand strings, and classes and strings that try to move the cursor."""
    text = builder.klass("java.lang.String")
    for number in range(3000):
        builder.root(builder.string(f"text {number}"))
    evil = builder.klass(f"com.acme.Evil{EVIL}", fields={f"field{EVIL}": "object"})
    for _ in range(LINES):
        held = builder.string(EVIL)
        one = builder.instance(evil, **{f"field{EVIL}": held})
        builder.root(builder.array("java.lang.Object[]", [one, held, text]))
    builder.thread(EVIL, [(f"com.acme.Evil{EVIL}", f"run{EVIL}")])
    return builder.write(tmp_path / "long.hprof")


def python(code: str, *arguments: object) -> str:
    """A pager made of a few lines of Python."""
    return shlex.join([sys.executable, "-c", code, *map(str, arguments)])


def test_a_long_table_goes_through_the_pager(dump: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    pager = python(SAVE, seen)
    with Terminal("dominators", dump, "--limit", "200", *QUIET, PAGER=pager) as terminal:
        assert terminal.end() == 0
    assert terminal.shown == ""
    lines = seen.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 200
    assert lines[-1].endswith("more objects (--limit 0 shows all)")
    assert all(len(line) <= COLUMNS + len("\x1b[1m\x1b[0m") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        (["--limit", "5"], {}),
        (["--limit", "200", "--no-pager"], {}),
        (["--limit", "200"], {"NO_PAGER": "1"}),
        (["--limit", "200"], {"SEAMEW_PAGER": "off"}),
        (["--limit", "200"], {"SEAMEW_PAGER": "no-such-pager"}),
        (["--limit", "200", "--json"], {}),
        (["--limit", "200", "--csv"], {}),
    ],
)
def test_without_pager(
    dump: Path, tmp_path: Path, arguments: list[str], settings: dict[str, str]
) -> None:
    seen = tmp_path / "seen"
    pager = {"PAGER": python(SAVE, seen)} | settings
    with Terminal("dominators", dump, *arguments, *QUIET, **pager) as terminal:
        assert terminal.end() == 0
    assert not seen.exists()
    assert "retained" in terminal.shown


def test_a_pager_that_leaves_early_is_no_error(dump: Path) -> None:
    pager = python("import sys; print('first:', len(sys.stdin.readline()))")
    with Terminal("dominators", dump, "--limit", "0", *QUIET, PAGER=pager) as terminal:
        assert terminal.end() == 0
    assert terminal.shown.startswith("first: ")
    assert "rror" not in terminal.shown


def test_ctrl_c_belongs_to_the_pager(dump: Path) -> None:
    pager = python(WAIT)
    with Terminal("dominators", dump, "--limit", "0", *QUIET, PAGER=pager) as terminal:
        terminal.wait_for("READY")
        terminal.press("\x03")
        terminal.wait_for("STOPPED")
        assert terminal.end() == 0
    assert "interrupted" not in terminal.shown
    assert "Traceback" not in terminal.shown


def test_less_is_the_pager_if_none_is_named(dump: Path) -> None:
    if shutil.which("less") is None:
        pytest.skip("no less here")
    with Terminal("dominators", dump, "--limit", "0", *QUIET) as terminal:
        terminal.wait_for("retained")
        terminal.press("q")
        assert terminal.end() == 0
    assert terminal.shown.count("\n") < 3 * LINES


@pytest.mark.parametrize(
    "command",
    [
        ["dominators", "--depth", "3", "--limit", "60"],
        ["dominators", "--by", "package"],
        ["histogram", "--limit", "0"],
        ["consumers"],
        ["threads"],
        ["roots", "--type", "JNI Global", "--limit", "0"],
        ["objects", "--limit", "0"],
        ["diagnose"],
    ],
    ids=lambda command: command[0],
)
def test_nothing_from_the_dump_moves_the_cursor(
    dump: Path, tmp_path: Path, command: list[str]
) -> None:
    seen = tmp_path / "seen"
    settings = {"PAGER": python(SAVE, seen), "NO_COLOR": "1"}
    with Terminal(command[0], dump, *command[1:], *QUIET, **settings) as terminal:
        assert terminal.end() == 0
    shown = terminal.shown + (seen.read_bytes().decode() if seen.exists() else "")
    assert shown
    for raw in "\x1b\x07\r\x9b\u202e\u2066":
        assert raw not in shown


@pytest.mark.parametrize("form", [[], ["--csv"], ["--no-pager"]])
@pytest.mark.parametrize("command", ["object", "refs", "path"])
def test_no_object_moves_the_cursor(
    dump: Path, tmp_path: Path, command: str, form: list[str]
) -> None:
    name = f"com.acme.Evil{EVIL}#0"
    settings = {"PAGER": python(SAVE, tmp_path / "seen"), "NO_COLOR": "1"}
    with Terminal(command, dump, name, *form, *QUIET, **settings) as terminal:
        assert terminal.end() == 0
    assert "0x7" in terminal.shown
    for raw in "\x1b\x07\r\x9b\u202e\u2066":
        assert raw not in terminal.shown
