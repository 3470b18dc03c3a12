"""N11: MySQL's clean-up keeps a reference for each connection that ever was."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, class_fact, class_object, object_fact, size, target, worse

__all__ = ["RULE"]

_PLACES = (
    ("com.mysql.cj.jdbc.AbandonedConnectionCleanupThread", "connectionFinalizerPhantomRefs"),
    ("com.mysql.jdbc.NonRegisteringDriver", "connectionPhantomRefs"),
)
_CONNECTIONS = ("com.mysql.cj.jdbc.ConnectionImpl", "com.mysql.jdbc.ConnectionImpl")
_REFERENCE = (
    "com.mysql.cj.jdbc.AbandonedConnectionCleanupThread$ConnectionFinalizerPhantomReference"
)
_SUSPICIOUS_REFERENCES = 500
_MANY_REFERENCES = 5_000
_CROWD_OF_REFERENCES = 100_000
_TIMES_THE_CONNECTIONS = 3


def _find(heap: Examination) -> Iterator[Finding]:
    live = sum(heap.count(name) for name in _CONNECTIONS)
    for class_name, field in _PLACES:
        holder = class_object(heap, class_name)
        kept = target(heap, holder, field)
        references = size(heap, holder, field)
        if kept is not None and references >= max(
            _SUSPICIOUS_REFERENCES, _TIMES_THE_CONNECTIONS * live
        ):
            yield _finding(heap, field, kept, (references, live))


def _finding(heap: Examination, field: str, kept: int, counts: tuple[int, int]) -> Finding:
    references, live = counts
    retained_bytes = heap.heap.sizes(kept)[1]
    counted = Text(
        "{field} has {count} references and retains {size}",
        "{field} 中有 {count} 个引用，保持 {size}",
        field=field,
        count=format_count(references),
        size=format_bytes(retained_bytes),
    )
    found = Found(
        title=Text(
            "{count} clean-up references of MySQL for {live} connections",
            "MySQL 为 {live} 个连接保留了 {count} 个清理引用",
            count=format_count(references),
            live=format_count(live),
        ),
        summary=Text(
            "The driver makes a phantom reference for each new connection, and removes it only"
            " when a full collection has found the connection dead. Pools that replace their"
            " connections often fill the old generation with them.",
            "驱动为每个新连接创建一个虚引用，只有在完整回收发现该连接已死时才移除。频繁更换连接的"
            "连接池会用它们填满老年代。",
        ),
        evidence=(
            object_fact(heap, counted, kept),
            *(class_fact(heap, name) for name in _CONNECTIONS if heap.count(name)),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes),
            by_count(references, medium=_MANY_REFERENCES, high=_CROWD_OF_REFERENCES),
        ),
        at=kept,
        element_class="java.lang.ref.PhantomReference",
        instances=references,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Start the JVM with -Dcom.mysql.cj.disableAbandonedConnectionCleanup=true (Connector/J 8.0.22"
    " and later) when a pool closes its connections, and let them live longer: maxLifetime"
    " 30 min, no minimumIdle below maximumPoolSize.",
    "若连接池会关闭连接，请用 -Dcom.mysql.cj.disableAbandonedConnectionCleanup=true 启动 JVM"
    "（Connector/J 8.0.22 及以后），并让连接存活更久：maxLifetime 30 分钟，minimumIdle 不低于"
    " maximumPoolSize。",
)
_DOUBT = Text(
    "They go with the next full collections: a dump of live objects only that still has them"
    " confirms it.",
    "它们会随之后的完整回收消失：若仅含存活对象的转储中仍有它们，则可确认。",
)

RULE = Rule(
    id="mysql-cleanup-references",
    catalogue=("N11",),
    topic=Topic.CONNECTIONS,
    title=Text("MySQL's clean-up references", "MySQL 的清理引用"),
    classes=(*_CONNECTIONS, _REFERENCE),
    find=_find,
    page=Page(
        finds=Text(
            "500 or more references in the driver's clean-up, three times the live connections.",
            "驱动的清理集合中有 500 个以上引用，且达到存活连接数的三倍。",
        ),
        why=Text(
            "Each reference keeps the network resources of its connection, some kilobytes.",
            "每个引用都保留其连接的网络资源，约数 KB。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "As many references as connections: that is how it should be.",
            "引用数与连接数相当：这是正常情况。",
        ),
        references=("MySQL Connector/J: AbandonedConnectionCleanupThread",),
    ),
)
