"""F2: a Guava cache that never lets anything go."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Healthy, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import held_fact, is_much, kept_in_bounds, number, object_fact, text, value_class

__all__ = ["RULE"]

_CACHE = "com.google.common.cache.LocalCache"
_MOST_CACHES = 2_000
_UNSET = -1


def _find(heap: Examination) -> Iterator[Finding | Healthy]:
    for cache in heap.all_of(_CACHE).page(limit=_MOST_CACHES):
        entries = heap.heap.collection_size(cache) or 0
        if not is_much(heap, entries, heap.heap.sizes(cache)[1]):
            continue
        most = number(heap, cache, "maxWeight")
        if most is not None and most != _UNSET:
            yield kept_in_bounds(heap, RULE.id, cache, _bounded(entries, most))
        elif _keeps_all(heap, cache):
            yield _finding(heap, cache, entries)


def _keeps_all(heap: Examination, cache: int) -> bool:
    """Whether no entry expires, and none goes with its key or with a shortage of memory."""
    times = ("expireAfterAccessNanos", "expireAfterWriteNanos")
    strengths = ("keyStrength", "valueStrength")
    return all(number(heap, cache, one) == 0 for one in times) and all(
        text(heap, cache, one) in ("STRONG", None) for one in strengths
    )


def _bounded(entries: int, most: int) -> Text:
    return Text(
        "a Guava cache of {count} entries, bounded by a maximum size or weight of {most}",
        "含 {count} 个条目的 Guava 缓存，最大数量或权重为 {most}",
        count=format_count(entries),
        most=format_count(most),
    )


def _finding(heap: Examination, cache: int, entries: int) -> Finding:
    retained_bytes = heap.heap.sizes(cache)[1]
    settings = Text(
        "maxWeight is -1, expireAfterAccessNanos and expireAfterWriteNanos are 0, keys and values"
        " are held strongly",
        "maxWeight 为 -1，expireAfterAccessNanos 和 expireAfterWriteNanos 为 0，键和值均为强引用",
    )
    found = Found(
        title=Text(
            "A Guava cache without a bound: {count} entries, {size}",
            "无界的 Guava 缓存：{count} 个条目，{size}",
            count=format_count(entries),
            size=format_bytes(retained_bytes),
        ),
        summary=Text(
            "It was built without maximumSize, maximumWeight and expiry, so it is a map: an entry"
            " goes only when invalidate() is called for its key. It holds {count}.",
            "构建时没有设置 maximumSize、maximumWeight 和过期时间，因此它只是一个 map：只有对该键"
            "调用 invalidate() 条目才会移除。现有 {count} 个。",
            count=format_count(entries),
        ),
        evidence=(
            held_fact(heap, _CACHE, entries, cache),
            object_fact(heap, settings, cache),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        at=cache,
        element_class=value_class(heap, cache),
        instances=entries,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Say how much it may hold: CacheBuilder.newBuilder().maximumSize(10_000)"
    ".expireAfterAccess(10, MINUTES).recordStats(); the hit rate in stats() tells whether the"
    " bound is big enough.",
    "规定它最多容纳多少：CacheBuilder.newBuilder().maximumSize(10_000)"
    ".expireAfterAccess(10, MINUTES).recordStats()；stats() 中的命中率会说明上限是否足够。",
)
_DOUBT = Text(
    "If the keys are a small fixed set (countries, tenants), it stops growing by itself: compare"
    " the number of entries in two dumps.",
    "若键是固定的少量集合（国家、租户），它会自行停止增长：请比较两次转储中的条目数。",
)

RULE = Rule(
    id="guava-cache-unbounded",
    catalogue=("F2",),
    topic=Topic.FRAMEWORKS,
    title=Text("A Guava cache without a bound", "无界的 Guava 缓存"),
    classes=(_CACHE,),
    find=_find,
    page=Page(
        finds=Text(
            "Guava caches with many entries, without a maximum, expiry, weak or soft references.",
            "条目众多，且没有上限、过期时间、弱引用或软引用的 Guava 缓存。",
        ),
        why=Text(
            "CacheBuilder sets no bound of its own. A cache that is keyed by what users send grows"
            " with each new key for as long as the process lives.",
            "CacheBuilder 默认不设上限。以用户输入为键的缓存，在进程存活期间会随每个新键不断增长。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Caches of a fixed set of keys. Caches with a maximum are explained as healthy; those"
            " with an expiry only are left to the general rules.",
            "键集合固定的缓存。设有上限的缓存视为健康；只设过期时间的交由通用规则判断。",
        ),
        example="Cache<String, Thumbnail> cache = CacheBuilder.newBuilder().build();",
        fixed="Cache<String, Thumbnail> cache = CacheBuilder.newBuilder()\n"
        "    .maximumSize(10_000).expireAfterAccess(10, TimeUnit.MINUTES).build();",
        references=("Guava: LocalCache (maxWeight, evictsBySize, expires)",),
    ),
)
