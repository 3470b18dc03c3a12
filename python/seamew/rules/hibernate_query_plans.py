"""F10: Hibernate's cache of query plans, full of plans that are used once."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Evidence, Finding, Severity, Topic
from seamew.units import format_bytes
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import class_fact, object_fact, target

__all__ = ["RULE"]

_CACHES = (
    "org.hibernate.engine.query.spi.QueryPlanCache",
    "org.hibernate.query.internal.QueryInterpretationCacheStandardImpl",
)
_PLANS = (
    "org.hibernate.engine.query.spi.HQLQueryPlan",
    "org.hibernate.query.spi.SelectQueryPlan",
    "org.hibernate.query.spi.HqlInterpretation",
)
_MOST_CACHES = 200


def _find(heap: Examination) -> Iterator[Finding]:
    for name in _CACHES:
        for cache in heap.all_of(name).page(limit=_MOST_CACHES):
            retained_bytes = heap.heap.sizes(cache)[1]
            if heap.severity(retained_bytes).rank <= Severity.MEDIUM.rank:
                yield _finding(heap, cache, retained_bytes)


def _finding(heap: Examination, cache: int, retained_bytes: int) -> Finding:
    plans = heap.heap.no_objects()
    for name in _PLANS:
        plans |= heap.all_of(name)
    at = target(heap, cache, "queryPlanCache") or cache
    size = Text(
        "the cache retains {size}",
        "该缓存保持 {size}",
        size=format_bytes(retained_bytes),
    )
    found = Found(
        title=Text(
            "Hibernate's query plans take {size}",
            "Hibernate 的查询计划占用 {size}",
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(object_fact(heap, size, cache), *_counted(heap)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        at=at,
        element_class=heap.heap.class_name(next(iter(plans))) if len(plans) else None,
        instances=max(1, len(plans)),
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _counted(heap: Examination) -> Iterator[Evidence]:
    yield from (class_fact(heap, name) for name in _PLANS if heap.count(name))


_SUMMARY = Text(
    "Hibernate keeps a plan for each text of a query, 2,048 of them. A list of ids in an IN clause"
    " makes a text of its own for each length, and a plan of a long list takes megabytes.",
    "Hibernate 为每个查询文本保留一个计划，最多 2,048 个。IN 子句中的标识列表，每种长度都会产生一个"
    "新"
    "文本，而长列表的计划可达数 MB。",
)
_ADVICE = Text(
    "Set hibernate.query.in_clause_parameter_padding=true, so that lists are padded to powers of"
    " two;"
    " hibernate.query.plan_cache_max_size=256; bind values as parameters and never build them into"
    " the text; split long IN lists.",
    "设置 hibernate.query.in_clause_parameter_padding=true，使列表补齐到 2 的幂；"
    "hibernate.query.plan_cache_max_size=256；以参数绑定值，绝不拼入文本；拆分过长的 IN 列表。",
)
_DOUBT = Text(
    "The cache has a bound in plans, so it stops growing; its bytes have none. The texts of its"
    " keys"
    " show whether they differ only in the length of a list.",
    "该缓存的计划数有上限，因此会停止增长；但字节数没有上限。查看键的文本是否仅列表长度不同。",
)

RULE = Rule(
    id="hibernate-query-plans",
    catalogue=("F10",),
    topic=Topic.FRAMEWORKS,
    title=Text("Hibernate's query plans fill the heap", "Hibernate 的查询计划占用大量堆"),
    classes=_CACHES,
    find=_find,
    page=Page(
        finds=Text(
            "Query plan caches of Hibernate that retain 5 % of the heap or more.",
            "占堆 5 % 以上的 Hibernate 查询计划缓存。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Services with a great many different queries on a small heap.",
            "堆很小而不同查询很多的服务。",
        ),
        example='query("from Device d where d.id in (:ids)").setParameter("ids", ids);',
        fixed="hibernate.query.in_clause_parameter_padding=true",
        references=("Hibernate ORM: QueryPlanCache, QueryInterpretationCacheStandardImpl",),
    ),
)
