"""F9: listeners that register and never leave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from seamew.model import Confidence, Finding, ObjectRow, Severity, Topic
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
    target,
    value_class,
    worse,
)

__all__ = ["RULE"]

_ARRAYS = ("java.beans.PropertyChangeListener[]", "java.beans.VetoableChangeListener[]")
_MULTICASTER = "org.springframework.context.event.AbstractApplicationEventMulticaster"
_SPRING = (f"{_MULTICASTER}$DefaultListenerRetriever", f"{_MULTICASTER}$ListenerRetriever")
_GUAVA = "com.google.common.eventbus.SubscriberRegistry"
_CALLED = re.compile(r"listener|observer|subscriber", re.IGNORECASE)
_MOST = 10_000
_MOST_EVENTS = 1_000
_LOOKED_AT = 50
_SUSPICIOUS, _MANY, _VERY_MANY = 200, 2_000, 100_000
_SUSPICIOUS_ANY = 1_000


@dataclass(frozen=True, slots=True)
class _Crowd:
    """Listeners in one collection or array."""

    at: int
    count: int
    listener: str | None


def _find(heap: Examination) -> Iterator[Finding]:
    told: set[tuple[str | None, int]] = set()
    for crowd in (*_of_beans(heap), *_of_spring(heap), *_of_guava(heap), *_by_name(heap)):
        # Spring has the same listeners in the context, in its multicaster and in caches of that.
        key = (crowd.listener, crowd.count)
        if key not in told:
            told.add(key)
            yield _finding(heap, crowd)


def _of_beans(heap: Examination) -> Iterator[_Crowd]:
    """PropertyChangeSupport keeps an array for each property name, and one for all of them."""
    for name in _ARRAYS:
        for array in heap.all_of(name).page(limit=_MOST):
            count = heap.heap.length(array) or 0
            if count >= _SUSPICIOUS:
                sample = heap.heap.element_ids(array, limit=_LOOKED_AT)
                rows = (heap.heap.row(one) for one in sample if one is not None)
                yield _Crowd(array, count, class_of_most(rows))


def _of_spring(heap: Examination) -> Iterator[_Crowd]:
    for name in _SPRING:
        for retriever in heap.all_of(name).page(limit=_MOST):
            yield from _in_collection(heap, target(heap, retriever, "applicationListeners"))


def _of_guava(heap: Examination) -> Iterator[_Crowd]:
    for registry in heap.all_of(_GUAVA).page(limit=_MOST):
        by_event = target(heap, registry, "subscribers")
        rows = () if by_event is None else first_entries(heap, by_event, _MOST_EVENTS)
        for row in rows:
            if isinstance(row.value, ObjectRow):
                for crowd in _in_collection(heap, row.value.object_index):
                    yield replace(crowd, listener=_subscriber_class(heap, crowd.at))


def _subscriber_class(heap: Examination, subscribers: int) -> str | None:
    """The class whose methods subscribe, which Guava wraps in a Subscriber each."""
    rows = (row.value for row in first_entries(heap, subscribers, _LOOKED_AT))
    wrapped = [
        target(heap, row.object_index, "target") for row in rows if isinstance(row, ObjectRow)
    ]
    found = class_of_most(heap.heap.row(one) for one in wrapped if one is not None)
    return found or value_class(heap, subscribers)


def _in_collection(heap: Examination, collection: int | None) -> Iterator[_Crowd]:
    count = 0 if collection is None else heap.heap.collection_size(collection) or 0
    if collection is not None and count >= _SUSPICIOUS:
        yield _Crowd(collection, count, value_class(heap, collection))


def _by_name(heap: Examination) -> Iterator[_Crowd]:
    """Collections in fields of application code that are called listeners or the like."""
    called = [row for row in heap.field_sums if row.field and _CALLED.search(row.field)]
    for row in called[:_LOOKED_AT]:
        if heap.heap.collection_kind(row.biggest) not in {"list", "set"}:
            continue
        size = heap.heap.collection_size(row.biggest) or 0
        if size >= _SUSPICIOUS_ANY:
            yield _Crowd(row.biggest, size, value_class(heap, row.biggest))


def _finding(heap: Examination, crowd: _Crowd) -> Finding:
    retained_bytes = _retained_bytes(heap, crowd)
    owner = heap.holding(crowd.at).owner
    name = heap.heap.class_name(crowd.at) if owner is None else owner.name
    found = Found(
        title=Text(
            "{count} listeners in {owner}, {size}",
            "{owner} 中有 {count} 个监听器，{size}",
            count=format_count(crowd.count),
            owner=name,
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(held_fact(heap, name, crowd.count, crowd.at),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=_severity(heap, crowd.count, retained_bytes),
        at=crowd.at,
        element_class=crowd.listener,
        instances=crowd.count,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _retained_bytes(heap: Examination, crowd: _Crowd) -> int:
    """What the collection retains; of listeners that several hold, what they themselves retain."""
    own = heap.heap.sizes(crowd.at)[1]
    listeners = heap.heap.no_objects() if crowd.listener is None else heap.all_of(crowd.listener)
    return max(own, heap.retained_bytes(listeners)) if len(listeners) == crowd.count else own


def _severity(heap: Examination, count: int, retained_bytes: int) -> Severity:
    """Each event is told to all of them, so a crowd costs time as well."""
    return worse(heap.severity(retained_bytes), by_count(count, medium=_MANY, high=_VERY_MANY))


_SUMMARY = Text(
    "The source of events refers to each listener that has registered, and through it to the"
    " window,"
    " session or view that the listener belongs to, however long that is closed. Each event is told"
    " to all of them.",
    "事件源引用每个已注册的监听器，并通过它引用其所属的窗口、会话或视图，无论后者早已关闭多久。每个事"
    "件都会通知所有监听器。",
)
_ADVICE = Text(
    "Unregister where the life of the listener ends: removePropertyChangeListener,"
    " removeApplicationListener, EventBus.unregister in close() or @PreDestroy; or register one"
    " listener that finds its sessions by id.",
    "在监听器生命周期结束处注销：在 close() 或 @PreDestroy 中调用 removePropertyChangeListener、"
    "removeApplicationListener、EventBus.unregister；或只注册一个按标识查找会话的监听器。",
)
_DOUBT = Text(
    "A model with many parts that all live may have as many listeners: compare their number with"
    " that of the open windows or sessions.",
    "若模型的众多部件都仍存活，则可能有同样多的监听器：请与打开的窗口或会话数比较。",
)

RULE = Rule(
    id="listeners",
    catalogue=("F9",),
    topic=Topic.MEMORY,
    title=Text("Listeners that never leave", "从不离开的监听器"),
    find=_find,
    page=Page(
        finds=Text(
            "200 listeners or more in one PropertyChangeSupport, Spring context or Guava event bus;"
            " 1,000 in a field called listeners, observers or subscribers.",
            "一个 PropertyChangeSupport、Spring 上下文或 Guava 事件总线中有 200 个以上监听器；或名"
            "为"
            " listeners、observers、subscribers 的字段中有 1,000 个以上。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Big models whose listeners all live: below 2,000 they are judged by bytes alone.",
            "监听器全部存活的大型模型：少于 2,000 个时只按字节数判断。",
        ),
        example="model.addPropertyChangeListener(panel);  // panel.close() does not remove it",
        fixed="void close() { model.removePropertyChangeListener(this); }",
    ),
)
