"""What SQL refuses, where it ends, and what it must not do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import seamew
from seamew import errors
from seamew.heap import Heap
from seamew.query.sql import SqlSession, run_sql
from seamew.testing import HeapBuilder
from support.big_dump import write_big_dump
from support.orders import one, rows, write_orders

pytest.importorskip("duckdb")


@pytest.fixture
def heap(tmp_path: Path) -> Iterator[Heap]:
    with seamew.open(write_orders(tmp_path / "orders.hprof"), use_index=False) as opened:
        yield opened


# ---- what is wrong


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "the query is empty", ""),
        ("  -- nothing", "the query is empty", ""),
        ("selec 1", "column 1: syntax error", ""),
        ("SELECT foo FROM objects", 'column 8: Referenced column "foo" not found', "columns: id,"),
        ("SELECT addres FROM objects", 'column 8: Referenced column "addres"', "near: address"),
        ("SELECT o.x FROM objects o", "column 8: .*x", ""),
        ("SELECT * FROM objets", "column 15: Table with name objets", "near: objects"),
        ('SELECT * FROM "HashMap"', "column 15: Table with name HashMap", '"java.util.HashMap"'),
        ("SELECT * FROM com.acme.Nothing", "column 15: Table", "com.acme.Order"),
        ("SELECT * FROM zzz.qqq", "column 15: Table", "tables: objects"),
        ("SELECT to_strin(1)", "column 8: Scalar Function", "to_string(id)"),
        ("SELECT *\nFROM objects\nWHERE foo", 'line 3, column 7: .*"foo"', ""),
        ("SELECT 0x10, foo FROM references", 'column 14: .*"foo"', "source_id"),
        ("SELECT 'a' + 1", "column 12: Could not choose", ""),
    ],
)
def test_errors_say_where_and_what_else(heap: Heap, text: str, message: str, hint: str) -> None:
    with pytest.raises(errors.QueryError, match=message) as caught:
        rows(heap, text)
    assert hint in caught.value.hint
    assert "\n" not in caught.value.message


def test_unknown_objects(heap: Heap) -> None:
    for text in ("SELECT to_string(123456)", "SELECT * FROM outbounds(123456)"):
        with pytest.raises(errors.ObjectNotFoundError, match="no object @123456"):
            rows(heap, text)
    with pytest.raises(errors.QueryError, match="no object @-1"):
        rows(heap, "SELECT retained(-1)")


def test_classes_that_differ_in_case_alone(builder: HeapBuilder, tmp_path: Path) -> None:
    for name, count in (("a.B", 1), ("a.b", 2)):
        for _ in range(count):
            builder.root(builder.instance(builder.klass(name)))
    with seamew.open(builder.write(tmp_path / "case.hprof"), use_index=False) as heap:
        assert one(heap, 'SELECT count(*) FROM "a.b"') == 2
        assert one(heap, 'SELECT count(*) FROM "a.B"') == 1
        with pytest.raises(errors.QueryError, match=r"does not tell a\.B from a\.b"):
            rows(heap, 'SELECT * FROM "a.B", "a.b"')


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM read_text('{0}')",
        "SELECT * FROM read_blob('{0}')",
        "SELECT * FROM read_csv('{0}')",
        "SELECT * FROM read_parquet('{0}')",
        "SELECT * FROM read_json('{0}')",
        "SELECT * FROM '{0}'",
        "SELECT * FROM glob('{0}')",
        "COPY (SELECT 1) TO '{0}.out'",
        "COPY objects TO '{0}.out' (FORMAT parquet)",
        "EXPORT DATABASE '{0}.out'",
        "ATTACH '{0}.out' AS other",
        "INSTALL httpfs",
        "LOAD '{0}'",
        "SELECT * FROM 'https://example.com/x.csv'",
        "SET memory_limit = '100GB'",
        "SET temp_directory = '{0}.out'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET enable_external_access",
        "PRAGMA enable_profiling",
        "SET profiling_output = '{0}.out'",
        "CALL enable_logging(storage = 'file', storage_path = '{0}.out')",
        "CREATE SECRET (TYPE s3)",
        "CREATE PERSISTENT SECRET x (TYPE http)",
        "CHECKPOINT other",
        "IMPORT DATABASE '{0}'",
    ],
)
def test_a_query_reaches_nothing_but_the_heap(heap: Heap, tmp_path: Path, text: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(errors.QueryError):
        rows(heap, text.format(secret))
    assert sorted(tmp_path.iterdir()) == before


def test_python_variables_are_no_tables(heap: Heap) -> None:
    hidden = [1, 2, 3]
    with pytest.raises(errors.QueryError, match="hidden does not exist"):
        rows(heap, "SELECT * FROM hidden")
    assert hidden


def test_without_duckdb_it_says_how_to_get_it(heap: Heap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(errors.MissingLibraryError, match="DuckDB") as caught:
        heap.sql("SELECT 1")
    assert caught.value.hint == "pip install 'seamew[sql]'"


def test_a_closed_heap(heap: Heap) -> None:
    heap.close()
    with pytest.raises(errors.ClosedHeapError):
        heap.sql("SELECT 1")


# ---- without DuckDB's private hook


def test_the_public_way_gives_the_same(heap: Heap, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        "SELECT class, count(*) FROM objects GROUP BY class ORDER BY class",
        "SELECT * FROM objects WHERE id = 3",
        "SELECT amount FROM com.acme.Order WHERE open ORDER BY amount",
        "SELECT name, frames FROM threads",
        "SELECT count(*) FROM references",
        "SELECT s.text FROM com.acme.Order o JOIN strings s ON s.id = o.name ORDER BY 1",
        "SELECT column_name FROM (DESCRIBE fields)",
        "SELECT field FROM references WHERE target_id = 5 ORDER BY 1",
    ]
    expected = [rows(heap, text) for text in texts]
    monkeypatch.setattr("seamew.query.sources._source", lambda _table: None)
    assert [rows(heap, text) for text in texts] == expected


# ---- limits


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heap]:
    """Three million objects."""
    folder = tmp_path_factory.mktemp("big")
    with seamew.open(write_big_dump(folder / "big.hprof", 3_000_000)) as heap:
        yield heap


ENDLESS = "SELECT count(*) FROM objects a, objects b WHERE a.shallow_bytes < b.retained_bytes"


def test_a_time_limit(big: Heap) -> None:
    started = time.monotonic()
    with pytest.raises(errors.TimeLimitError, match=r"longer than 0\.5 s"):
        big.sql(ENDLESS, timeout_seconds=0.5)
    assert time.monotonic() - started < 5
    assert one(big, "SELECT count(*) FROM objects") == big.facts.object_count


def test_time_between_rows_is_the_readers_own(big: Heap) -> None:
    result = run_sql(big, "SELECT id FROM objects LIMIT 20000", timeout_seconds=5)
    monotonic = time.monotonic
    batches = result.batches()
    next(batches)
    skipped = 100.0
    time_module = sys.modules["seamew.query.interruption"].time
    try:
        time_module.monotonic = lambda: monotonic() + skipped
        assert sum(len(batch[0]) for batch in batches) > 0
    finally:
        time_module.monotonic = monotonic


def test_a_memory_limit(big: Heap) -> None:
    with pytest.raises(errors.MemoryLimitError, match="more memory"):
        list(big.sql("SELECT id, list(address) FROM objects GROUP BY id", memory_limit="64MB"))
    with pytest.raises(errors.UsageError, match="at least"):
        big.sql("SELECT 1", memory_limit="1MB")
    with pytest.raises(errors.UsageError, match="no amount"):
        big.sql("SELECT 1", memory_limit="much")


def test_ctrl_c_stops_a_query_at_once_and_the_next_one_works(big: Heap) -> None:
    session = SqlSession(big)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        session.run(ENDLESS)
    assert time.monotonic() - started < 3
    assert list(session.run("SELECT count(*) FROM objects")) == [(big.facts.object_count,)]
    session.close()


TWICE = """
import os, signal, sys, threading, seamew
def press(): os.kill(os.getpid(), signal.SIGINT)
for seconds in (0.5, 0.52, 0.54):
    threading.Timer(seconds, press).start()
with seamew.open(sys.argv[1]) as heap:
    try:
        heap.sql(sys.argv[2])
    except KeyboardInterrupt:
        print("stopped")
"""


def test_an_impatient_ctrl_c_leaves_nothing_running(big: Heap) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWICE, big.facts.path, ENDLESS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "nanobind" not in done.stderr
    assert "ResourceInUse" not in done.stderr


STREAMING = """
import sys, seamew
def anonymous():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) // 1024
with seamew.open(sys.argv[1]) as heap:
    rows, before, most = 0, 0, 0
    for batch in heap.sql(sys.argv[2]).batches():
        rows += len(batch[0])
        before = before or anonymous()
        most = max(most, anonymous())
    print(rows, most - before)
"""


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a.id, a.address, b.range FROM objects a, range(4) b",
        "SELECT r.source_id, r.target_id FROM references r",
        "SELECT o.id, o.field FROM outbounds((SELECT max(id) FROM arrays)) o",
    ],
)
def test_a_big_result_streams(big: Heap, text: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STREAMING, big.facts.path, text],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "", "nothing is said when Python ends"
    count, grown_megabytes = map(int, done.stdout.split())
    assert count >= 2_000_000
    assert grown_megabytes < 100


def test_an_unread_result_at_the_end_of_python_says_nothing(big: Heap) -> None:
    script = (
        "import sys, seamew; heap = seamew.open(sys.argv[1])\n"
        "result = heap.sql('SELECT * FROM objects'); next(iter(result))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, big.facts.path], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")
