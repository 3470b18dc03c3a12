"""F11: MyBatis sessions that stay open, and what their local caches keep."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, ObjectRow, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    by_count,
    crowd_found,
    first_entries,
    held_fact,
    is_much,
    matching,
    set_fact,
    target,
    text,
    value_class,
    worse,
)

__all__ = ["RULE"]

_SESSION = "org.apache.ibatis.session.defaults.DefaultSqlSession"
_EXECUTOR = "org.apache.ibatis.executor.BaseExecutor"
_MOST_EXECUTORS = 5_000
_MANY_ENTRIES, _VERY_MANY_ENTRIES = 20_000, 500_000
_SUSPICIOUS, _MANY, _VERY_MANY = 100, 500, 20_000


def _find(heap: Examination) -> Iterator[Finding]:
    for executor in heap.all_of(_EXECUTOR).page(limit=_MOST_EXECUTORS):
        cache = target(heap, executor, "localCache.cache")
        entries = 0 if cache is None else heap.heap.collection_size(cache) or 0
        if cache is not None and is_much(heap, entries, heap.heap.sizes(cache)[1]):
            yield _of_cache(heap, executor, cache, entries)
    open_ones = matching(heap, heap.all_of(_EXECUTOR), "closed=false")
    if len(open_ones) >= _SUSPICIOUS:
        yield _of_sessions(heap, len(open_ones))


def _of_cache(heap: Examination, executor: int, cache: int, entries: int) -> Finding:
    retained_bytes = heap.heap.sizes(cache)[1]
    scope = Text(
        "localCacheScope is {scope}",
        "localCacheScope 为 {scope}",
        scope=text(heap, executor, "configuration.localCacheScope") or "SESSION",
    )
    found = Found(
        title=Text(
            "A MyBatis session keeps the results of {count} queries, {size}",
            "MyBatis 会话保留了 {count} 个查询的结果，{size}",
            count=format_count(entries),
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(
            held_fact(heap, "PerpetualCache#cache", entries, cache),
            heap.evidence(scope, "object", f"{heap.heap.address(executor):#x}"),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes),
            by_count(entries, medium=_MANY_ENTRIES, high=_VERY_MANY_ENTRIES),
        ),
        at=cache,
        element_class=_row_class(heap, cache),
        instances=entries,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _row_class(heap: Examination, cache: int) -> str | None:
    """The class of a result's rows: each result is a list."""
    rows = first_entries(heap, cache, 1)
    first = rows[0].value if rows else None
    found = value_class(heap, first.object_index) if isinstance(first, ObjectRow) else None
    return found or value_class(heap, cache)


def _of_sessions(heap: Examination, count: int) -> Finding:
    sessions = heap.all_of(_SESSION)
    objects = sessions if len(sessions) else heap.all_of(_EXECUTOR)
    retained_bytes = heap.retained_bytes(objects)
    found = crowd_found(
        heap,
        objects,
        title=Text(
            "{count} MyBatis sessions are open",
            "{count} 个 MyBatis 会话处于打开状态",
            count=format_count(count),
        ),
        summary=_SUMMARY,
        evidence=(set_fact(heap, _SESSION, objects),),
        advice=_ADVICE,
        doubt=_DOUBT,
        severity=worse(
            heap.severity(retained_bytes), by_count(count, medium=_MANY, high=_VERY_MANY)
        ),
    )
    return finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "A session remembers the result of each query until it commits, updates or is closed, so that"
    " the"
    " same query need not be sent again. A session that is kept open and only reads grows with each"
    " new argument.",
    "会话会记住每个查询的结果，直到提交、更新或关闭，以免重复发送相同查询。长期打开且只读的会话会随每个"
    "新参数增长。",
)
_ADVICE = Text(
    "Close each session: try (SqlSession session = factory.openSession()) {{ ... }}, or let"
    " mybatis-spring make them (SqlSessionTemplate); in jobs with many queries"
    " session.clearCache(), or localCacheScope=STATEMENT.",
    "关闭每个会话：try (SqlSession session = factory.openSession()) {{ ... }}，或交由"
    " mybatis-spring"
    " 创建（SqlSessionTemplate）；查询很多的作业中调用 session.clearCache()，或设置"
    " localCacheScope=STATEMENT。",
)
_DOUBT = Text(
    "A job that is at work and ends soon gives all back: see whether a thread uses the session.",
    "正在运行且很快结束的作业会全部释放：请看是否有线程正在使用该会话。",
)

RULE = Rule(
    id="mybatis-sessions",
    catalogue=("F11",),
    topic=Topic.FRAMEWORKS,
    title=Text("MyBatis sessions that stay open", "未关闭的 MyBatis 会话"),
    classes=(_EXECUTOR,),
    find=_find,
    page=Page(
        finds=Text(
            "Local caches of MyBatis with many results, and 100 open sessions or more.",
            "结果众多的 MyBatis 本地缓存，以及 100 个以上打开的会话。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Jobs under way.",
            "进行中的作业。",
        ),
        example="SqlSession session = factory.openSession();  // a field of a job, never closed",
        fixed="try (SqlSession session = factory.openSession()) { ... }",
        references=("MyBatis: BaseExecutor (localCache), PerpetualCache",),
    ),
)
