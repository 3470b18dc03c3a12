"""F3: a Caffeine cache that never lets anything go."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Healthy, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    class_fact,
    held_fact,
    is_much,
    kept_in_bounds,
    number,
    size,
    target,
    value_class,
)

__all__ = ["RULE"]

_PACKAGE = "com.github.benmanes.caffeine.cache"
_UNBOUNDED = f"{_PACKAGE}.UnboundedLocalCache"
_BOUNDED = f"{_PACKAGE}.BoundedLocalCache"
_MOST_CACHES = 2_000


def _find(heap: Examination) -> Iterator[Finding | Healthy]:
    for cache in heap.all_of(_UNBOUNDED).page(limit=_MOST_CACHES):
        data, entries = target(heap, cache, "data"), size(heap, cache, "data")
        if data is not None and is_much(heap, entries, heap.heap.sizes(cache)[1]):
            yield _finding(heap, cache, data, entries)
    # Its subclasses are generated, one for each combination of settings: SSMS has a maximum.
    for cache in heap.all_of(_BOUNDED).page(limit=_MOST_CACHES):
        entries, most = size(heap, cache, "data"), number(heap, cache, "maximum")
        if most is not None and is_much(heap, entries, heap.heap.sizes(cache)[1]):
            yield kept_in_bounds(heap, RULE.id, cache, _bounded(entries, most))


def _bounded(entries: int, most: int) -> Text:
    return Text(
        "a Caffeine cache of {count} entries, bounded by a maximum size or weight of {most}",
        "含 {count} 个条目的 Caffeine 缓存，最大数量或权重为 {most}",
        count=format_count(entries),
        most=format_count(most),
    )


def _finding(heap: Examination, cache: int, data: int, entries: int) -> Finding:
    retained_bytes = heap.heap.sizes(cache)[1]
    found = Found(
        title=Text(
            "A Caffeine cache without a bound: {count} entries, {size}",
            "无界的 Caffeine 缓存：{count} 个条目，{size}",
            count=format_count(entries),
            size=format_bytes(retained_bytes),
        ),
        summary=Text(
            "Caffeine makes an UnboundedLocalCache where no maximum, no expiry and no weak or"
            " soft references were asked for: a plain map. An entry goes only when it is"
            " invalidated. It holds {count}.",
            "既未设置上限，也未设置过期时间、弱引用或软引用时，Caffeine 会创建"
            " UnboundedLocalCache：一个普通的 map。只有显式失效时条目才会移除。现有 {count} 个。",
            count=format_count(entries),
        ),
        evidence=(held_fact(heap, "data", entries, cache), class_fact(heap, _UNBOUNDED)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        at=cache,
        element_class=value_class(heap, data),
        instances=entries,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Say how much it may hold: Caffeine.newBuilder().maximumSize(10_000)"
    ".expireAfterAccess(Duration.ofMinutes(10)); of a Spring cache with"
    " spring.cache.caffeine.spec=maximumSize=10000,expireAfterAccess=10m.",
    "规定它最多容纳多少：Caffeine.newBuilder().maximumSize(10_000)"
    ".expireAfterAccess(Duration.ofMinutes(10))；Spring 缓存可用"
    " spring.cache.caffeine.spec=maximumSize=10000,expireAfterAccess=10m。",
)
_DOUBT = Text(
    "If the keys are a small fixed set (countries, tenants), it stops growing by itself: compare"
    " the number of entries in two dumps.",
    "若键是固定的少量集合（国家、租户），它会自行停止增长：请比较两次转储中的条目数。",
)

RULE = Rule(
    id="caffeine-cache-unbounded",
    catalogue=("F3",),
    topic=Topic.FRAMEWORKS,
    title=Text("A Caffeine cache without a bound", "无界的 Caffeine 缓存"),
    classes=(_UNBOUNDED, _BOUNDED),
    find=_find,
    page=Page(
        finds=Text(
            "Caffeine caches of the class UnboundedLocalCache with many entries.",
            "类为 UnboundedLocalCache 且条目众多的 Caffeine 缓存。",
        ),
        why=Text(
            "Without a maximum or an expiry a cache keyed by what users send grows with each new"
            " key for as long as the process lives.",
            "没有上限和过期时间时，以用户输入为键的缓存在进程存活期间会随每个新键不断增长。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Caches of a fixed set of keys. Caches with a maximum are explained as healthy.",
            "键集合固定的缓存。设有上限的缓存视为健康。",
        ),
        example="Cache<String, Result> cache = Caffeine.newBuilder().build();",
        fixed="Cache<String, Result> cache = Caffeine.newBuilder()\n"
        "    .maximumSize(10_000).expireAfterAccess(Duration.ofMinutes(10)).build();",
        references=("Caffeine: UnboundedLocalCache, BoundedLocalCache (maximum)",),
    ),
)
