"""N7: Druid's statistics keep an entry for each text of SQL."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, number, object_fact, size, target, worse

__all__ = ["RULE"]

_STATISTICS = "com.alibaba.druid.stat.JdbcDataSourceStat"
_SQL = "com.alibaba.druid.stat.JdbcSqlStat"
_SUSPICIOUS_TEXTS = 2_000
_MANY_TEXTS = 5_000
_HUGE_NUMBER_OF_TEXTS = 200_000
_MOST = 200


def _find(heap: Examination) -> Iterator[Finding]:
    for statistics in heap.all_of(_STATISTICS).page(limit=_MOST):
        texts = size(heap, statistics, "sqlStatMap")
        kept = target(heap, statistics, "sqlStatMap")
        if kept is not None and texts >= _SUSPICIOUS_TEXTS:
            yield _finding(heap, statistics, kept, texts)


def _finding(heap: Examination, statistics: int, kept: int, texts: int) -> Finding:
    retained_bytes = heap.heap.sizes(kept)[1]
    counted = Text(
        "sqlStatMap has {count} entries and retains {size}; maxSqlSize is {most}",
        "sqlStatMap 有 {count} 个条目，保持 {size}；maxSqlSize 为 {most}",
        count=format_count(texts),
        size=format_bytes(retained_bytes),
        most=format_count(number(heap, statistics, "maxSqlSize") or 0),
    )
    found = Found(
        title=Text(
            "Druid keeps statistics of {count} texts of SQL",
            "Druid 保存了 {count} 条 SQL 文本的统计",
            count=format_count(texts),
        ),
        summary=Text(
            "Each different text of SQL has an entry with counters and histograms. Literals in the"
            " text, or lists IN (?, ?, ...) of all lengths, make each call a text of its own.",
            "每条不同的 SQL 文本都有一个带计数器和直方图的条目。文本中的字面量，或各种长度的"
            " IN (?, ?, ...) 列表，会让每次调用都成为一条新文本。",
        ),
        evidence=(object_fact(heap, counted, statistics),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes),
            by_count(texts, medium=_MANY_TEXTS, high=_HUGE_NUMBER_OF_TEXTS),
        ),
        at=kept,
        element_class=_SQL,
        instances=texts,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Set druid.stat.mergeSql=true (connectionProperties), leave maxSqlSize at its 1,000, and use"
    " parameters instead of literals; or take the stat filter out of the data source.",
    "设置 druid.stat.mergeSql=true（connectionProperties），保持 maxSqlSize 为默认的 1,000，用参数"
    "代替字面量；或从数据源中去掉 stat 过滤器。",
)
_DOUBT = Text(
    "A program that really has so many different queries: look at some of the keys.",
    "程序可能确实有这么多不同的查询：请查看部分键。",
)

RULE = Rule(
    id="druid-sql-stat",
    catalogue=("N7",),
    topic=Topic.CONNECTIONS,
    title=Text("Druid's statistics of SQL grow", "Druid 的 SQL 统计增长"),
    classes=(_STATISTICS,),
    find=_find,
    page=Page(
        finds=Text(
            "Druid data sources with statistics of 2,000 or more texts of SQL.",
            "统计了 2,000 条以上 SQL 文本的 Druid 数据源。",
        ),
        why=Text(
            "The key of the map is the text as it was sent. Texts with values in them are all"
            " different.",
            "该映射的键是发送的文本。含有具体值的文本各不相同。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "The default limit of 1,000 entries is not reported.",
            "默认上限 1,000 个条目不报告。",
        ),
        example='statement.executeQuery("select * from device where id = " + id);',
        fixed='connection.prepareStatement("select * from device where id = ?");',
        references=("Druid: JdbcDataSourceStat (sqlStatMap, maxSqlSize)",),
    ),
)
