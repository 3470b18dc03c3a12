"""The query prompt, in a terminal of its own."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from seamew.cli.query_completion import Completer
from seamew.cli.query_history import history_path, read_history, write_history
from seamew.cli.query_prompt import is_whole
from seamew.heap import Heap, open_heap
from support.terminal import Terminal

pytest.importorskip("duckdb")

PROGRAM = """
import sys, seamew
from seamew.cli.query_prompt import run_prompt
from seamew.query.sql import SqlSession
with seamew.open(sys.argv[1], use_index=False) as heap:
    session = SqlSession(heap)
    def ask(query):
        print("asked")
        return session.run(query)
    run_prompt(heap, ask, lambda result, mode: print(mode, result), ("table", "csv"))
print("left")
"""


def prompt(dump: Path, tmp_path: Path, **changes: str) -> Terminal:
    changes.setdefault("XDG_STATE_HOME", str(tmp_path / "state"))
    return Terminal(dump, program=("-c", PROGRAM), **changes)


def test_queries_of_several_lines_errors_and_commands(leak: Path, tmp_path: Path) -> None:
    with prompt(leak, tmp_path) as terminal:
        terminal.wait_for("seamew> ")
        terminal.press("select count(*) as n\n")
        terminal.wait_for("   ...> ")
        terminal.press("from objects where class = 'com.acme.Session';\n")
        terminal.wait_for("40\n(1 row)\n")
        terminal.press("selec 1;\n")
        terminal.wait_for("error: column 1: syntax error")
        terminal.press(".tables\n")
        terminal.wait_for("dominators         a row for each object")
        terminal.press(".schema com.acme.Session\n")
        terminal.wait_for("data            UINTEGER\n")
        terminal.press(".schema nothing\n")
        terminal.wait_for("hint: .tables lists the tables")
        terminal.press(".mode csv\nselect 7 as seven;\n")
        terminal.wait_for("csv seven\n    7\n")
        terminal.press(".mode xml\n.what\n.help\n")
        terminal.wait_for("error: .mode is one of table, csv")
        terminal.wait_for("error: there is .help")
        terminal.wait_for("SEAMEW_QUERY_HISTORY=off")
        terminal.press(".quit\n")
        terminal.wait_for("left")
        assert terminal.end() == 0


def test_ctrl_c_ends_a_query_and_a_line_but_not_the_prompt(leak: Path, tmp_path: Path) -> None:
    with prompt(leak, tmp_path) as terminal:
        terminal.wait_for("seamew> ")
        terminal.press(
            "select sum(a.range * b.range % 7) from range(1000000) a, range(1000000) b;\n"
        )
        terminal.wait_for("asked")
        terminal.press("\x03")
        terminal.wait_for("stopped")
        terminal.press("select 'half\n")
        terminal.wait_for("...> ")
        terminal.press_until("\x03", "...> \nseamew> ")
        terminal.press("select 41 + 1 as n;\n")
        terminal.wait_for("42\n")
        terminal.press_until("\x04", "left")


def test_tab_and_the_arrow_keys(leak: Path, tmp_path: Path) -> None:
    with prompt(leak, tmp_path) as terminal:
        terminal.wait_for("seamew> ")
        terminal.press('sel\tcount(*) as n fro\t"com.acme.Ses\t')
        terminal.wait_for("select count(*) as n from ")
        terminal.wait_for("sion")  # there is com.acme.Session[], too
        terminal.press('" s where s.ret\t > 0;\n')
        terminal.wait_for("40\n(1 row)")
        terminal.press(".quit\n")
        terminal.end()
    kept = tmp_path / "state" / "seamew" / "query_history"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "s.retained_bytes > 0;" in kept.read_text()
    with prompt(leak, tmp_path) as terminal:
        terminal.wait_for("seamew> ")
        terminal.press("\x1b[A\x1b[A\n")
        terminal.wait_for("40\n(1 row)")


@pytest.mark.parametrize("word", ["off", ""])
def test_no_history_where_none_is_wanted(leak: Path, tmp_path: Path, word: str) -> None:
    with prompt(leak, tmp_path, SEAMEW_QUERY_HISTORY=word) as terminal:
        terminal.wait_for("seamew> ")
        terminal.press("select 'secret';\n.quit\n")
        terminal.wait_for("left")
        terminal.end()
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("statement", "whole"),
    [
        ("select 1;", True),
        ("select 1;  \n", True),
        ("select 1", False),
        ("select ';'", False),
        ("select ';';", True),
        ("select 'a;", False),
        ('select "a;', False),
        ("select 1 -- ;", False),
        ("select 1; -- it's done", True),
        ("select /* ; */ 1", False),
        ("select 1; /* ;", False),
        ("select 'it''s';", True),
        ("", False),
    ],
)
def test_where_a_statement_ends(statement: str, whole: bool) -> None:  # noqa: FBT001
    assert is_whole(statement) is whole


@pytest.fixture
def opened(leak: Path) -> Heap:
    return open_heap(leak, use_index=False)


@pytest.mark.parametrize(
    ("typed", "before", "some"),
    [
        ("sel", "", {"select "}),
        ("SEL", "", {"SELECT "}),
        ("obj", "from ", {"objects"}),
        ("out", "select * from ", {"outbounds("}),
        ("com.acme.Sess", "from ", {"com.acme.Session", "com.acme.Session[]"}),
        ('"com.acme.Sess', "from ", {'"com.acme.Session"', '"com.acme.Session[]"'}),
        ("s.", "from com.acme.Session s where ", {"s.data", "s.id_", "s.@retainedHeapSize"}),
        ("s.da", "from instanceof com.acme.Session s where ", {"s.data"}),
        ("o.sh", "select 1 from objects as o where ", {"o.shallow_bytes"}),
        ("dat", 'from "com.acme.Session" where ', {"data"}),
        ("x.", "from objects o where ", set()),
        (".t", "", {".tables"}),
    ],
)
def test_completion(opened: Heap, typed: str, before: str, some: set[str]) -> None:
    found = Completer(opened).words(typed, before + typed)
    assert some <= set(found)
    assert all(word.startswith(typed) for word in found)
    assert bool(found) == bool(some)


def test_history_files(tmp_path: Path) -> None:
    assert history_path({"SEAMEW_QUERY_HISTORY": "off"}) is None
    assert history_path({"SEAMEW_QUERY_HISTORY": "/x/y"}) == Path("/x/y")
    assert history_path({"XDG_STATE_HOME": "/x"}) == Path("/x/seamew/query_history")
    assert history_path({}) == Path.home() / ".local/state/seamew/query_history"
    path = tmp_path / "deep" / "history"
    assert read_history(path) == []
    write_history(path, ["select 1;", "select\n2;", *(f"select {n};" for n in range(2000))])
    assert len(read_history(path)) == 1000
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    write_history(tmp_path / "deep" / "history" / "no folder", ["x"])
