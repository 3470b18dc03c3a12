"""Writes docs/reference/sql.md from the catalogue of tables: sql_reference.py FILE."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from seamew.query.catalog import (
    FUNCTIONS,
    INSTANCE_COLUMNS,
    SQL_TYPES,
    TABLES,
    CatalogColumn,
    CatalogFunction,
    CatalogTable,
)

__all__ = ["reference"]

_HEAD = """\
# SQL

Written by `scripts/fix` from `python/seamew/query/catalog.py`; a test keeps it in step.

`seamew query DUMP --sql "..."` and `heap.sql("...")` ask a heap in SQL, by [DuckDB](https://duckdb.org/docs/stable/sql/introduction): grouping, joins, window functions, recursion, its functions on text and lists. It is an extra: `pip install 'seamew[sql]'`.

```sql
SELECT class, count(*) AS objects, sum(shallow_bytes) AS bytes
FROM objects GROUP BY class ORDER BY bytes DESC LIMIT 10;
```

- Objects are told by their id, as everywhere in Seamew and in Eclipse MAT; 0 is the system class loader, an object of no size. All sizes are bytes. Numbers may be hexadecimal: `WHERE address = 0x7ff00010`.
- Tables are read when a query names them, and of them the columns that it names: what costs nothing in one query may walk over the dump in another. Columns marked ◦ are read from the dump or computed row by row.
- The rows of a table are in no order; say `ORDER BY` where it matters.
- Results stream: a hundred million rows need no more memory than a hundred.
- A query reads the heap and nothing else. Files, the network, extensions and settings are out of its reach, and nothing is written to disk, so what does not fit into `memory_limit` is an error. `timeout_seconds` limits the time; Ctrl-C stops a query at once.
- More questions with their answers: [the cookbook](../how-to/cookbook.md).
"""  # noqa: E501 (paragraphs are one line in Markdown)
_CLASSES = """\
## A table for each class

The name of a class is the name of a table of its instances, with the fields as columns, those of the classes above too. Double quotes may be left out where the name has dots and stands after `FROM` or `JOIN`; arrays need them: `FROM "byte[]"`. A `+` takes the instances of the classes below too, with the fields of the named class: `FROM "java.util.AbstractMap+"`.

```sql
SELECT m.id, m.size, m.retained_bytes FROM java.util.HashMap m WHERE m.size > 10000;
SELECT to_string(t.name) FROM "java.lang.Thread+" t;
```

A primitive field is a column of {types}; `char` is text. A reference is the id of an object. A field whose name is taken, by a column below or by a field of a class further down, has underscores behind it: `id_`. Classes of one name from several loaders are one table.

"""  # noqa: E501
_FUNCTIONS = """\
## Functions

Those of the first table give rows: `SELECT * FROM outbounds(7)`, or for each row of another table `FROM threads t, outbounds(t.id) o`. With one object, or one list, their rows stream; in a join DuckDB gathers them in memory first.

"""  # noqa: E501


def reference() -> str:
    """The page."""
    tables = "\n".join(f"| [{one.name}](#{one.name}) | {one.what} |" for one in TABLES)
    overview = f"## Tables\n\n| table | a row for each |\n|---|---|\n{tables}\n"
    parts = [_HEAD, overview, *map(_table, TABLES), _class_tables(), "".join(_functions())]
    return "\n".join(parts)


def _table(table: CatalogTable) -> str:
    return (
        f"### {table.name}\n\nA row for each {table.what}. Cost: {table.cost}.\n\n"
        f"{_column_table(table.columns)}"
    )


def _column_table(columns: Iterable[CatalogColumn]) -> str:
    rows = "".join(f"| {one.name} | {one.sql_type} | {one.doc} |\n" for one in columns)
    return f"| column | type | what |\n|---|---|---|\n{rows}"


def _class_tables() -> str:
    types = ", ".join(f"`{SQL_TYPES[one]}`" for one in ("integer", "float", "boolean"))
    return _CLASSES.format(types=types) + _column_table(INSTANCE_COLUMNS)


def _functions() -> Iterator[str]:
    yield _FUNCTIONS
    yield "| function | gives | columns |\n|---|---|---|\n"
    for function in (one for one in FUNCTIONS if one.columns):
        columns = ", ".join(f"{one.name} ({one.doc})" for one in function.columns)
        yield f"| {_call(function)} | {function.doc} | {columns} |\n"
    yield "\n| function | type | what |\n|---|---|---|\n"
    for function in FUNCTIONS:
        if function.result is not None:
            yield f"| {_call(function)} | {SQL_TYPES[function.result]} | {function.doc} |\n"


def _call(function: CatalogFunction) -> str:
    return f"`{function.call}`"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
