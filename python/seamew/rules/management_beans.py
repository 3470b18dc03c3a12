"""F16: management beans (JMX) that are registered and never unregistered."""

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
    class_of_most,
    first_entries,
    held_fact,
    object_fact,
    target,
    text,
    worse,
)

__all__ = ["RULE"]

_REPOSITORY = "com.sun.jmx.mbeanserver.Repository"
_MOST_REPOSITORIES = 50
_MOST_DOMAINS = 500
_LOOKED_AT = 50
_SUSPICIOUS, _MANY, _VERY_MANY = 1_000, 5_000, 50_000


def _find(heap: Examination) -> Iterator[Finding]:
    for repository in heap.all_of(_REPOSITORY).page(limit=_MOST_REPOSITORIES):
        domains = target(heap, repository, "domainTb")
        if domains is None:
            continue
        for row in first_entries(heap, domains, _MOST_DOMAINS):
            if isinstance(row.key, ObjectRow) and isinstance(row.value, ObjectRow):
                beans = heap.heap.collection_size(row.value.object_index) or 0
                if beans >= _SUSPICIOUS:
                    yield _finding(heap, row.key.value or "?", row.value.object_index, beans)


def _finding(heap: Examination, domain: str, beans: int, count: int) -> Finding:
    retained_bytes = heap.heap.sizes(beans)[1]
    named = [
        row.value.object_index
        for row in first_entries(heap, beans, _LOOKED_AT)
        if isinstance(row.value, ObjectRow)
    ]
    kinds = [target(heap, one, "object.resource", "object") for one in named]
    found = Found(
        title=Text(
            "{count} management beans in the domain {domain}, {size}",
            "域 {domain} 中有 {count} 个管理 Bean，{size}",
            count=format_count(count),
            domain=domain,
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(
            held_fact(heap, f"Repository#domainTb[{domain}]", count, beans),
            *(
                object_fact(heap, Text("such as {name}", "例如 {name}", name=name), one)
                for one in named[:2]
                if (name := text(heap, one, "name._canonicalName"))
            ),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes), by_count(count, medium=_MANY, high=_VERY_MANY)
        ),
        at=beans,
        element_class=class_of_most(heap.heap.row(one) for one in kinds if one is not None),
        instances=count,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "The bean server keeps each bean, and what it refers to, until unregisterMBean. Beans that"
    " stand"
    " for requests, sessions or pools that come and go pile up; each carries its description too.",
    "Bean 服务器会保留每个 Bean 及其引用的内容，直到调用 unregisterMBean。代表请求、会话或频繁创建"
    "的池"
    "的 Bean 会不断堆积，且各自带有描述信息。",
)
_ADVICE = Text(
    "Call server.unregisterMBean(name) where the life of what the bean stands for ends, in a"
    " finally"
    " block; or register one bean that tells of all of them.",
    "在 Bean 所代表的对象生命周期结束处，于 finally 中调用 server.unregisterMBean(name)；或只注册一"
    "个"
    "汇总的 Bean。",
)
_DOUBT = Text(
    "Servers with many pools, topics or partitions have thousands of beans for good: compare two"
    " dumps.",
    "拥有大量池、主题或分区的服务器本就有数千个 Bean：请比较两次转储。",
)

RULE = Rule(
    id="management-beans",
    catalogue=("F16",),
    topic=Topic.FRAMEWORKS,
    title=Text("Management beans that stay registered", "未注销的管理 Bean"),
    classes=(_REPOSITORY,),
    find=_find,
    page=Page(
        finds=Text(
            "Domains of a JMX server with 1,000 beans or more.",
            "有 1,000 个以上 Bean 的 JMX 域。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Brokers and application servers with many parts: below 5,000 judged by bytes alone.",
            "部件众多的消息代理和应用服务器：少于 5,000 个时只按字节数判断。",
        ),
        example="server.registerMBean(new SessionBean(session), name);",
        fixed="try { serve(session); } finally { server.unregisterMBean(name); }",
        references=("java.management/com/sun/jmx/mbeanserver/Repository.java",),
    ),
)
