"""F4: Spring's simple cache, which is a map without a bound."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import held_fact, is_much, target, text, value_class

__all__ = ["RULE"]

_CACHE = "org.springframework.cache.concurrent.ConcurrentMapCache"
_MOST_CACHES = 2_000


def _find(heap: Examination) -> Iterator[Finding]:
    for cache in heap.all_of(_CACHE).page(limit=_MOST_CACHES):
        store = target(heap, cache, "store")
        entries = 0 if store is None else heap.heap.collection_size(store) or 0
        if store is not None and is_much(heap, entries, heap.heap.sizes(store)[1]):
            yield _finding(heap, cache, store, entries)


def _finding(heap: Examination, cache: int, store: int, entries: int) -> Finding:
    retained_bytes = heap.heap.sizes(store)[1]
    found = Found(
        title=Text(
            "The Spring cache {name} has no bound: {count} entries, {size}",
            "Spring 缓存 {name} 没有上限：{count} 个条目，{size}",
            name=text(heap, cache, "name") or "?",
            count=format_count(entries),
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(held_fact(heap, "ConcurrentMapCache#store", entries, store),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        at=store,
        element_class=value_class(heap, store),
        instances=entries,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "Where no cache library is on the class path, @EnableCaching uses ConcurrentMapCacheManager: a"
    " ConcurrentHashMap for each cache, without size or expiry. Each new argument of a @Cacheable"
    " method stays for ever.",
    "类路径上没有缓存库时，@EnableCaching 使用 ConcurrentMapCacheManager：每个缓存一个"
    " ConcurrentHashMap，没有大小限制，也不过期。@Cacheable 方法的每个新参数都会永久保留。",
)
_ADVICE = Text(
    "Add com.github.ben-manes.caffeine:caffeine and set"
    " spring.cache.caffeine.spec=maximumSize=10000,expireAfterWrite=10m; @CacheEvict where the"
    " data changes.",
    "加入 com.github.ben-manes.caffeine:caffeine，并设置"
    " spring.cache.caffeine.spec=maximumSize=10000,expireAfterWrite=10m；在数据变更处使用"
    " @CacheEvict。",
)
_DOUBT = Text(
    "A cache of a small fixed set of arguments stops growing by itself: compare two dumps.",
    "参数集合固定且很小的缓存会自行停止增长：请比较两次转储。",
)

RULE = Rule(
    id="spring-concurrent-map-cache",
    catalogue=("F4",),
    topic=Topic.FRAMEWORKS,
    title=Text("A Spring cache without a bound", "无界的 Spring 缓存"),
    classes=(_CACHE,),
    find=_find,
    page=Page(
        finds=Text(
            "ConcurrentMapCache objects of Spring with many entries.",
            "条目众多的 Spring ConcurrentMapCache。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Caches of a fixed set: with fewer than 1,000 entries only big ones are reported.",
            "集合固定的缓存：少于 1,000 个条目时只报告占用大的。",
        ),
        example='@Cacheable("quotes") public Quote quote(String requestId) { ... }',
        fixed="spring.cache.caffeine.spec=maximumSize=10000,expireAfterWrite=10m",
        references=("Spring: ConcurrentMapCache (store)",),
    ),
)
