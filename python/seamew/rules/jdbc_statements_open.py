"""N10: statements that are not closed, kept by their connection."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, first_elements, number, object_fact, size, target, worse

__all__ = ["RULE"]

_HOLDERS = (
    "com.mysql.cj.jdbc.ConnectionImpl",
    "com.mysql.jdbc.ConnectionImpl",
    "com.zaxxer.hikari.pool.PoolEntry",  # of any driver, as far as the pool has wrapped them
)
_SUSPICIOUS_STATEMENTS = 200
_MANY_STATEMENTS = 1_000
_CROWD_OF_STATEMENTS = 20_000
_MOST_CONNECTIONS = 2_000


def _find(heap: Examination) -> Iterator[Finding]:
    for class_name in _HOLDERS:
        counts = {
            holder: _statements(heap, holder)
            for holder in heap.all_of(class_name).page(limit=_MOST_CONNECTIONS)
        }
        if sum(counts.values()) >= _SUSPICIOUS_STATEMENTS:
            yield _finding(heap, class_name, counts)
            return  # the pool's list has the same statements again


def _statements(heap: Examination, holder: int) -> int:
    # Hikari's FastList is no collection that has a known shape.
    return size(heap, holder, "openStatements") or number(heap, holder, "openStatements.size") or 0


def _finding(heap: Examination, class_name: str, counts: dict[int, int]) -> Finding:
    most = max(counts, key=lambda holder: (counts[holder], -holder))
    total = sum(counts.values())
    kept = target(heap, most, "openStatements") or most
    first = first_elements(heap, kept, 1)
    lists = [target(heap, holder, "openStatements") for holder in counts]
    objects = heap.heap.set_of([one for one in lists if one is not None])
    retained_bytes = heap.retained_bytes(objects)
    said = Text(
        "{count} open statements on {connections} connections, {most} of them on one",
        "{connections} 个连接上有 {count} 个打开的语句，其中 {most} 个在同一连接上",
        count=format_count(total),
        connections=format_count(len(counts)),
        most=format_count(counts[most]),
    )
    found = Found(
        title=Text(
            "{count} JDBC statements are open",
            "{count} 个 JDBC 语句未关闭",
            count=format_count(total),
        ),
        summary=Text(
            "A connection of {name} keeps each statement, with its result set, until the statement"
            " or the connection itself is closed. {count} are open.",
            "{name} 的连接会保留每个语句及其结果集，直到语句或连接本身关闭。现有 {count} 个未关"
            "闭。",
            name=class_name,
            count=format_count(total),
        ),
        evidence=(object_fact(heap, said, most),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes),
            by_count(total, medium=_MANY_STATEMENTS, high=_CROWD_OF_STATEMENTS),
        ),
        at=kept,
        element_class=heap.heap.class_name(first[0]) if first else None,
        instances=total,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Close Statement and ResultSet with try-with-resources; a long-lived connection does not do it"
    " for you.",
    "用 try-with-resources 关闭 Statement 和 ResultSet；长期存活的连接不会替你关闭。",
)
_DOUBT = Text(
    "A cache of prepared statements (cachePrepStmts) keeps some hundred for each connection on"
    " purpose.",
    "预编译语句缓存（cachePrepStmts）会有意为每个连接保留数百个。",
)

RULE = Rule(
    id="jdbc-statements-open",
    catalogue=("N10",),
    topic=Topic.CONNECTIONS,
    title=Text("JDBC statements that are not closed", "未关闭的 JDBC 语句"),
    classes=_HOLDERS,
    find=_find,
    page=Page(
        finds=Text(
            "200 or more open statements on the connections of MySQL's driver, or of a HikariCP"
            " pool.",
            "MySQL 驱动或 HikariCP 连接池的连接上有 200 个以上打开的语句。",
        ),
        why=Text(
            "The driver must be able to close what a connection has opened, so it refers to each"
            " statement; with the rows of its result, if these were read in whole.",
            "驱动必须能关闭连接打开的一切，因此会引用每个语句；若结果被整体读入，还包括其所有行。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Caches of prepared statements.",
            "预编译语句缓存。",
        ),
        example="ResultSet rows = connection.createStatement().executeQuery(sql);",
        fixed="try (Statement statement = connection.createStatement();\n"
        "        ResultSet rows = statement.executeQuery(sql)) { ... }",
        references=("MySQL Connector/J: ConnectionImpl (openStatements)",),
    ),
)
