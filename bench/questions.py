"""The questions of the `queries` benchmark, and the process that asks one of them.

Usage: python bench/questions.py DUMP NUMBER. Opens the dump, says so, waits for a line, asks, and
tells what that cost; each a line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import seamew
from seamew.heap import Heap

TABLE_SECONDS = 2.0
EXACT_SECONDS = 3.0
FIRST_SQL_SECONDS = 1.0
SQL_SECONDS = 1.5
PATHS_SECONDS = 3.0
SCAN_SECONDS = 6.0
STRINGS_A_SECOND = 5e6
INSTANCES_SECONDS_A_MILLION = 0.3
READ_SECONDS_A_MILLION = 0.5
OQL_SECONDS = 2.0
SQL_MOST_BYTES = 100_000_000

Ask: TypeAlias = Callable[[Heap, Any], object]
Prepare: TypeAlias = Callable[[Heap], object]

BY_CLASS = "all objects by class"
STRINGS = "java.lang.String"
CALLS = "bench.generator.ClientTransaction"


def _nothing(_: Heap) -> None:
    return None


def _of(pattern: str) -> Prepare:
    return lambda heap: heap.select(pattern)


def _biggest_map(heap: Heap) -> int:
    maps = heap.select("java.util.HashMap", "java.util.concurrent.ConcurrentHashMap")
    return heap.collection_objects(maps, limit=1).rows[0].object_index


@dataclass(frozen=True)
class Question:
    """What is asked: `ask` gets the heap and what `prepare` made of it, which is not measured.

    `limit_seconds` is the limit for one of the `units` that a heap has; `most_bytes`, if it is
    given, limits the memory beyond what every question may take.
    """

    name: str
    limit_seconds: float
    ask: Ask
    prepare: Prepare = _nothing
    units: Callable[[Heap], int] = lambda _: 1
    most_bytes: int | None = None


def _tables(*rows: tuple[str, Ask]) -> tuple[Question, ...]:
    return tuple(Question(name, TABLE_SECONDS, ask) for name, ask in rows)


def _tables_about(prepare: Prepare, *rows: tuple[str, Ask]) -> tuple[Question, ...]:
    return tuple(Question(name, TABLE_SECONDS, ask, prepare) for name, ask in rows)


def _scans(*rows: tuple[str, Ask]) -> tuple[Question, ...]:
    return tuple(Question(name, SCAN_SECONDS, ask) for name, ask in rows)


HISTOGRAMS = (
    *_tables(
        ("histogram by class", lambda heap, _: heap.histogram()),
        ("histogram by superclass", lambda heap, _: heap.histogram("superclass")),
        ("histogram by loader", lambda heap, _: heap.histogram("loader")),
        ("histogram by package", lambda heap, _: heap.histogram("package")),
        ("histogram of unreachable objects", lambda heap, _: heap.unreachable_histogram()),
    ),
    *_tables_about(
        _of("bench.*"),
        ("histogram of a set", lambda heap, members: heap.set_histogram(members)),
        ("minimum retained of a set", lambda heap, members: heap.minimum_retained(members)),
    ),
    Question("exact histogram by class", EXACT_SECONDS, lambda heap, _: heap.histogram(exact=True)),
    Question(
        "exact histogram by package",
        EXACT_SECONDS,
        lambda heap, _: heap.histogram("package", exact=True),
    ),
)

TREE = _tables(
    ("dominator tree by class, 3 levels", lambda heap, _: heap.dominated_tree(depth=3)),
    ("big drops", lambda heap, _: heap.big_drops()),
    ("immediate dominators of byte[]", lambda heap, _: heap.immediate_dominators("byte[]")),
    ("retained set of a class", lambda heap, _: heap.retained_objects(CALLS)),
)

PATHS = (
    *_tables(
        ("30 paths to a string", lambda heap, _: heap.paths(f"{STRINGS}#1000000")),
        ("30 paths to the gateway", lambda heap, _: heap.paths("bench.generator.Gateway#0")),
        (
            "references to strings by class, 3 levels",
            lambda heap, _: heap.references_by_class(STRINGS, levels=3),
        ),
        (
            "references from calls by class, 3 levels",
            lambda heap, _: heap.references_by_class(CALLS, inbound=False, levels=3),
        ),
    ),
    Question(
        "merged paths of 102,000 objects",
        PATHS_SECONDS,
        lambda heap, members: heap.merged_paths(members),
        _of("bench.generator.LogRecord"),
    ),
    Question(
        "merged paths from roots by class",
        PATHS_SECONDS,
        lambda heap, members: heap.merged_paths(members, grouping="from-roots-by-class"),
        _of("bench.generator.LogRecord"),
    ),
    Question(
        "merged paths to roots by class",
        PATHS_SECONDS,
        lambda heap, members: heap.merged_paths(members, grouping="to-roots-by-class", levels=20),
        _of("bench.generator.LogRecord"),
    ),
)

COLLECTIONS = (
    *_tables(
        ("collections by class", lambda heap, _: heap.collections()),
        ("collections by size", lambda heap, _: heap.collection_sizes()),
        ("collections by fill", lambda heap, _: heap.collection_fill()),
        ("collections by collisions", lambda heap, _: heap.collection_collisions()),
        ("most wasteful collections", lambda heap, _: heap.collection_objects(order="wasted")),
    ),
    *_tables_about(
        _biggest_map,
        ("first page of the biggest map", lambda heap, index: heap.contents(index)),
        ("page 1,001 of it", lambda heap, index: heap.contents(index, offset=100_000)),
    ),
)

ARRAYS = _tables(
    ("arrays by class and length", lambda heap, _: heap.arrays()),
    ("fill of object arrays", lambda heap, _: heap.array_fill()),
    ("constant arrays", lambda heap, _: heap.constant_arrays()),
    ("objects by a field", lambda heap, _: heap.group_by("bench.generator.Header", "name")),
    ("objects on a condition", lambda heap, _: heap.find(CALLS, ["hops=0", "device.id~^3402"])),
)

SCANS = _scans(
    ("find strings", lambda heap, _: heap.find_strings("z9hG4bK-.*77-")),
    ("strings by text", lambda heap, _: heap.group_by(STRINGS)),
    ("unused room in texts", lambda heap, _: heap.unused_room()),
    ("duplicate strings", lambda heap, _: heap.duplicate_strings()),
    ("duplicate arrays", lambda heap, _: heap.duplicate_arrays()),
    ("duplicate objects", lambda heap, _: heap.duplicate_objects()),
)

RUNTIME = _tables(
    ("threads", lambda heap, _: heap.threads()),
    ("locks", lambda heap, _: heap.locks()),
    ("thread locals", lambda heap, _: heap.thread_locals()),
    ("weak references", lambda heap, _: heap.reference_statistics("weak")),
    ("soft references", lambda heap, _: heap.reference_statistics("soft")),
    ("finalizers and direct buffers", lambda heap, _: heap.finalizers()),
    ("class loaders", lambda heap, _: heap.loaders()),
    ("duplicate classes", lambda heap, _: heap.duplicate_classes()),
    ("properties", lambda heap, _: heap.properties()),
)


def _asks_sql(text: str) -> Ask:
    return lambda heap, _: heap.sql(text).to_dicts()


def _sql(*rows: tuple[str, float, str]) -> tuple[Question, ...]:
    """Questions in SQL, for which DuckDB is loaded before the clock starts."""
    return tuple(
        Question(
            f"SQL: {name}",
            limit,
            _asks_sql(text),
            lambda heap: list(heap.sql("SELECT 1")),
            most_bytes=SQL_MOST_BYTES if name == BY_CLASS else None,
        )
        for name, limit, text in rows
    )


SQL = (
    Question(
        "SQL: the first query, with loading DuckDB",
        FIRST_SQL_SECONDS,
        _asks_sql("SELECT count(*) FROM objects WHERE class = 'java.util.HashMap'"),
    ),
    *_sql(
        (
            BY_CLASS,
            SQL_SECONDS,
            "SELECT class, count(*), sum(shallow_bytes) FROM objects GROUP BY class",
        ),
        (
            "the 100 biggest objects",
            TABLE_SECONDS,
            "SELECT * FROM objects ORDER BY retained_bytes DESC LIMIT 100",
        ),
        (
            "who refers to byte[], by class",
            TABLE_SECONDS,
            (
                "SELECT source_class, count(*) FROM references "
                "WHERE target_class = 'byte[]' GROUP BY source_class"
            ),
        ),
        (
            "calls by a field",
            TABLE_SECONDS,
            "SELECT hops, count(*) FROM bench.generator.ClientTransaction GROUP BY 1",
        ),
        (
            "lengths of arrays by class",
            TABLE_SECONDS,
            "SELECT class, count(*), sum(length) FROM arrays GROUP BY 1",
        ),
        (
            "collections by class",
            TABLE_SECONDS,
            "SELECT class, count(*), sum(size), sum(wasted_bytes) FROM collections GROUP BY 1",
        ),
        (
            "texts with a part",
            SCAN_SECONDS,
            "SELECT count(*), sum(length) FROM strings WHERE text LIKE '%77-%'",
        ),
        (
            "what the gateway retains",
            TABLE_SECONDS,
            "SELECT count(*) FROM retained_set((SELECT id FROM bench.generator.Gateway))",
        ),
    ),
)


def _instances(class_name: str) -> Callable[[Heap], int]:
    return lambda heap: len(heap.select(class_name))


def _reads_oql(text: str) -> Ask:
    return lambda heap, _: sum(len(batch[0]) for batch in heap.oql(text).batches())


def _counts_oql(text: str) -> Ask:
    return lambda heap, _: heap.oql(text).count()


OQL = (
    Question(
        "OQL: strings with a part",
        1 / STRINGS_A_SECOND,
        _reads_oql('SELECT s FROM java.lang.String s WHERE toString(s) LIKE ".*77-.*"'),
        units=_instances(STRINGS),
    ),
    Question(
        "OQL: rows of a class with subclasses",
        INSTANCES_SECONDS_A_MILLION / 1e6,
        _counts_oql("SELECT * FROM INSTANCEOF java.util.HashMap$Node"),
        units=_instances("java.util.HashMap$Node"),
    ),
    Question(
        "OQL: these rows, each read in Python",
        READ_SECONDS_A_MILLION / 1e6,
        _reads_oql("SELECT * FROM INSTANCEOF java.util.HashMap$Node"),
        units=_instances("java.util.HashMap$Node"),
    ),
    Question(
        "OQL: retained set of the biggest class",
        OQL_SECONDS,
        _counts_oql("SELECT AS RETAINED SET * FROM java.lang.String"),
    ),
    Question(
        "OQL: all objects by class",
        SCAN_SECONDS,
        _reads_oql(
            "SELECT classof(o).@name AS class, count(*), sum(o.@usedHeapSize) "
            'FROM ".*" o GROUP BY class'
        ),
    ),
)

QUESTIONS = (*HISTOGRAMS, *TREE, *PATHS, *COLLECTIONS, *ARRAYS, *SCANS, *RUNTIME, *OQL, *SQL)


def _rows(answer: object) -> int:
    """How much was answered, so that an empty answer does not pass for a quick one."""
    if isinstance(answer, int):
        return answer
    for part in (answer, *(getattr(answer, name, None) for name in ("rows", "paths", "lengths"))):
        if isinstance(part, Sized):
            return len(part)
    return 1


def _bytes_read() -> int:
    """What this process has read of files; mapped ones (the index) do not count."""
    counters = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in counters if line.startswith("rchar"))


def _anonymous_bytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon"))


def _tell(**figures: object) -> None:
    print(json.dumps(figures), flush=True)


def main(dump: str, number: str) -> None:
    """Ask the question of that number."""
    question = QUESTIONS[int(number)]
    with seamew.open(dump) as heap:
        subject = question.prepare(heap)
        units = question.units(heap)
        _tell(objects=heap.facts.object_count, units=units, anonymous_bytes=_anonymous_bytes())
        sys.stdin.readline()
        read, cpu, wall = _bytes_read(), time.process_time(), time.perf_counter()
        answer = question.ask(heap, subject)
        _tell(
            wall_seconds=time.perf_counter() - wall,
            cpu_seconds=time.process_time() - cpu,
            read_bytes=_bytes_read() - read,
            anonymous_bytes=_anonymous_bytes(),
            rows=_rows(answer),
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
