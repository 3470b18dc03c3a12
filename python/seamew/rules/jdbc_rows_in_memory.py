"""N10: results of queries that lie in the heap with all their rows."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, object_fact, set_fact, size, target, worse

__all__ = ["RULE"]

_RESULTS = (
    "com.mysql.cj.protocol.a.result.ResultsetRowsStatic",
    "com.mysql.jdbc.RowDataStatic",
    "org.postgresql.jdbc.PgResultSet",
)
_SUSPICIOUS_ROWS = 10_000
_MANY_ROWS = 100_000
_HUGE_NUMBER_OF_ROWS = 5_000_000
_BIGGEST = 200


def _find(heap: Examination) -> Iterator[Finding]:
    for class_name in _RESULTS:
        results = heap.all_of(class_name)
        if not len(results):
            continue
        biggest = heap.heap.biggest(results, limit=_BIGGEST)
        rows = {result: size(heap, result, "rows") for result in biggest}
        total = sum(rows.values())
        severity = heap.severity(heap.retained_bytes(results))
        if total >= _SUSPICIOUS_ROWS or severity in {Severity.HIGH, Severity.MEDIUM}:
            yield _finding(heap, class_name, rows)


def _finding(heap: Examination, class_name: str, rows: dict[int, int]) -> Finding:
    results = heap.all_of(class_name)
    most = max(rows, key=lambda result: (rows[result], -result))
    total = sum(rows.values())
    retained_bytes = heap.retained_bytes(results)
    biggest = Text(
        "the biggest has {count} rows and retains {size}",
        "最大的有 {count} 行，保持 {size}",
        count=format_count(rows[most]),
        size=format_bytes(heap.heap.sizes(most)[1]),
    )
    found = Found(
        title=Text(
            "{count} rows of query results lie in the heap",
            "堆中有 {count} 行查询结果",
            count=format_count(total),
        ),
        summary=Text(
            "The driver reads a result as a whole before the first row is given out, unless it is"
            " told to stream. {count} rows of {results} results are kept now.",
            "除非要求流式读取，驱动会在返回第一行之前读入整个结果。现保留着 {results} 个结果的"
            " {count} 行。",
            count=format_count(total),
            results=format_count(len(results)),
        ),
        evidence=(set_fact(heap, class_name, results), object_fact(heap, biggest, most)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes),
            by_count(total, medium=_MANY_ROWS, high=_HUGE_NUMBER_OF_ROWS),
        ),
        at=target(heap, most, "rows") or most,
        element_class=class_name,
        instances=total,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Ask for less (WHERE, LIMIT, pages by key), or stream: statement.setFetchSize(Integer.MIN_VA"
    "LUE) or useCursorFetch=true with a fetch size in MySQL; autocommit off and a fetch size in"
    " PostgreSQL.",
    "减少查询量（WHERE、LIMIT、按键分页），或流式读取：MySQL 用"
    " statement.setFetchSize(Integer.MIN_VALUE) 或 useCursorFetch=true 加 fetchSize；PostgreSQL "
    "关闭自动提交并设置 fetchSize。",
)
_DOUBT = Text(
    "A report that reads much on purpose ends and frees it: is a thread at work on this result?",
    "有意读取大量数据的报表结束后会释放：是否有线程正在处理该结果？",
)

RULE = Rule(
    id="jdbc-rows-in-memory",
    catalogue=("N10",),
    topic=Topic.CONNECTIONS,
    title=Text("Query results in the heap", "堆中的查询结果"),
    classes=_RESULTS,
    find=_find,
    page=Page(
        finds=Text(
            "Results of MySQL or PostgreSQL with 10,000 rows or more in the heap.",
            "堆中有 10,000 行以上的 MySQL 或 PostgreSQL 结果。",
        ),
        why=Text(
            "A query without a limit that returned a hundred rows in tests returns millions later.",
            "没有限制的查询在测试中返回一百行，以后会返回数百万行。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Big exports under way.",
            "正在进行的大型导出。",
        ),
        example='statement.executeQuery("select * from event");',
        fixed="statement.setFetchSize(Integer.MIN_VALUE);  // MySQL: row by row",
        references=("MySQL Connector/J: ResultsetRowsStatic (rows)",),
    ),
)
