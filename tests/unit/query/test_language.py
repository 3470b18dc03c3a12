"""Which language a query is taken for."""

import pytest

from seamew.query.language import is_oql

OQL = (
    "SELECT * FROM java.lang.String",
    "select s from java.lang.String s where toString(s) like \".*device.*\"",
    "SELECT s.@retainedHeapSize FROM java.lang.String s",
    "SELECT * FROM INSTANCEOF java.util.Map",
    "SELECT * FROM OBJECTS 1, 2",
    "SELECT * FROM OBJECTS 0x7ff00010",
    "SELECT * FROM OBJECTS (SELECT OBJECTS s.value FROM java.lang.String s)",
    "SELECT * FROM OBJECTS java.lang.String",
    "SELECT * FROM OBJECTS ${snapshot}.getClasses()",
    'SELECT * FROM OBJECTS "java[.]lang[.].*"',
    'SELECT * FROM "java\\.lang\\..*"',
    'SELECT * FROM "java.lang.*"',
    "SELECT * FROM 0x7ff00010",
    "SELECT * FROM 3, 4",
    "SELECT AS RETAINED SET * FROM com.acme.Cache",
    "SELECT * FROM char[]",
    "SELECT * FROM java.lang.Object[]",
    "SELECT * FROM Leak",
    "SELECT l.name, count(*) AS n FROM com.acme.Leak l GROUP BY l.name ORDER BY n DESC LIMIT 3",
    "SELECT DISTINCT OBJECTS classof(o) FROM \".*\" o",
    "SELECT * FROM com.acme.A UNION (SELECT * FROM com.acme.B)",
    "SELECT * FROM com.acme.A a WHERE a.next = null",
    "SELECT * FROM com.acme.A a WHERE a.next != null // with a comment",
    "SELECT * /* FROM objects */ FROM com.acme.A",
    'SELECT * FROM com.acme.A a WHERE a.name = "FROM objects JOIN"',
    "SELECT a.case, a.over, a.with FROM com.acme.A a",
    # Not sound, but nothing of SQL.
    "",
    "SELCET * FROM com.acme.A",
    "SELECT * FORM com.acme.A",
    "SELECT * FROM com.acme.A a WHERE a.x == 1",
    "heap.objects('java.lang.String').length",
    "select s from java.lang.String s where s.value.length >= 100 && s.count > 1",
    "select filter(heap.classes(), '/java.net./.test(it.name)') from",
)  # fmt: skip

SQL = (
    "SELECT * FROM objects",
    "SELECT o.id FROM objects o WHERE o.retained_bytes > 10",
    "SELECT class, count(*) FROM objects GROUP BY class",
    "SELECT * FROM OBJECTS LIMIT 10",
    "SELECT id FROM objects o, strings s WHERE s.id = o.id",
    "WITH big AS (SELECT * FROM objects) SELECT * FROM big",
    "FROM objects",
    "DESCRIBE objects",
    "SELECT count(*) FROM strings WHERE text = ''",
    'SELECT m.size FROM "java.util.HashMap" m',
    'SELECT * FROM "java.util.AbstractMap+"',
    'SELECT length(x) FROM "byte[]" x',
    "SELECT m.id FROM java.util.HashMap m JOIN classes c ON c.name = m.class",
    "SELECT id, retained_bytes FROM java.util.HashMap ORDER BY retained_bytes DESC",
    "SELECT to_string(t.name) FROM java.lang.Thread t",
    "SELECT name FROM java.lang.Thread WHERE priority BETWEEN 1 AND 5",
    "SELECT name FROM java.lang.Thread WHERE name = 'main'",
    "SELECT CASE WHEN size > 3 THEN 1 END FROM java.util.HashMap",
    "SELECT * FROM outbounds(7)",
    "SELECT * FROM threads t, outbounds(t.id) o",
    "SELECT * FROM retained_set((SELECT list(id) FROM strings))",
    "SELECT 1",
    "SELECT max(x) OVER () FROM java.util.HashMap",
    "CREATE TABLE big AS SELECT 1",
    "DROP TABLE objects",
    "COPY (SELECT 1) TO 'x.csv'",
    "SET memory_limit = '100GB'",
    # Nearly a table.
    "SELECT * FROM object",
    "SELECT * FROM thread t",
)


@pytest.mark.parametrize("text", OQL)
def test_oql(text: str) -> None:
    assert is_oql(text)


@pytest.mark.parametrize("text", SQL)
def test_sql(text: str) -> None:
    assert not is_oql(text)
