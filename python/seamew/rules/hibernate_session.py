"""F10: Hibernate sessions that hold thousands of entities."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, held_fact, size, target, text, value_class, worse

__all__ = ["RULE"]

_CONTEXT = "org.hibernate.engine.internal.StatefulPersistenceContext"
_MOST_CONTEXTS = 5_000
_SUSPICIOUS_ENTITIES = 5_000
_MANY, _VERY_MANY = 50_000, 1_000_000
_ENTITY_MAPS = ("entitiesByKey", "entityHolders")


def _find(heap: Examination) -> Iterator[Finding]:
    for context in heap.all_of(_CONTEXT).page(limit=_MOST_CONTEXTS):
        entities = size(heap, context, *_ENTITY_MAPS)
        if entities >= _SUSPICIOUS_ENTITIES:
            yield _finding(heap, context, entities)


def _finding(heap: Examination, context: int, entities: int) -> Finding:
    session = target(heap, context, "session")
    at = context if session is None else session
    retained_bytes = heap.heap.sizes(at)[1]
    by_key = target(heap, context, *_ENTITY_MAPS)
    entity = None if by_key is None else value_class(heap, by_key)
    flush = Text(
        "flushMode {flush}: each flush compares every entity with its copy of what was loaded",
        "flushMode 为 {flush}：每次 flush 都把每个实体与加载时的副本比较",
        flush=text(heap, session, "flushMode") or "AUTO",
    )
    found = Found(
        title=Text(
            "A Hibernate session with {count} entities, {size}",
            "含 {count} 个实体的 Hibernate 会话，{size}",
            count=format_count(entities),
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(
            held_fact(
                heap, "StatefulPersistenceContext#entitiesByKey", entities, by_key or context
            ),
            heap.evidence(flush, "object", f"{heap.heap.address(at):#x}"),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes), by_count(entities, medium=_MANY, high=_VERY_MANY)
        ),
        at=at,
        element_class=entity,
        instances=entities,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "A session keeps each entity that it has loaded or saved, with a copy of its state, until it is"
    " cleared or closed. Work on many rows in one session grows with each row, and each flush costs"
    " more than the one before.",
    "会话会保留每个加载或保存过的实体及其状态副本，直到清空或关闭。在一个会话中处理大量行时，内存随每"
    "一行增长，每次 flush 都比上一次更慢。",
)
_ADVICE = Text(
    "Every 50 rows call session.flush(); session.clear(); for mass work use a StatelessSession, and"
    " for reading query.setReadOnly(true) with scroll() or pages. One session per request, closed"
    " with try-with-resources.",
    "每处理 50 行调用 session.flush(); session.clear();；批量处理使用 StatelessSession，读取使用"
    " query.setReadOnly(true) 配合 scroll() 或分页。每个请求一个会话，并用 try-with-resources 关"
    "闭。",
)
_DOUBT = Text(
    "A batch that ends soon gives all back: see whether a thread is at work in this session, and"
    " how"
    " long already.",
    "很快结束的批处理会全部释放：请看是否有线程正在使用该会话，以及已用多久。",
)

RULE = Rule(
    id="hibernate-session",
    catalogue=("F10",),
    topic=Topic.FRAMEWORKS,
    title=Text("A Hibernate session that grows", "不断增长的 Hibernate 会话"),
    classes=(_CONTEXT,),
    find=_find,
    page=Page(
        finds=Text(
            "Persistence contexts of Hibernate with 5,000 entities or more.",
            "含 5,000 个以上实体的 Hibernate 持久化上下文。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Batches under way: fewer than 50,000 entities are judged by their bytes alone.",
            "进行中的批处理：少于 50,000 个实体时只按字节数判断。",
        ),
        example="for (Track track : tracks) session.save(track);",
        fixed="if (++count % 50 == 0) { session.flush(); session.clear(); }",
        references=("Hibernate ORM: StatefulPersistenceContext (entitiesByKey)",),
    ),
)
